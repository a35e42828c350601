// Documents as NDJSON: one a line, each as soon as it is there.
import type { Json } from '../wire/json.ts';
import { jsonText } from './json-text.ts';
import type { Rows } from './view.ts';

export async function* rowsAsNdjson(documents: Rows<Json>): AsyncGenerator<string> {
  for await (const document of documents) yield `${jsonText(document)}\n`;
}
