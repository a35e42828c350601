// What there is of a batch to take back: its rows that are in the ledger, of every plan that went through under its name.
import type { PlanRow } from '../batch/plan-lines.ts';
import { openPlan, type Plan } from '../batch/plan-reader.ts';
import { counted } from '../batch/problem-report.ts';
import { CreditctlError } from '../errors.ts';
import { keptPlan } from './batch-folder.ts';
import type { Session } from './session.ts';
import { isDone, isOpenState } from './survey.ts';
import { addToAccounts, type UndoAccount } from './undo-rows.ts';

type Of = Pick<Session, 'known' | 'folder'>;

/** Throws a `refused` error while nobody knows of some row whether it is there. */
export async function settledAccounts(last: Plan, { known, folder }: Of): Promise<readonly UndoAccount[]> {
  const accounts = new Map<string, UndoAccount>();
  let open = 0;
  for await (const row of everyRow(last, { known, folder })) {
    const state = known.states.get(row.key);
    if (isOpenState(state)) open += 1;
    if (isDone(state)) addToAccounts(row, accounts);
  }
  if (open === 0) return [...accounts.values()];
  const message = `Of ${counted(open, 'row')} of the batch ${folder.id} nobody knows whether they are in the ledger; nothing was written`;
  throw new CreditctlError('refused', message, {
    applied: 'no',
    retrySafe: true,
    next: [`creditctl batch resume ${folder.id}`],
  });
}

/** Under one name several plans may have been carried out: each row of any of them, once. */
async function* everyRow(last: Plan, { known, folder }: Of): AsyncGenerator<PlanRow> {
  if (known.plans.length === 1) return yield* last.rows();
  const told = new Set<string>();
  // The oldest first, because what is newest is taken back first.
  for (const sha256 of known.plans.toReversed()) {
    const plan = await openPlan(keptPlan(folder, sha256));
    try {
      for await (const row of plan.rows()) {
        if (told.has(row.key)) continue;
        told.add(row.key);
        yield row;
      }
    } finally {
      await plan.close();
    }
  }
}
