// A JSON document as text that is safe to print: the same value, with nothing raw in it that drives a terminal.
import { type Json, writeJson } from '../wire/json.ts';

// JSON lets these stand raw in a string, and C1 codes such as U+009B start a terminal's escape sequences.
const rawButActive = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The document, digits untouched. @param indent spaces a level; 0 writes one line */
export function jsonText(document: Json, indent = 0): string {
  return writeJson(document, indent).replace(
    rawButActive,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
