// The text of a JSON format after a filter, such as that of `--jq`.
import type { Format } from './render.ts';

/**
 * What the filter makes of a JSON text: one result a line, a text without its quotes. Throws a `failure` error if it fails
 * on it.
 */
export type JqFilter = (json: string) => string;

/** Throws a `usage` error for an expression that is none. */
export async function filterOf(jq: string | undefined): Promise<JqFilter | undefined> {
  return jq === undefined ? undefined : (await import('./jq.ts')).jqFilter(jq);
}

/** Lines of NDJSON are filtered as they come; a document has to be whole first. */
export async function* filtered(
  pieces: AsyncIterable<string>,
  format: Format,
  filter: JqFilter,
): AsyncGenerator<string> {
  if (format === 'ndjson') {
    for await (const lines of pieces) yield filter(lines);
    return;
  }
  const whole: string[] = [];
  for await (const piece of pieces) whole.push(piece);
  yield filter(whole.join(''));
}
