// What a write has to know of a customer: the time zone, and the blocks.

import type { CreditBlock } from '../credits/block.ts';
import type { CustomerRef } from '../credits/customer-ref.ts';
import { CreditctlError } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { customerWords, shellText } from '../requests/command-text.ts';
import { blocksQuery } from '../requests/ledger-query.ts';

/** The customer's blocks in one currency, newest first; expired and used up ones only where `all` is said. */
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

/** One block by its id. Throws a `not-found` error with the way to the ids that there are. */
export async function namedBlock(
  { api }: Connection,
  id: string,
  customer: CustomerRef,
): Promise<CreditBlock> {
  try {
    return (await api.block(id)).record;
  } catch (error) {
    throw withBlockList(error, customer);
  }
}

/** The same error; one that says that the block is not there also says where to look. */
export function withBlockList(error: unknown, customer?: CustomerRef): unknown {
  if (!(error instanceof CreditctlError) || error.kind !== 'not-found') return error;
  const who = customer === undefined ? '<customer>' : shellText(customerWords(customer));
  const next = [...(error.facts.next ?? []), `List the blocks: creditctl blocks list ${who} --all-blocks`];
  return new CreditctlError(error.kind, error.message, { ...error.facts, next });
}

/** The IANA name, which this version of Node may not know: then dates are refused, and instants are shown in UTC. */
export const customerZone = async ({ api }: Connection, customer: CustomerRef): Promise<string> =>
  (await api.customer(customer)).record.timezone;

/** The same where a day has to be cut out of time. Throws a `server` error for a zone that this Node does not know. */
export const knownCustomerZone = async (connection: Connection, customer: CustomerRef): Promise<string> =>
  knownZone(await customerZone(connection, customer));

/** The customer's zone again. Throws a `server` error for one that this Node does not know. */
export async function knownZone(timezone: string): Promise<string> {
  const { isTimeZone } = await import('../credits/calendar.ts');
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
