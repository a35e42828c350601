// Documents as JSON: one array, one document, or NDJSON with one document a line.
import { type Json, writeJson } from '../wire/json.ts';
import { escapeActive } from './clean-text.ts';
import type { Rows } from './view.ts';

/**
 * One array of all documents, written row by row, so that a list of any size takes no memory. If the source fails
 * midway, so does this, and the array stays open.
 */
export async function* rowsAsJson(documents: Rows<Json>): AsyncGenerator<string> {
  let empty = true;
  for await (const document of documents) {
    const inner = jsonText(document, 2).replaceAll('\n', '\n  ');
    yield `${empty ? '[\n  ' : ',\n  '}${inner}`;
    empty = false;
  }
  yield empty ? '[]\n' : '\n]\n';
}

/** One document. */
export const recordAsJson = (document: Json): string => `${jsonText(document, 2)}\n`;

/** Each document on its own line, as soon as it arrives. */
export async function* rowsAsNdjson(documents: Rows<Json>): AsyncGenerator<string> {
  for await (const document of documents) yield `${jsonText(document, 0)}\n`;
}

/** Safe to print, digits untouched. @param indent spaces a level; 0 writes one line */
const jsonText = (document: Json, indent: number): string => escapeActive(writeJson(document, indent));
