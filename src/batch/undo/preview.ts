// What taking a batch back would come to, found out account by account before anybody is asked.

import { add, isZero, zero } from '../../credits/amount.ts';
import { streamConcurrently } from '../../platform/concurrency.ts';
import { grantedBy } from '../../policy/judge-batch.ts';
import type { Policy } from '../../policy/rules.ts';
import type { PlannedGrants } from '../apply/plan-scan.ts';
import { RowStates, rowState } from '../apply/row-states.ts';
import { RowBreaches } from '../plan/row-breaches.ts';
import type { UndoAccount } from './accounts.ts';
import { type UndoContext, undoOf } from './inverse-rows.ts';
import { UndoSums } from './summary.ts';
import { type Extent, extended, noExtent } from './undo-limit.ts';

/** Accounts that are looked up at a time; the embedded ledger answers one by one, and more would only lie in memory. */
export const widthOf = ({ connection }: UndoContext): number => (connection.place.kind === 'sandbox' ? 1 : 4);

/** What was shown: all of it together, and each account by itself. */
export interface Looked {
  readonly sums: UndoSums;
  readonly breaches: RowBreaches;
  /** Credits that come back to a customer by a grant, which counts as any other does. */
  readonly grants: readonly PlannedGrants[];
  readonly granting: RowStates;
  readonly extents: ReadonlyMap<UndoAccount, Extent>;
}

/** Of an account only its sums are kept: a batch may have more rows than fit into memory with all that they lead to. */
export async function lookAt(
  accounts: readonly UndoAccount[],
  { context, policy }: { readonly context: UndoContext; readonly policy: Policy },
): Promise<Looked> {
  const sums = new UndoSums();
  const breaches = new RowBreaches(policy);
  const extents = new Map<UndoAccount, Extent>();
  const grants: PlannedGrants[] = [];
  const granting = new RowStates();
  const look = async (account: UndoAccount) => ({ account, rows: await undoOf(account, context) });
  for await (const { account, rows } of streamConcurrently(accounts, widthOf(context), look)) {
    let extent = noExtent;
    let amount = zero;
    for (const row of rows) {
      sums.add(row);
      extent = extended(extent, row.writes);
      for (const { request, key } of row.writes) {
        breaches.add({ row: row.row.row, line: row.row.row }, request);
        const granted = grantedBy(request);
        if (isZero(granted)) continue;
        amount = add(amount, granted);
        granting.set(key, rowState.planned);
      }
    }
    const { customer, currency } = account;
    if (!isZero(amount)) grants.push({ customer, currency, amount });
    extents.set(account, extent);
  }
  return { sums, breaches, grants, granting, extents };
}
