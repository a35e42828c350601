// The names under which a record keeps one customer's writes: the external id, and `id:` with the API's own.
import { type Customer, customerNames, customerRefText, parseCustomerRef } from '../credits/customer.ts';
import { answeredCustomer } from '../requests/request.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../wire/json.ts';
import { readBody } from './chained-fact.ts';
import type { NewFact } from './facts.ts';
import type { AccountRecord, WriteFilter, WriteWithTexts } from './record.ts';

/** An answer holds them all, so that one of the newest writes is enough. */
const lookedAt = 20;

type Asked = Pick<AccountRecord, 'writes' | 'eventsOf'>;

/**
 * The given name first. Asks no API: another name is known from an answer to a write under the given one, or from a write
 * that names the customer one way and sets credits aside the other way, as rows of batches do.
 */
export async function namesInRecord(record: Asked, name: string): Promise<readonly string[]> {
  const own = await latest(record, { customer: name });
  const known = own.map(({ texts }) => namesIn(texts.answer)).find((names) => names.length > 0);
  if (known !== undefined) return [...new Set([name, ...known])];
  const ref = parseCustomerRef(name);
  const holder = ref?.by === 'id' ? ref.id : await holderOf(own, record);
  if (holder === undefined) return [name];
  const names = new Set([name, customerRefText({ by: 'id', id: holder })]);
  for (const { customer } of await latest(record, { holder })) if (customer !== null) names.add(customer);
  return [...names];
}

/**
 * The same, for what must miss nothing: where the record knows an id of the API from answers alone, it goes through all of
 * them, which takes a while in a long record.
 */
export async function everyCustomerName(record: Asked, name: string): Promise<readonly string[]> {
  const names = await namesInRecord(record, name);
  if (names.length > 1 || parseCustomerRef(name)?.by !== 'id') return names;
  for await (const { texts } of record.writes({ withRows: true })) {
    const found = namesIn(texts.answer);
    if (found.includes(name)) return [...new Set([name, ...found])];
  }
  return names;
}

/** The writes for a customer under each of their names; those are only few of the record. */
export async function* writesFor(
  customer: Customer,
  record: Pick<AccountRecord, 'writes'>,
): AsyncGenerator<WriteWithTexts> {
  for (const name of customerNames(customer)) yield* record.writes({ customer: name, withRows: true });
}

async function latest(
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

/** The API's own id under which one of the writes set credits aside, even if it failed since. */
async function holderOf(
  writes: readonly WriteWithTexts[],
  record: Pick<AccountRecord, 'eventsOf'>,
): Promise<string | undefined> {
  for (const { key, customer } of writes)
    for (const { body } of await record.eventsOf(key)) {
      const { fact } = readBody(body);
      const holder = fact.kind === 'noted' ? fact.reserves?.customer : undefined;
      // Where the id was not known yet, credits are set aside under the name itself.
      if (holder !== undefined && holder !== customer) return holder;
    }
  return undefined;
}

/** Whom the record names for a block: the newest write that moved credits of it says so. */
export async function ownerOfBlock(
  block: string,
  record: Pick<AccountRecord, 'writes'>,
): Promise<string | undefined> {
  for await (const { customer } of record.writes({ block, withRows: true }))
    if (customer !== null) return customer;
  return undefined;
}

export type NotedWrite = Pick<WriteWithTexts, 'key' | 'noted' | 'notedAt' | 'ledgerAt'>;

/** What is asked of the record to find out whom a write is for. */
export type WhoseWrites = Pick<AccountRecord, 'keyStates' | 'writes' | 'writesNaming'>;

/** Whether an earlier write of the record created the customer of this id under this external id, or found them so. */
export async function hadNameBefore(
  { noted }: Pick<NotedWrite, 'noted'>,
  { id, name }: { readonly id: string; readonly name: string },
  record: Pick<WhoseWrites, 'writesNaming'>,
): Promise<boolean> {
  for (const { noted: at, texts } of await record.writesNaming(id)) {
    const document = documentOf(texts.answer);
    if (at < noted && document?.id === id && document.external_customer_id === name) return true;
  }
  return false;
}

/**
 * The API's own id of the customer whose name it was when a write was noted. It is certain where the write itself set
 * credits aside under it, and else that of the last write before it. `undefined` where the record does not say.
 */
export async function customerIdOf(
  { key, notedAt: until }: NotedWrite,
  name: string,
  record: WhoseWrites,
): Promise<{ readonly id: string; readonly isCertain: boolean } | undefined> {
  const own = await reservedFor(key, name, record);
  if (own !== undefined) return { id: own, isCertain: true };
  let left = lookedAt;
  const filter = { customer: name, until, states: ['settled'], withRows: true } as const;
  for await (const { key: earlier, texts } of record.writes(filter)) {
    const id = customerIdIn(texts.answer) ?? (await reservedFor(earlier, name, record));
    if (id !== undefined) return { id, isCertain: false };
    left -= 1;
    if (left === 0) return undefined;
  }
  return undefined;
}

/** For whom a write sets credits aside, where the API's own id was known. */
async function reservedFor(
  key: string,
  name: string,
  record: Pick<AccountRecord, 'keyStates'>,
): Promise<string | undefined> {
  const reserved = (await record.keyStates([key])).get(key)?.reserves?.customer;
  return reserved === name ? undefined : reserved;
}

function namesIn(answer: string | null): readonly string[] {
  const { id, external_customer_id: external } = customerIn(answer) ?? {};
  return [
    ...(typeof external === 'string' ? [external] : []),
    ...(typeof id === 'string' ? [customerRefText({ by: 'id', id })] : []),
  ];
}

/** The API's own id of the customer of what a write was answered with; `undefined` where the answer does not say. */
export function customerIdIn(answer: string | null): string | undefined {
  const id = customerIn(answer)?.id;
  return typeof id === 'string' ? id : undefined;
}

const customerIn = (answer: string | null): JsonObject | undefined =>
  answeredCustomer(documentOf(answer) ?? null);

function documentOf(answer: string | null): JsonObject | undefined {
  const document: Json = answer === null ? null : parseJson(answer);
  return isJsonObject(document) ? document : undefined;
}

/** How writes name a customer, and how they name whose credits they set aside: a bare name may be the API's own id. */
export function spellingsOf(names: readonly string[]): {
  readonly customers: readonly string[];
  readonly holders: readonly string[];
} {
  const holders = names.map((name) => name.replace(/^id:/, ''));
  return { customers: [...new Set([...names, ...holders.map((id) => `id:${id}`)])], holders };
}

/** What says in the chain that a customer's texts were emptied: see `AccountRecord.erase`. */
export const erasedFacts = (
  names: readonly string[],
  plans: ReadonlyMap<string, string>,
): readonly NewFact[] =>
  names.map((customer, place) => ({
    fact: {
      kind: 'erased',
      customer,
      ...(place > 0 || plans.size === 0 ? {} : { plans: Object.fromEntries(plans) }),
    },
  }));
