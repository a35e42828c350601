// A view says what to show of a record, as data; a format says how (see the other files of this folder).

/** How a value matters to the reader; the theme gives it a colour, the words carry it without one. */
export type Meaning = 'good' | 'warning' | 'bad' | 'muted' | 'strong';

/** A value for a person on a terminal. */
export interface Shown {
  readonly text: string;
  readonly meaning?: Meaning;
}

/** What a person's eyes need beyond the record itself. */
export interface ShowContext {
  /** Milliseconds since the epoch, for distances such as "in 12 days". */
  readonly now: number;
}

export interface Column<Record> {
  /** As in `--columns`: the API's field name, or a dotted path such as `credit_block.id`. */
  readonly name: string;
  readonly header: string;
  readonly align?: 'right';
  /** Columns with the largest number give way first on a narrow terminal; 0 never does, and no number is ever cut. */
  readonly yields: number;
  /** The whole value as text: for CSV, and for tables off a terminal. */
  text(record: Record): string;
  /** The value for a terminal, where it differs from `text`. */
  show?(record: Record, context: ShowContext): Shown;
}

export interface View<Record> {
  /** Every column that `--columns` may name. */
  readonly columns: readonly Column<Record>[];
  /** The names of those shown unasked, in order. */
  readonly usual: readonly string[];
  /** Every field that `--json` may name. */
  readonly fields: readonly string[];
  /** Said on stderr in place of an empty table. */
  readonly none: string;
}

/** A record together with the API's own document, which the machine formats print untouched. */
export interface Row<Record, Document> {
  readonly record: Record;
  readonly document: Document;
}
