// The names under which a record keeps one customer's writes: the external id, and `id:` with the API's own.
import { customerRefText } from '../credits/customer-ref.ts';
import { isJsonObject, type Json, parseJson } from '../wire/json.ts';
import type { AccountRecord } from './record.ts';

/** An answer tells them all, so that one of the newest writes is enough. */
const lookedAt = 20;

/** The given name first. Asks no API; another name is known where an answer under the given one told it. */
export async function customerNames(
  record: Pick<AccountRecord, 'writes'>,
  name: string,
): Promise<readonly string[]> {
  let left = lookedAt;
  for await (const { texts } of record.writes({ customer: name, withRows: true })) {
    const told = toldBy(texts.answer);
    if (told.length > 0) return [...new Set([name, ...told])];
    left -= 1;
    if (left === 0) break;
  }
  return [name];
}

function toldBy(answer: string | null): readonly string[] {
  const document: Json = answer === null ? null : parseJson(answer);
  if (!isJsonObject(document) || !isJsonObject(document.customer)) return [];
  const { id, external_customer_id: external } = document.customer;
  return [
    ...(typeof external === 'string' ? [external] : []),
    ...(typeof id === 'string' ? [customerRefText({ by: 'id', id })] : []),
  ];
}
