// Documents as one JSON text: the array is written row by row, so that a list of any size takes no memory.
import type { Json } from '../wire/json.ts';
import { jsonText } from './json-text.ts';
import type { Rows } from './view.ts';

/** One array of all documents. If the source fails midway, so does this: the array stays open. */
export async function* rowsAsJson(documents: Rows<Json>): AsyncGenerator<string> {
  let empty = true;
  for await (const document of documents) {
    const inner = jsonText(document, 2).replaceAll('\n', '\n  ');
    yield `${empty ? '[\n  ' : ',\n  '}${inner}`;
    empty = false;
  }
  yield empty ? '[]\n' : '\n]\n';
}

/** The document itself. */
export const recordAsJson = (document: Json): string => `${jsonText(document, 2)}\n`;
