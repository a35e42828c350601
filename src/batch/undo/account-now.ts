// How the account of a customer stands now, and its ledger, asked for with as few reads as its rows need.

import type { CreditBlock, CustomerRef, LedgerEntry } from '../../credits/customer.ts';
import { unlessGone } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { ledgerQuery } from '../../requests/ledger-query.ts';
import { markerName } from '../../requests/request.ts';
import type { Present } from '../../undo/inverse-parts.ts';
import { undoPrefix } from '../../undo/undo-key.ts';
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

/** The whole ledger of the account; `undefined` if the customer was deleted. */
export async function accountLedger(
  { customer: { id }, currency }: UndoAccount,
  { api }: Connection,
): Promise<AccountLedger | undefined> {
  const ref: CustomerRef = { by: 'id', id };
  return unlessGone(async () => {
    const all: LedgerEntry[] = [];
    for await (const { record } of api.entries(ledgerQuery(ref, { currency }, {}), {})) all.push(record);
    return new AccountLedger(all.reverse());
  });
}

/** The ledger of one account, with its entries by mark and by block. All lists are oldest first. */
export class AccountLedger {
  readonly #byMark: ReadonlyMap<string, readonly LedgerEntry[]>;
  readonly #byBlock: ReadonlyMap<string, readonly LedgerEntry[]>;
  /** Every grant and every change of expiry. */
  readonly making: readonly LedgerEntry[];
  /** What undid something, of whichever batch or single write. */
  readonly undoings: readonly LedgerEntry[];

  constructor(all: readonly LedgerEntry[]) {
    this.#byMark = grouped(all, ({ metadata }) => metadata[markerName]);
    this.#byBlock = grouped(all, ({ credit_block }) => credit_block.id);
    this.making = all.filter(({ entry_type: type }) => type === 'increment' || type === 'expiration_change');
    this.undoings = all.filter(({ metadata }) => metadata[markerName]?.startsWith(undoPrefix) === true);
  }

  /** The entries that the write with this key made. */
  madeBy(key: string): readonly LedgerEntry[] {
    return this.#byMark.get(key) ?? [];
  }

  /** What came after the last of these entries in the blocks that they touched. */
  laterThan(made: readonly LedgerEntry[]): readonly LedgerEntry[] {
    const last = made.at(-1)?.ledger_sequence_number ?? Number.POSITIVE_INFINITY;
    const blocks = new Set(made.map(({ credit_block }) => credit_block.id));
    return [...blocks].flatMap((id) =>
      (this.#byBlock.get(id) ?? []).filter(({ ledger_sequence_number: number }) => number > last),
    );
  }
}

/** In the same order, by what `nameOf` says of each; those of which it says nothing are left out. */
function grouped(
  all: readonly LedgerEntry[],
  nameOf: (entry: LedgerEntry) => string | undefined,
): ReadonlyMap<string, readonly LedgerEntry[]> {
  const found = new Map<string, LedgerEntry[]>();
  for (const entry of all) {
    const name = nameOf(entry);
    if (name === undefined) continue;
    const group = found.get(name) ?? [];
    found.set(name, group);
    group.push(entry);
  }
  return found;
}
