// A JSON document as text that is safe to print.
import { type Json, writeJson } from '../wire/json.ts';
import { escapeActive } from './escape-active.ts';

/** The document, digits untouched. @param indent spaces a level; 0 writes one line */
export function jsonText(document: Json, indent = 0): string {
  return escapeActive(writeJson(document, indent));
}
