// Finds the names of one customer in the record: the external id, and `id:` with the API's own id.
import { type Customer, customerNames, customerRefText, parseCustomerRef } from '../credits/customer.ts';
import { answeredCustomer } from '../requests/request.ts';
import { isJsonObject, type Json, type JsonObject, parseJson } from '../wire/json.ts';
import { readBody } from './chained-fact.ts';
import type { EventRow, NewFact } from './facts.ts';
import type { AccountRecord, WriteFilter, WriteWithTexts } from './record.ts';

/** At most this many writes are searched: one answer has all names of the customer, so the newest writes are enough. */
const writesSearchedMax = 20;

type NameSource = Pick<AccountRecord, 'writes' | 'eventsOf'>;

/**
 * All names of a customer in the record, the given name first. Sends no request. Another name is in the answer to a
 * write, or in the reservation of a write: a row of a batch names the external id and reserves under the API's own id.
 */
export async function namesInRecord(record: NameSource, name: string): Promise<readonly string[]> {
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
 * All names of a customer, for erasing and similar, which must miss no name. If only an answer can connect an id of the
 * API with a name, this reads all answers, which takes a while in a long record.
 */
export async function everyCustomerName(record: NameSource, name: string): Promise<readonly string[]> {
  const names = await namesInRecord(record, name);
  if (names.length > 1 || parseCustomerRef(name)?.by !== 'id') return names;
  for await (const { texts } of record.writes({ withRows: true })) {
    const found = namesIn(texts.answer);
    if (found.includes(name)) return [...new Set([name, ...found])];
  }
  return names;
}

/** The writes for a customer under each of the customer's names. Reads only these writes, by index. */
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
    if (found.length === writesSearchedMax) break;
  }
  return found;
}

/** The API's own id of the customer in the reservation of one of the writes, even if the write failed later. */
async function holderOf(
  writes: readonly WriteWithTexts[],
  record: Pick<AccountRecord, 'eventsOf'>,
): Promise<string | undefined> {
  for (const { key, customer } of writes)
    for (const { body } of await record.eventsOf(key)) {
      const { fact } = readBody(body);
      const holder = fact.kind === 'noted' ? fact.reserves?.customer : undefined;
      // If the id was not known yet, the reservation has the name in its place.
      if (holder !== undefined && holder !== customer) return holder;
    }
  return undefined;
}

/** The customer of a block, from the newest write that moved the block's credits. */
export async function ownerOfBlock(
  block: string,
  record: Pick<AccountRecord, 'writes'>,
): Promise<string | undefined> {
  for await (const { customer } of record.writes({ block, withRows: true }))
    if (customer !== null) return customer;
  return undefined;
}

export type NotedWrite = Pick<WriteWithTexts, 'key' | 'noted' | 'notedAt' | 'ledgerAt'>;

/** The methods of the record that find the customer of a write. */
export type WhoseWrites = Pick<AccountRecord, 'keyStates' | 'writes' | 'writesNaming'>;

/** Whether the answer to an earlier write shows the customer of this id under this external id. */
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
 * The API's own id of the customer who had this name when a write was noted. The id is certain if the write's own
 * reservation has it; otherwise the last settled write before it shows the id. `undefined` if the record has neither.
 */
export async function customerIdOf(
  { key, notedAt: until }: NotedWrite,
  name: string,
  record: WhoseWrites,
): Promise<{ readonly id: string; readonly isCertain: boolean } | undefined> {
  const own = await reservedFor(key, name, record);
  if (own !== undefined) return { id: own, isCertain: true };
  let left = writesSearchedMax;
  const filter = { customer: name, until, states: ['settled'], withRows: true } as const;
  for await (const { key: earlier, texts } of record.writes(filter)) {
    const id = customerIdIn(texts.answer) ?? (await reservedFor(earlier, name, record));
    if (id !== undefined) return { id, isCertain: false };
    left -= 1;
    if (left === 0) return undefined;
  }
  return undefined;
}

/** The API's own id of the customer in the reservation of a write; `undefined` if the id was not known. */
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

/** The API's own id of the customer in the answer to a write; `undefined` if the answer names no customer. */
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

/** All spellings of a customer's names: in writes (customers), in reservations and in answers (holders). */
interface Spellings {
  readonly customers: readonly string[];
  readonly holders: readonly string[];
}

/** A bare name may also be the API's own id. */
export function spellingsOf(names: readonly string[]): Spellings {
  const holders = names.map((name) => name.replace(/^id:/, ''));
  return { customers: [...new Set([...names, ...holders.map((id) => `id:${id}`)])], holders };
}

/** The attempts for a customer among the events of one key. A key whose attempt failed may go on for another customer. */
export function attemptsFor(
  { customers, holders }: Spellings,
  events: readonly EventRow[],
): ReadonlySet<number> {
  const isFor = ({ kind, body }: EventRow): boolean => {
    if (kind !== 'noted' && kind !== 'ended') return false;
    const { fact } = readBody(body);
    // A customer without an external id is known by the id in the answer that created the customer.
    if (fact.kind === 'ended') return holders.includes(fact.entry ?? '');
    if (fact.kind !== 'noted') return false;
    return customers.includes(fact.customer ?? '') || holders.includes(fact.reserves?.customer ?? '');
  };
  return new Set(events.filter(isFor).map(({ attempt }) => attempt));
}

/** The facts which state in the chain that a customer's texts were erased: see `AccountRecord.erase`. */
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
