// The names under which a record keeps one customer's writes: the external id, and `id:` with the API's own.
import { customerRefText, parseCustomerRef } from '../credits/customer-ref.ts';
import { isJsonObject, type Json, parseJson } from '../wire/json.ts';
import type { WriteWithTexts } from './known-write.ts';
import type { AccountRecord, WriteFilter } from './record.ts';

/** An answer tells them all, so that one of the newest writes is enough. */
const lookedAt = 20;

type Asked = Pick<AccountRecord, 'writes' | 'keyStates'>;

/**
 * The given name first. Asks no API: another name is known from an answer to a write under the given one, or from a write
 * that names the customer one way and sets credits aside the other way, as rows of batches do.
 */
export async function customerNames(record: Asked, name: string): Promise<readonly string[]> {
  const own = await newest(record, { customer: name });
  const told = own.map(({ texts }) => toldBy(texts.answer)).find((names) => names.length > 0);
  if (told !== undefined) return [...new Set([name, ...told])];
  const ref = parseCustomerRef(name);
  const ids = ref?.by === 'id' ? [ref.id] : await holdersOf(own, record);
  const names = new Set([name, ...ids.map((id) => customerRefText({ by: 'id', id }))]);
  for (const holder of ids)
    for (const { customer } of await newest(record, { holder })) if (customer !== null) names.add(customer);
  return [...names];
}

async function newest(
  record: Pick<AccountRecord, 'writes'>,
  filter: WriteFilter,
): Promise<readonly WriteWithTexts[]> {
  const found: WriteWithTexts[] = [];
  for await (const write of record.writes({ ...filter, withRows: true })) {
    found.push(write);
    if (found.length === lookedAt) break;
  }
  return found;
}

/** The API's own ids under which the writes set credits aside. */
async function holdersOf(
  writes: readonly WriteWithTexts[],
  record: Pick<AccountRecord, 'keyStates'>,
): Promise<readonly string[]> {
  const states = writes.length === 0 ? [] : (await record.keyStates(writes.map(({ key }) => key))).values();
  const names = new Set(writes.map(({ customer }) => customer));
  const holders = [...states].flatMap(({ reserves }) => (reserves === null ? [] : [reserves.customer]));
  // Where the id was not known yet, credits are set aside under the name itself.
  return [...new Set(holders)].filter((holder) => !names.has(holder));
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
