// A value with parts of its own in one cell of a table: JSON that stays the same value when the cell is made safe to show.
import { type Json, writeJson } from '../wire/json.ts';
import { escapeActive } from './clean-text.ts';

/** A line separator in a text of it would become a line feed, and no JSON could be read from the cell. */
export const cellJson = (value: Json): string => escapeActive(writeJson(value));
