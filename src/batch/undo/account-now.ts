// How the account of a customer stands now, asked for with as few reads as its rows need.

import type { CreditBlock, CustomerRef, LedgerEntry } from '../../credits/customer.ts';
import { unlessGone } from '../../errors.ts';
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
): Promise<Pick<Present, 'blocks' | 'now' | 'zone'>> {
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
  for (const id of ids) {
    const found = await unlessGone(() => api.block(id));
    if (found !== undefined) blocks.push(found.record);
  }
  return blocks;
}

/** The whole ledger of the account, oldest first; `undefined` if the customer was deleted. */
export async function entriesOf(
  { customer: { id }, currency }: UndoAccount,
  { api }: Connection,
): Promise<readonly LedgerEntry[] | undefined> {
  const ref: CustomerRef = { by: 'id', id };
  return unlessGone(async () => {
    const all: LedgerEntry[] = [];
    for await (const { record } of api.entries(ledgerQuery(ref, { currency }, {}), {})) all.push(record);
    return all.reverse();
  });
}
