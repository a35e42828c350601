// Collects the rows of a batch to undo: applied rows by account, from every plan of the batch, and rows of unknown outcome.
import { setImmediate } from 'node:timers/promises';
import { counted, countedIs } from '../../credits/exact.ts';
import { type CreditctlError, mayBeApplied, notApplied, valueArgs } from '../../errors.ts';
import { withKeptPlan } from '../apply/recorded/kept-plans.ts';
import { earliest } from '../apply/recorded/recorded-runs.ts';
import { groupSize, inGroupsOf } from '../apply/recorded/row-lookup.ts';
import { checkWhole, type Ends, searchFor } from '../apply/run/settle-rows.ts';
import type { Session } from '../apply/session.ts';
import { currencyOf, ledgerOf, type Plan, type PlanRow } from '../plan/plan-lines.ts';

/** The applied rows of one customer in one currency. Only their offsets in the plans are kept, to save memory. */
export interface UndoAccount {
  readonly customer: PlanRow['customer'];
  readonly currency: string;
  /** Whether all rows are grants: each has its own block, so the undo of one does not affect the next. */
  isOfGrants: boolean;
  /** The offsets of the rows in each plan; plans and offsets are in order. */
  readonly places: { readonly plan: Plan; readonly starts: number[] }[];
}

/** The rows, newest first: the order in which they are undone. */
export function* rowsOf({ places }: UndoAccount): Generator<PlanRow> {
  for (const { plan, starts } of places.toReversed())
    for (let index = starts.length - 1; index >= 0; index -= 1) yield plan.rowAt(starts[index] ?? 0);
}

/** Opens all applied plans for `use`, oldest first, and closes them afterwards. */
export function withPlans<Result>(
  { record, runs, runtime }: Pick<Session, 'record' | 'runs' | 'runtime'>,
  use: (plans: readonly Plan[]) => Promise<Result>,
): Promise<Result> {
  const opened = (left: readonly string[], plans: readonly Plan[]): Promise<Result> => {
    const [sha256, ...others] = left;
    if (sha256 === undefined) return use(plans);
    const next = (plan: Plan) => opened(others, [...plans, plan]);
    return withKeptPlan(record, sha256, { space: runtime, use: next });
  };
  return opened(runs.plans.toReversed(), []);
}

/** Throws a `refused` error if the outcome of any row is unknown. @param absent rows that a search proved were never applied */
export async function settledAccounts(
  plans: readonly Plan[],
  absent: readonly PlanRow[],
  { lookup, id, runtime }: Pick<Session, 'lookup' | 'id' | 'runtime'>,
): Promise<readonly UndoAccount[]> {
  const accounts = new Map<string, UndoAccount>();
  // A batch may have several applied plans; a row in several of them counts once.
  const seen = plans.length > 1 ? new Set<string>() : undefined;
  const never = new Set(absent.map(({ key }) => key));
  let open = 0;
  for (const plan of plans)
    for await (const group of inGroupsOf(groupSize, inOnes(plan.placedRows()))) {
      // The plan and a record in a file are read at once, so signals arrive only here.
      await setImmediate();
      runtime.interruption.throwIfAborted();
      const fresh = group.filter(({ row }) => seen?.has(row.key) !== true);
      const states = await lookup.recordedStates(fresh.map(({ row }) => row.key));
      for (const { row, start } of fresh) {
        seen?.add(row.key);
        const rowState = lookup.rowState(row.key, states.get(row.key));
        if (rowState === 'open' && !never.has(row.key)) open += 1;
        if (rowState === 'done') addTo(accounts, row, { plan, start });
      }
    }
  if (open === 0) return [...accounts.values()];
  const message = `The outcome of ${counted(open, 'row')} of the batch ${id} is unknown; nothing was written`;
  throw notApplied('refused', message, [`creditctl batch undo ${valueArgs(id)}`]);
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

/**
 * Searches the ledgers for rows of unknown outcome. It sends none, because the undo would reverse it again, and notes
 * nothing yet; a row that it finds counts as done from now on. Throws an `outcome-unknown` error if a missing row may
 * still arrive, if its ledger is incomplete, or if another entry has its key.
 */
export async function lookForUnknown(plans: readonly Plan[], session: Session): Promise<Ends> {
  const { open, lookup, record } = session;
  const versions = new Map([...open].map(([key, { write }]) => [key, write.version]));
  if (open.size === 0) return { found: new Map(), absent: [], versions };
  const rows: PlanRow[] = [];
  for (const plan of plans)
    for await (const row of plan.rows()) if (open.get(row.key)?.plan === plan.end.sha256) rows.push(row);
  const since = earliest([...open.values()].map(({ write }) => write));
  const { found, missing: absent, differing } = await searchFor(rows, since, session);
  if (differing !== undefined) throw differing;
  const now = await record.now();
  const leases = absent.flatMap(({ key }) => open.get(key)?.write.leaseUntil ?? []);
  const running = leases.filter((until) => Date.parse(until) > now).sort();
  if (running.length > 0) throw mayArrive(running, session);
  await checkWhole(absent, since, session);
  for (const [key, entry] of found) lookup.found.set(key, { entry, known: undefined, planned: undefined });
  return { found, absent, versions };
}

/** @param leases when each row's lease ends, in order: after that the row can no longer arrive */
function mayArrive(leases: readonly string[], { id }: Pick<Session, 'id'>): CreditctlError {
  const message = `Batch ${id}: ${countedIs(leases.length, 'row')} not in the ledger, but may still arrive; nothing was written`;
  return mayBeApplied(message, { next: [`After ${leases.at(-1)}: creditctl batch undo ${valueArgs(id)}`] });
}
