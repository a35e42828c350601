// For whom a table is drawn: a pipe, or a terminal with its width and colours.
import type { LocalClock, Meaning, Shown } from './view.ts';

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

/** Draws a grid as lines, each ended by a newline. None is wider than its columns and their gaps, but for those `above`. */
export type DrawGrid = (grid: Grid, paint: Paint) => Promise<string>;

export interface TerminalStyle {
  readonly kind: 'terminal';
  /** Cells in a line of this terminal. */
  readonly width: number;
  readonly paint: Paint;
  readonly draw: DrawGrid;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The customer's own clock; UTC without one. */
  readonly local?: LocalClock | undefined;
}

/** The colours of a table that no terminal shows, and the time by which a value matters. */
export interface PlainInk {
  readonly paint: Paint;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** `plain` is for pipes and files: whole values, ISO times, and no colour unless it was asked for. */
export type TableStyle = { readonly kind: 'plain'; readonly ink?: PlainInk } | TerminalStyle;
