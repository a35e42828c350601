// Reads what a write needs of a customer: the time zone and the blocks.
import { isTimeZone } from '../credits/calendar.ts';
import type { CreditBlock, Customer, CustomerRef } from '../credits/customer.ts';
import { type CreditctlError, isAbsent, notApplied } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { idList } from '../requests/command-args.ts';
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

/** The open blocks, and the named block even if it is closed. Other closed blocks may be many, so they are left out. */
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

/** One block by its id. Throws a `not-found` error that names the command to list the customer's blocks. */
export async function namedBlock(
  { api }: Connection,
  id: string,
  { customer, currency }: { readonly customer: CustomerRef; readonly currency: string | undefined },
): Promise<CreditBlock> {
  try {
    return (await api.block(id)).record;
  } catch (error) {
    throw isAbsent(error) ? error.with({ next: [idList('<block>', customer, currency)] }) : error;
  }
}

/** The IANA name of the customer's zone. If this Node does not know it, dates are refused and times are shown in UTC. */
export const customerZone = async ({ api }: Connection, customer: CustomerRef): Promise<string> =>
  (await api.customer(customer)).record.timezone;

/** An API object with the customer who owns it. */
export interface Owned {
  readonly customer: { readonly id: string } | null;
}

/** The time zone of an object's customer; `undefined` for an object without a customer. */
export const ownerZone = async (connection: Connection, { customer }: Owned): Promise<string | undefined> =>
  customer === null ? undefined : customerZone(connection, { by: 'id', id: customer.id });

/** The customer's zone, for computing with days. Throws a `server` error for a zone that this Node does not know. */
export const knownCustomerZone = async (connection: Connection, customer: CustomerRef): Promise<string> =>
  knownZone(await customerZone(connection, customer));

/** Whether an error concerns only this customer: deleted meanwhile, or in a zone that this Node does not know. */
export const cannotBeRead = ({ timezone }: Customer, error: CreditctlError): boolean =>
  isAbsent(error) || !isTimeZone(timezone);

/** Returns the same zone. Throws a `server` error for a zone that this Node does not know. */
export function knownZone(timezone: string): string {
  if (isTimeZone(timezone)) return timezone;
  throw notApplied('server', `This version of Node does not know the customer's time zone: "${timezone}"`, [
    'Use a newer version of Node, or point NODE_ICU_DATA to a newer ICU database',
  ]);
}
