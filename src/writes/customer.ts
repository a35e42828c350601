// What a write has to know of a customer: the time zone and its day, the blocks, and what was granted.

import { dateAt, isTimeZone, startOfDay } from '../credits/calendar.ts';
import type { CreditBlock, CustomerRef } from '../credits/customer.ts';
import { type Amount, type Instant, isPositive } from '../credits/exact.ts';
import { CreditctlError, isAbsent } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { isGrant } from '../policy/judge.ts';
import { customerWords } from '../requests/command-words.ts';
import { blocksQuery, ledgerQuery } from '../requests/ledger-query.ts';
import { markerName } from '../requests/request.ts';
import { shellText } from '../requests/shell-words.ts';

/** The customer's blocks in one currency, newest first; expired and used up ones only with `all`. */
export async function customerBlocks(
  { api }: Connection,
  customer: CustomerRef,
  wanted: { readonly currency: string | undefined; readonly all?: boolean },
): Promise<readonly CreditBlock[]> {
  const blocks: CreditBlock[] = [];
  for await (const { record } of api.blocks(blocksQuery(customer, wanted), {})) blocks.push(record);
  return blocks;
}

/** The open blocks, and the named one in any case if the customer has it: expired and used up blocks are many. */
export async function blocksWith(
  connection: Connection,
  customer: CustomerRef,
  { currency, id }: { readonly currency: string | undefined; readonly id: string | undefined },
): Promise<readonly CreditBlock[]> {
  const open = await customerBlocks(connection, customer, { currency });
  if (id === undefined || open.some((block) => block.id === id)) return open;
  for await (const { record } of connection.api.blocks(blocksQuery(customer, { currency, all: true }), {}))
    if (record.id === id) return [...open, record];
  return open;
}

/** One block by its id. Throws a `not-found` error with the way to the blocks that the customer has. */
export async function namedBlock(
  { api }: Connection,
  id: string,
  customer: CustomerRef,
): Promise<CreditBlock> {
  try {
    return (await api.block(id)).record;
  } catch (error) {
    if (!isAbsent(error)) throw error;
    const { next = [], ...facts } = error.facts;
    const who = shellText(customerWords(customer));
    const named = next.map((step) => step.replace('<customer>', who));
    throw new CreditctlError(error.kind, error.message, { ...facts, next: named });
  }
}

/** The IANA name, which this version of Node may not know: then dates are refused, and instants are shown in UTC. */
export const customerZone = async ({ api }: Connection, customer: CustomerRef): Promise<string> =>
  (await api.customer(customer)).record.timezone;

/** The same where a day has to be cut out of time. Throws a `server` error for a zone that this Node does not know. */
export const knownCustomerZone = async (connection: Connection, customer: CustomerRef): Promise<string> =>
  knownZone(await customerZone(connection, customer));

/** The customer's zone again. Throws a `server` error for one that this Node does not know. */
export function knownZone(timezone: string): string {
  if (isTimeZone(timezone)) return timezone;
  throw new CreditctlError(
    'server',
    `This version of Node does not know the customer's time zone: "${timezone}"`,
    {
      applied: 'no',
      next: ['Use a newer version of Node, or point NODE_ICU_DATA to a newer ICU database'],
    },
  );
}

/** A day of a customer. */
export interface CustomerDay {
  /** The API's own id: one spelling for one customer. */
  readonly customer: string;
  /** `2026-11-27`. */
  readonly date: string;
  /** When it began. */
  readonly from: Instant;
}

/** The customer's day at an instant, in their own zone. Throws a `server` error for a zone that this Node does not know. */
export async function customerDayAt(
  at: Instant,
  ref: CustomerRef,
  { api }: Connection,
): Promise<CustomerDay> {
  const { record } = await api.customer(ref);
  const zone = knownZone(record.timezone);
  const date = dateAt(at, zone);
  return { customer: record.id, date: String(date), from: startOfDay(date, zone) };
}

/** What the ledger granted since then, each with its mark. */
export async function* grantsSince(
  from: Instant,
  { ref, currency }: { readonly ref: CustomerRef; readonly currency: string },
  { api }: Connection,
): AsyncGenerator<{ readonly mark: string | undefined; readonly amount: Amount }> {
  for await (const { record } of api.entries(ledgerQuery(ref, { currency }, { from }), {}))
    if (isGrant({ type: record.entry_type }) && isPositive(record.amount))
      yield { mark: record.metadata[markerName], amount: record.amount };
}
