// Reads a customer's blocks and ledger for an undo, with as few requests as the rows need.

import type { CreditBlock, CustomerRef, LedgerEntry } from '../../credits/customer.ts';
import { unlessAbsent } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { ledgerQuery } from '../../requests/ledger-query.ts';
import { markerName } from '../../requests/request.ts';
import { undoPrefix } from '../../undo/undo-key.ts';
import { customerBlocks, customerZone } from '../../writes/customer.ts';
import type { UndoAccount } from './accounts.ts';

/** Most blocks that are read one by one: the API allows ten times as many such reads as lists of a customer's blocks. */
const singlyMax = 10;

/** The customer's blocks and zone. The undo of grants needs only the granted blocks and no time zone. */
export async function presentOf(
  { customer: { id }, currency, isOfGrants }: UndoAccount,
  made: readonly LedgerEntry[],
  connection: Connection,
) {
  const now = connection.now();
  const ref: CustomerRef = { by: 'id', id };
  const ids = new Set(made.map(({ credit_block }) => credit_block.id));
  if (isOfGrants && ids.size <= singlyMax)
    return { blocks: await blocksNamed([...ids], connection), now, zone: 'UTC' };
  const blocks = await customerBlocks(connection, ref, { currency, all: true });
  return { blocks, now, zone: isOfGrants ? 'UTC' : await customerZone(connection, ref) };
}

/** The blocks that still exist. */
async function blocksNamed(ids: readonly string[], { api }: Connection): Promise<readonly CreditBlock[]> {
  const blocks: CreditBlock[] = [];
  for (const id of ids) {
    const found = await unlessAbsent(() => api.block(id));
    if (found !== undefined) blocks.push(found.record);
  }
  return blocks;
}

/** The account's whole ledger; `undefined` if the customer was deleted. */
export async function accountLedger(
  { customer: { id }, currency }: UndoAccount,
  { api }: Connection,
): Promise<AccountLedger | undefined> {
  const ref: CustomerRef = { by: 'id', id };
  return unlessAbsent(async () => {
    const all: LedgerEntry[] = [];
    for await (const { record } of api.entries(ledgerQuery(ref, { currency }, {}), {})) all.push(record);
    return new AccountLedger(all.reverse());
  });
}

/** The ledger of one account, indexed by mark and by block. All lists are oldest first. */
export class AccountLedger {
  readonly #byMark: ReadonlyMap<string, readonly LedgerEntry[]>;
  readonly #byBlock: ReadonlyMap<string, readonly LedgerEntry[]>;
  /** Every grant and every expiry change. */
  readonly making: readonly LedgerEntry[];
  /** Entries of undo writes, from any batch or single write. */
  readonly undoings: readonly LedgerEntry[];

  constructor(all: readonly LedgerEntry[]) {
    this.#byMark = grouped(all, ({ metadata }) => metadata[markerName]);
    this.#byBlock = grouped(all, ({ credit_block }) => credit_block.id);
    this.making = all.filter(({ entry_type: type }) => type === 'increment' || type === 'expiration_change');
    this.undoings = all.filter(({ metadata }) => metadata[markerName]?.startsWith(undoPrefix) === true);
  }

  /** The entries of the write with this key. */
  madeBy(key: string): readonly LedgerEntry[] {
    return this.#byMark.get(key) ?? [];
  }

  /** Entries after the last of these, in the blocks that these entries touched. */
  laterThan(made: readonly LedgerEntry[]): readonly LedgerEntry[] {
    const last = made.at(-1)?.ledger_sequence_number ?? Number.POSITIVE_INFINITY;
    const blocks = new Set(made.map(({ credit_block }) => credit_block.id));
    return [...blocks].flatMap((id) =>
      (this.#byBlock.get(id) ?? []).filter(({ ledger_sequence_number: number }) => number > last),
    );
  }
}

/** Groups entries by `nameOf` in their order; leaves out entries for which `nameOf` returns `undefined`. */
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
