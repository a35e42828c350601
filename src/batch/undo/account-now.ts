// How the account of a customer stands now, asked for with as few reads as its rows need.

import type { CreditBlock, CustomerRef, LedgerEntry } from '../../credits/customer.ts';
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { ledgerQuery } from '../../requests/ledger-query.ts';
import type { Present } from '../../undo/inverse-parts.ts';
import { customerBlocks, customerZone } from '../../writes/customer.ts';
import type { UndoAccount } from './accounts.ts';

/** So many blocks are asked for one by one: the API takes ten times as many such reads as of all blocks of a customer. */
const singlyMax = 10;

/** How the customer stands. For grants, only their own blocks are asked for, and no day has to be cut out of time. */
export async function presentOf(
  { customer: { id }, currency, isOfGrants }: UndoAccount,
  made: readonly LedgerEntry[],
  connection: Connection,
): Promise<Omit<Present, 'since'>> {
  const now = connection.now();
  const ref: CustomerRef = { by: 'id', id };
  const ids = new Set(made.map(({ credit_block }) => credit_block.id));
  if (isOfGrants && ids.size <= singlyMax)
    return { blocks: await blocksNamed([...ids], connection), now, zone: 'UTC' };
  const blocks = await customerBlocks(connection, ref, { currency, all: true });
  return { blocks, now, zone: isOfGrants ? 'UTC' : await customerZone(connection, ref) };
}

/** Those that are there still. */
async function blocksNamed(ids: readonly string[], { api }: Connection): Promise<readonly CreditBlock[]> {
  const blocks: CreditBlock[] = [];
  for (const id of ids)
    try {
      blocks.push((await api.block(id)).record);
    } catch (error) {
      if (!(error instanceof CreditctlError) || error.kind !== 'not-found') throw error;
    }
  return blocks;
}

/** The whole ledger of the account, oldest first. */
export async function entriesOf(
  { customer: { id }, currency }: UndoAccount,
  { api }: Connection,
): Promise<readonly LedgerEntry[]> {
  const all: LedgerEntry[] = [];
  const ref: CustomerRef = { by: 'id', id };
  for await (const { record } of api.entries(ledgerQuery(ref, { currency }, {}), {})) all.push(record);
  return all.reverse();
}
