// The accounts of a batch to undo: its rows that are in the ledger, from every plan that was applied under its name.

import { counted } from '../../credits/exact.ts';
import { CreditctlError } from '../../errors.ts';
import { withKeptPlan } from '../apply/recorded/kept-plans.ts';
import { groupSize } from '../apply/recorded/row-lookup.ts';
import { inGroupsOf } from '../apply/run/keyed-queue.ts';
import type { Session } from '../apply/session.ts';
import { currencyOf, ledgerOf, type Plan, type PlanRow } from '../plan/plan-lines.ts';

/** The rows of one customer in one currency that are in the ledger; only where they are in the plan is kept. */
export interface UndoAccount {
  readonly customer: PlanRow['customer'];
  readonly currency: string;
  /** Each grant has its own block, so the undo of one changes nothing for the next. */
  isOfGrants: boolean;
  /** In the order of the plans, and in each where its rows begin. */
  readonly places: { readonly plan: Plan; readonly starts: number[] }[];
}

/** The newest first: the order in which they are undone. */
export function* rowsOf({ places }: UndoAccount): Generator<PlanRow> {
  for (const { plan, starts } of places.toReversed())
    for (let index = starts.length - 1; index >= 0; index -= 1) yield plan.rowAt(starts[index] ?? 0);
}

/** Opens all applied plans for `act`, the oldest first, and closes them. */
export function withPlans<Result>(
  { record, runs, runtime }: Pick<Session, 'record' | 'runs' | 'runtime'>,
  act: (plans: readonly Plan[]) => Promise<Result>,
): Promise<Result> {
  const opened = (left: readonly string[], plans: readonly Plan[]): Promise<Result> => {
    const [sha256, ...others] = left;
    if (sha256 === undefined) return act(plans);
    const next = (plan: Plan) => opened(others, [...plans, plan]);
    return withKeptPlan(record, sha256, { space: runtime, act: next });
  };
  return opened(runs.plans.toReversed(), []);
}

/** Throws a `refused` error while the outcome of any row is unknown. @param absent rows that were looked for, and never applied */
export async function settledAccounts(
  plans: readonly Plan[],
  absent: readonly PlanRow[],
  { lookup, id }: Pick<Session, 'lookup' | 'id'>,
): Promise<readonly UndoAccount[]> {
  const accounts = new Map<string, UndoAccount>();
  // Several plans may have been applied under one name; a row of several of them counts once.
  const seen = plans.length > 1 ? new Set<string>() : undefined;
  const never = new Set(absent.map(({ key }) => key));
  let open = 0;
  for (const plan of plans)
    for await (const group of inGroupsOf(groupSize, inOnes(plan.placedRows()))) {
      const fresh = group.filter(({ row }) => seen?.has(row.key) !== true);
      const states = await lookup.recordedStates(fresh.map(({ row }) => row.key));
      for (const { row, start } of fresh) {
        seen?.add(row.key);
        const standing = lookup.standing(row.key, states.get(row.key));
        if (standing === 'open' && !never.has(row.key)) open += 1;
        if (standing === 'done') addTo(accounts, row, { plan, start });
      }
    }
  if (open === 0) return [...accounts.values()];
  const message = `The outcome of ${counted(open, 'row')} of the batch ${id} is unknown; nothing was written`;
  throw new CreditctlError('refused', message, {
    applied: 'no',
    next: ['Run the same command again'],
  });
}

async function* inOnes<Item>(items: AsyncIterable<Item>): AsyncGenerator<readonly Item[]> {
  for await (const item of items) yield [item];
}

function addTo(
  accounts: Map<string, UndoAccount>,
  row: PlanRow,
  { plan, start }: { readonly plan: Plan; readonly start: number },
): void {
  const { customer } = row;
  const [currency, name] = [currencyOf(row), ledgerOf(row)];
  const account = accounts.get(name) ?? { customer, currency, isOfGrants: true, places: [] };
  accounts.set(name, account);
  if (row.request.body.entry_type !== 'increment') account.isOfGrants = false;
  if (account.places.at(-1)?.plan !== plan) account.places.push({ plan, starts: [] });
  account.places.at(-1)?.starts.push(start);
}
