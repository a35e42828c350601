// Shows one record on several lines of a terminal: as a card, or as `name: value` if the terminal is too narrow.

import { absent } from './rows-as-plain-table.ts';
import { cleanLine, pad, textWidth, wrap } from './shown-text.ts';
import {
  type Column,
  columnGap,
  headerOf,
  type ShowContext,
  type Shown,
  type TerminalStyle,
} from './view.ts';

/** A value with the short name of its column. */
export interface Field {
  readonly label: string;
  readonly shown: Shown;
  /** Whether the value must stay in one piece, as a number must. */
  readonly whole: boolean;
}

type Ink = Pick<TerminalStyle, 'width' | 'paint'>;

/** With fewer cells than these beside the names, prose is easier to read below the names. */
const valueCellsMin = 16;

/** A record's value for a person: one clean line, never empty. */
export function shownCell<R>(column: Column<R>, record: R, context: ShowContext): Shown {
  const shown = column.show?.(record, context) ?? { text: column.text(record) };
  const text = cleanLine(shown.text).trim();
  return text === '' ? { text: absent, meaning: 'muted' } : { ...shown, text };
}

/** A record's values, each with its name. */
export function fieldsOf<R>(record: R, columns: readonly Column<R>[], context: ShowContext): Field[] {
  return columns.map((column) => ({
    label: headerOf(column),
    shown: shownCell(column, record, context),
    whole: column.align === 'right',
  }));
}

/** Names in one column and values in the next; a long value takes more lines. */
export function fieldsAsCard(fields: readonly Field[], ink: Ink): string {
  const indent = Math.max(...fields.map(({ label }) => textWidth(label))) + columnGap;
  const room = ink.width - indent;
  const fits = ({ shown, whole }: Field) => !whole || textWidth(shown.text) <= room;
  if (room < valueCellsMin || !fields.every(fits)) return fieldsAsLines(fields, ink);
  const card = fields.map(({ label, shown }) => {
    const lines = wrap(shown.text, room).map((line) => painted({ ...shown, text: line.trimEnd() }, ink));
    return `${ink.paint('muted', pad(label, indent))}${lines.join(`\n${' '.repeat(indent)}`)}\n`;
  });
  return card.join('');
}

/** A line `name: value` for each field; a value that does not fit beside its name goes below it. */
export function fieldsAsLines(fields: readonly Field[], ink: Ink): string {
  return fields.map((field) => fieldAsLines(field, ink)).join('');
}

function fieldAsLines({ label, shown, whole }: Field, ink: Ink): string {
  const width = textWidth(shown.text);
  if (textWidth(label) + 2 + width <= ink.width) {
    return `${ink.paint('muted', `${label}:`)} ${painted(shown, ink)}\n`;
  }
  const names = wrap(`${label}:`, ink.width).map((line) => ink.paint('muted', line.trimEnd()));
  const indent = whole ? Math.min(2, Math.max(0, ink.width - width)) : 2;
  // A number wider than the whole terminal is not broken, so that it can be copied in one piece.
  const values = whole ? [shown.text] : wrap(shown.text, ink.width - indent);
  const lines = values.map((line) => ' '.repeat(indent) + painted({ ...shown, text: line.trimEnd() }, ink));
  return `${[...names, ...lines].join('\n')}\n`;
}

const painted = ({ text, meaning }: Shown, { paint }: Ink): string =>
  meaning === undefined ? text : paint(meaning, text);
