// Writes an object or list into one cell of a table, as JSON that stays the same value when the cell is cleaned.
import { type Json, writeJson } from '../wire/json.ts';
import { escapeActive } from './shown-text.ts';

/** Escapes line separators: cleaning would turn one into a line feed, and the cell would no longer be JSON. */
export const cellJson = (value: Json): string => escapeActive(writeJson(value));
