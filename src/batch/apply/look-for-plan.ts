// Looks in the ledgers for rows of a plan that no journal here knows: it may be lost, or be on another machine.

import { isZero } from '../../credits/amount.ts';
import type { PlanAccount } from '../plan/plan-lines.ts';
import type { Plan } from '../plan/plan-reader.ts';
import type { LedgerName } from './found-in-ledger.ts';

/** Ledgers in which a batch is looked for that has no journal here. */
const probedMax = 20;

/**
 * In every ledger, or first in a few, which tell whether the batch was ever here: rows are carried out in the order of
 * the plan. The API's own memory of keys ends after 48 hours, and drift is only what came after the plan.
 * @param look resolves to whether a row was found
 */
export async function lookForPlan(
  plan: Plan,
  isEverywhere: boolean,
  look: (ledgers: readonly LedgerName[]) => Promise<boolean>,
): Promise<void> {
  const probed: LedgerName[] = [];
  const all: LedgerName[] = [];
  for await (const account of plan.accounts()) {
    const name = { customer: account.customer.id, currency: account.currency };
    all.push(name);
    // What is newer than the plan is found with the drift.
    if (account.ledger_sequence_number === null || probed.length >= probedMax) continue;
    probed.push({ ...name, ...narrowed(account) });
  }
  if (isEverywhere || (await look(probed))) await look(all);
}

/** Metering makes many entries, and none of them is a grant. */
const narrowed = ({ granted }: PlanAccount): Pick<LedgerName, 'type'> =>
  isZero(granted) ? {} : { type: 'increment' };
