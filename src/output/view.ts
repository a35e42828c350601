// Defines views, which say what to show of a record, and styles, which say for whom a table is drawn.
import type { Json } from '../wire/json.ts';

/** How a value matters to the reader. The theme gives it a colour; the text says the same without one. */
export type Meaning = 'good' | 'warning' | 'bad' | 'muted' | 'strong';

/** A value for a person on a terminal. */
export interface Shown {
  readonly text: string;
  readonly meaning?: Meaning;
}

/** What the text for a terminal depends on besides the record. */
export interface ShowContext {
  /** Milliseconds since the epoch, for distances such as "in 12 days". */
  readonly now: number;
  /** The clock of the customer's zone, for a terminal; without it, times are UTC. */
  readonly local?: LocalClock | undefined;
}

/** A time zone's clock; instants are milliseconds since the epoch. */
export interface LocalClock {
  /** `2026-12-31` for the start of that day, `2026-12-31 15:00` for any other instant. */
  text(at: number): string;
  /** `in 30 days`. */
  distance(at: number, now: number): string;
}

export interface Column<R> {
  /** The name in `--columns` and in the CSV header: the API's field name, or a path such as `credit_block.id`. */
  readonly name: string;
  /** The short header on a terminal; by default the name in words. */
  readonly header?: string;
  /** For numbers, which are never cut. */
  readonly align?: 'right';
  /** For prose, which may be cut on a narrow terminal. An id or a time is shown whole or hidden. */
  readonly shortens?: true;
  /** For prose of which no word should be missed: on a narrow terminal it goes on in further lines. */
  readonly wraps?: true;
  /** On a narrow terminal, the columns with the largest number are narrowed or hidden first; 0, the default, is always shown. */
  readonly hideRank?: number;
  /** The unit of the amounts: hidden only if all its values are the same, because amounts of two units look alike. */
  readonly isUnit?: true;
  /** The whole value as text, empty if there is none: for CSV, and for tables that are piped. */
  text(record: R): string;
  /** The value for a terminal, where it differs from `text`. */
  show?(record: R, context: ShowContext): Shown;
  /** Explains a value that a person may not know; noted once beside the table, on a terminal. */
  remark?(record: R): string | undefined;
}

export const headerOf = ({ name, header }: Pick<Column<never>, 'name' | 'header'>): string =>
  header ?? name.replaceAll('_', ' ');

/** A column of one field, as it is. @param hideRank as in `Column` */
export const plainColumn = <R>(name: keyof R & string, hideRank = 0): Column<R> => ({
  name,
  hideRank,
  text: (record) => String(record[name] ?? ''),
});

/** A column of one field that is a number. @param hideRank as in `Column` */
export const numberColumn = <R>(name: keyof R & string, hideRank = 0): Column<R> => ({
  ...plainColumn(name, hideRank),
  align: 'right',
});

export interface View<R> {
  /** Every column that `--columns` may name. */
  readonly columns: readonly Column<R>[];
  /** The names of the columns that a list shows by default, in order. */
  readonly usual: readonly string[];
  /** Every field that `--json` may name; `metadata.*` means any key of `metadata`. */
  readonly fields: readonly string[];
  /** The sentence on stderr in place of an empty table. */
  readonly none: string;
}

/** A view that shows all of its columns, each of them a field of the document; `view` may replace both lists. */
export function viewOf<R>(view: Pick<View<R>, 'columns' | 'none'> & Partial<View<R>>): View<R> {
  const names = view.columns.map(({ name }) => name);
  return { usual: names, fields: names, ...view };
}

/** A record together with the API's own document, which the machine formats print untouched. */
export interface Row<R, Document = Json> {
  readonly record: R;
  readonly document: Document;
}

/** A record whose fields are the document as they are. */
export const rowOf = <R extends { readonly [Name in keyof R]: Json | undefined }>(record: R): Row<R> => ({
  record,
  document: { ...(record as Readonly<Record<string, Json | undefined>>) },
});

/** Records from a page that was read already, or from a stream of unknown length. */
export type Rows<Item> = AsyncIterable<Item> | Iterable<Item>;

/** Gives a text the colour of its meaning, or leaves it as it is; never changes its width. */
export type Paint = (meaning: Meaning, text: string) => string;

/** A table in which no cell is wider than its column. */
export interface Grid {
  /** Absent where the rows continue a table whose header was drawn already. */
  readonly header?: readonly string[];
  readonly rows: readonly (readonly Shown[])[];
  /** For each row, values too long for their columns; each is a line of its own before the row. */
  readonly above?: readonly (readonly Shown[])[];
  readonly columns: readonly { readonly width: number; readonly align: 'left' | 'right' }[];
}

/** Spaces between two columns, in every table. */
export const columnGap = 2;

/** Draws a grid as lines, each ended by a newline. No line is wider than the columns and gaps, except those of `above`. */
export type DrawGrid = (grid: Grid, paint: Paint) => Promise<string>;

export interface TerminalStyle {
  readonly kind: 'terminal';
  /** Cells in a line of this terminal. */
  readonly width: number;
  readonly paint: Paint;
  readonly draw: DrawGrid;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The clock of the customer's zone; without it, times are UTC. */
  readonly local?: LocalClock | undefined;
}

/** The colours of a table that is not for a terminal, and the time that decides the meaning of a value. */
export interface PlainInk {
  readonly paint: Paint;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** `plain` is for pipes and files: whole values, ISO times, and no colour unless it was asked for. */
export type TableStyle = { readonly kind: 'plain'; readonly ink?: PlainInk } | TerminalStyle;
