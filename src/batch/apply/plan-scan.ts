// Scans a plan before sending: counts done and remaining rows, and refuses rows that break a rule.
import { customerName } from '../../credits/customer.ts';
import { add, countedIs, minuteText, zero } from '../../credits/exact.ts';
import { type CreditctlError, usageErrorAt } from '../../errors.ts';
import type { Policy } from '../../policy/rules.ts';
import { writeJson } from '../../wire/json.ts';
import { type CheckedSums, PlanCheck } from '../plan/plan-check.ts';
import { ledgerOf, type Plan, type PlanRow } from '../plan/plan-lines.ts';
import { RowBreaches } from '../plan/row-breaches.ts';
import { countedGrant, type PlannedGrants } from './day-caps.ts';
import { inGroupsOf, type RowLookup } from './recorded/row-lookup.ts';
import type { Session } from './session.ts';

export interface PlanScan extends CheckedSums {
  /** Rows that were in the ledger before this run. */
  readonly already: number;
  /** The first of these rows that was written for an earlier customer with the same external id. */
  readonly ofAnother: PlanRow | undefined;
  /** Rows to send. */
  readonly left: number;
  /** Ledgers with rows left to send. */
  readonly ledgers: ReadonlySet<string>;
  /** Grants of new attempts, if a policy needs them. An open row already has a reservation. */
  readonly grants: readonly PlannedGrants[];
  /** Rows to send that an earlier run began and whose outcome is unknown. */
  readonly openRows: readonly PlanRow[];
}

export interface ScanOptions {
  readonly policy: Policy;
  /** Whether the grants to each customer are summed. */
  readonly sumsGrants: boolean;
  /** Whether the run sends refused rows again. */
  readonly retriesRefused: boolean;
  /** Whether a text contains an API key. */
  readonly hasKey: (text: string) => boolean;
}

/**
 * Reads every row. Throws a `refused` error that names rows that break a rule, or if the totals do not match the rows, and
 * a `usage` error for a row that holds an API key.
 */
export async function scanPlan(
  plan: Plan,
  lookup: RowLookup,
  { policy, sumsGrants, retriesRefused, hasKey }: ScanOptions,
): Promise<PlanScan> {
  const breaches = new RowBreaches(policy);
  const grants = new Map<string, PlannedGrants>();
  const openRows: PlanRow[] = [];
  const check = new PlanCheck();
  const ledgers = new Set<string>();
  const count = { already: 0, left: 0 };
  let ofAnother: PlanRow | undefined;
  for await (const group of inGroupsOf(lookup.readSize, plan.rowGroups()))
    for (const [row, rowState, holder] of await lookup.rowStates(group)) {
      check.add(row);
      if (rowState === 'done') {
        count.already += 1;
        ofAnother ??= unlessFor(holder, row);
      }
      if (rowState === 'done' || (rowState === 'refused' && !retriesRefused)) continue;
      count.left += 1;
      // The API never deletes what it received.
      if (hasKey(writeJson(row.request))) throw holdsKey(row);
      ledgers.add(ledgerOf(row));
      breaches.add(row, row.request);
      if (rowState === 'open') openRows.push(row);
      else if (sumsGrants) addGrant(row, grants);
    }
  breaches.end(wayOut(count.already + openRows.length));
  const sums = { credits: await check.end(plan), openRow: check.openRow };
  return { ...count, ...sums, ofAnother, openRows, ledgers, grants: [...grants.values()] };
}

/** The way out for a batch that was begun: a changed file is another batch, which writes every row of it. */
export const planLeft =
  'Plan only the rows that are left, or have the rule changed by whoever keeps the policy';

const wayOut = (begun: number) => (begun === 0 ? undefined : [planLeft]);

const unlessFor = (holder: string | undefined, row: PlanRow): PlanRow | undefined =>
  holder === undefined || holder === row.customer.id ? undefined : row;

/** Warns of rows that count as done although their customer does not have the credits, which nothing else shows. */
export async function noteDone({ ofAnother }: PlanScan, { id, runs: { last }, record, runtime }: Session) {
  const note = (text: string): void => runtime.note({ text, data: { warning: text } });
  if (ofAnother !== undefined)
    note(
      `Row ${ofAnother.row} of batch ${id} was written for an earlier customer with the id ${customerName(ofAnother.customer)}. It is not written again; to write it for the present one, plan it under another --batch-id`,
    );
  const filter = { batch: id, isUndo: false, isUndone: true, states: ['settled'] } as const;
  const undone = (await record.countWrites(filter)).get('settled') ?? 0;
  if (last?.isUndo !== true && undone === 0) return;
  const what =
    last?.isUndo === true
      ? `${last.who} began to undo batch ${id} at ${minuteText(last.begunAt)}`
      : `Of batch ${id}, ${countedIs(undone, 'row')} undone`;
  note(
    `${what}. Undone rows are not written again; to write them, plan only these rows under another --batch-id`,
  );
}

/** The rows for which a run makes a new attempt, read again to save memory. An open row already has a reservation. */
export async function* rowsBegunAnew(
  plan: Pick<Plan, 'rowGroups'>,
  lookup: Pick<RowLookup, 'rowStates' | 'readSize'>,
  { retriesRefused }: Pick<ScanOptions, 'retriesRefused'>,
): AsyncGenerator<PlanRow> {
  for await (const group of inGroupsOf(lookup.readSize, plan.rowGroups()))
    for (const [row, rowState] of await lookup.rowStates(group))
      if (rowState === 'planned' || (rowState === 'refused' && retriesRefused)) yield row;
}

/** Checks rows of other plans that are sent again. Throws a `refused` error that names rows that break a rule. */
export function checkRows(rows: readonly PlanRow[], policy: Policy): void {
  const breaches = new RowBreaches(policy);
  for (const row of rows) breaches.add(row, row.request);
  breaches.end([planLeft]);
}

const holdsKey = ({ row, line }: PlanRow): CreditctlError =>
  usageErrorAt(`row ${row} (line ${line})`, 'holds an API key; nothing was sent');

function addGrant(row: PlanRow, grants: Map<string, PlannedGrants>): void {
  const counts = countedGrant(row);
  if (counts === undefined) return;
  const { customer } = row;
  const { currency, amount } = counts;
  const name = ledgerOf(row);
  grants.set(name, { customer, currency, amount: add(grants.get(name)?.amount ?? zero, amount) });
}
