// Writes documents as JSON: one array, one document, or NDJSON with one document a line.
import { type Json, type JsonObject, writeJson } from '../wire/json.ts';
import { escapeActive } from './shown-text.ts';
import type { Rows } from './view.ts';

/**
 * One array of all documents, written row by row, so that a list of any size takes constant memory. If the source fails
 * midway, this generator fails, too, and the array stays open.
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

export const recordAsJson = (document: Json): string => `${jsonText(document, 2)}\n`;

/** Each document on its own line, as soon as it arrives. */
export async function* rowsAsNdjson(documents: Rows<Json>): AsyncGenerator<string> {
  for await (const document of documents) yield `${jsonText(document, 0)}\n`;
}

/** A document of which one field is a list of any length. */
export interface LongRecord {
  /** The fields before the list; at least one. */
  readonly head: JsonObject;
  readonly name: string;
  readonly list: Rows<Json>;
  /** The fields after the list; at least one. */
  readonly tail: JsonObject;
}

/** The same text as for the whole document, written row by row. @param indent 0 for NDJSON, 2 for JSON */
export async function* longRecordAsJson(
  { head, name, list, tail }: LongRecord,
  indent: 0 | 2,
): AsyncGenerator<string> {
  const end = indent === 0 ? '' : '\n';
  const pad = ' '.repeat(indent);
  const open = jsonText(head, indent).slice(0, -1).trimEnd();
  yield `${open},${end}${pad}${JSON.stringify(name)}:${indent === 0 ? '' : ' '}[`;
  let empty = true;
  for await (const document of list) {
    const inner = jsonText(document, indent).replaceAll('\n', `\n${pad}${pad}`);
    yield `${empty ? '' : ','}${end}${pad}${pad}${inner}`;
    empty = false;
  }
  yield `${empty ? '' : `${end}${pad}`}],${jsonText(tail, indent).slice(1)}\n`;
}

/** Safe to print, digits untouched. @param indent spaces a level; 0 writes one line */
const jsonText = (document: Json, indent: number): string => escapeActive(writeJson(document, indent));
