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

export interface Column<R> {
  /** As in `--columns`, and over a column of CSV: the API's field name, or a dotted path such as `credit_block.id`. */
  readonly name: string;
  /** The short name over a column on a terminal. */
  readonly header: string;
  /** Of numbers, which are never cut. */
  readonly align?: 'right';
  /** Prose, whose end may be left out on a narrow terminal; an id or a time is whole or absent. */
  readonly shortens?: true;
  /** Columns with the largest number give way first on a narrow terminal; 0 never does. */
  readonly yields: number;
  /** The whole value as text, empty if there is none: for CSV, and for tables off a terminal. */
  text(record: R): string;
  /** The value for a terminal, where it differs from `text`. */
  show?(record: R, context: ShowContext): Shown;
}

export interface View<R> {
  /** Every column that `--columns` may name. */
  readonly columns: readonly Column<R>[];
  /** The names of those a table of many records shows unasked, in order. */
  readonly usual: readonly string[];
  /** Every field that `--json` may name; `metadata.*` stands for any key below `metadata`. */
  readonly fields: readonly string[];
  /** Said on stderr in place of an empty table. */
  readonly none: string;
}

/** A record together with the API's own document, which the machine formats print untouched. */
export interface Row<R, Document> {
  readonly record: R;
  readonly document: Document;
}

/** Records as they come: a page already read, or a stream of unknown length. */
export type Rows<Item> = AsyncIterable<Item> | Iterable<Item>;
