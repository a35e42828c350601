// Erases a customer's rows from a recorded plan: their contents go, their row numbers and keys stay. Pure.
import { erasedBeginning } from '../../record/plan-bytes.ts';
import { definedFields, isJsonObject, type Json, parseJson, writeJson } from '../../wire/json.ts';

/**
 * A plan's bytes without the contents of a customer's rows. The result is no longer a valid plan; a second run changes nothing.
 * @param names of the customer: external ids, `id:…`, or the API's own id
 * @param pieces the plan's bytes
 */
export async function* withoutRowsOf(
  names: readonly string[],
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const wanted = new Set(names);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let rest = '';
  let before = erasedBeginning;
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    const kept = lines.map((line) => `${withoutTexts(line, wanted)}\n`).join('');
    if (kept === '') continue;
    yield Buffer.from(kept.startsWith(erasedBeginning) ? kept : before + kept);
    before = '';
  }
  yield Buffer.from(rest + decoder.decode());
}

/** Whether a line is an erased row. */
export const isErasedRow = (line: string): boolean => line.endsWith(',"erased":true}');

function withoutTexts(line: string, names: ReadonlySet<string>): string {
  if (!line.startsWith('{"row":')) return line;
  const document = parseJson(line);
  if (!isJsonObject(document) || !isOf(document.customer, names)) return line;
  const { row, line: place, key, customer } = document;
  return writeJson(definedFields({ row, line: place, key, customer, erased: true }));
}

function isOf(customer: Json | undefined, names: ReadonlySet<string>): boolean {
  if (customer === undefined || !isJsonObject(customer)) return false;
  const { id, external_customer_id: external } = customer;
  return (
    (typeof external === 'string' && names.has(external)) ||
    (typeof id === 'string' && (names.has(id) || names.has(`id:${id}`)))
  );
}
