// What a write has to know of a customer: the time zone and the blocks.
import { isTimeZone } from '../credits/calendar.ts';
import type { CreditBlock, Customer, CustomerRef } from '../credits/customer.ts';
import { type CreditctlError, isAbsent, notApplied } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { idList } from '../requests/command-words.ts';
import { blocksQuery } from '../requests/ledger-query.ts';

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
    throw isAbsent(error) ? error.with({ next: [idList('<block>', customer)] }) : error;
  }
}

/** The IANA name, which this version of Node may not know: then dates are refused, and instants are shown in UTC. */
export const customerZone = async ({ api }: Connection, customer: CustomerRef): Promise<string> =>
  (await api.customer(customer)).record.timezone;

/** A record that names whose it is. */
export interface Owned {
  readonly customer: { readonly id: string } | null;
}

/** The zone of the customer whom a record names; `undefined` for one of no customer. */
export const ownerZone = async (connection: Connection, { customer }: Owned): Promise<string | undefined> =>
  customer === null ? undefined : customerZone(connection, { by: 'id', id: customer.id });

/** The zone of a customer where a day has to be cut out of time. Throws a `server` error for a zone that this Node does not know. */
export const knownCustomerZone = async (connection: Connection, customer: CustomerRef): Promise<string> =>
  knownZone(await customerZone(connection, customer));

/** Whether a failure is of this one of many customers: deleted meanwhile, or of a zone that this Node does not know. */
export const cannotBeRead = ({ timezone }: Customer, error: CreditctlError): boolean =>
  isAbsent(error) || !isTimeZone(timezone);

/** The customer's zone again. Throws a `server` error for one that this Node does not know. */
export function knownZone(timezone: string): string {
  if (isTimeZone(timezone)) return timezone;
  throw notApplied('server', `This version of Node does not know the customer's time zone: "${timezone}"`, [
    'Use a newer version of Node, or point NODE_ICU_DATA to a newer ICU database',
  ]);
}
