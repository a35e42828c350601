// Scans a plan before anything is sent: counts what is done and what is left, and refuses rows that break a rule.
import { add, zero } from '../../credits/exact.ts';
import { type CreditctlError, usageErrorAt } from '../../errors.ts';
import type { Policy } from '../../policy/rules.ts';
import { writeJson } from '../../wire/json.ts';
import { type CheckedSums, PlanCheck } from '../plan/plan-check.ts';
import { ledgerOf, type Plan, type PlanRow } from '../plan/plan-lines.ts';
import { RowBreaches } from '../plan/row-breaches.ts';
import { countedGrant, type PlannedGrants } from './day-caps.ts';
import { inGroupsOf, type RowLookup, type Standing } from './recorded/row-lookup.ts';

export interface PlanScan extends CheckedSums {
  /** Rows that were in the ledger before this run. */
  readonly already: number;
  /** Rows that are to be sent. */
  readonly left: number;
  /** The ledgers that rows are left for. */
  readonly ledgers: ReadonlySet<string>;
  /** Of rows that are begun anew; only where a policy asks for them. What is open keeps what it has set aside. */
  readonly grants: readonly PlannedGrants[];
  /** Those of the rows left that an earlier run began, and whose outcome is unknown. */
  readonly openRows: readonly PlanRow[];
}

export interface ScanOptions {
  readonly policy: Policy;
  /** Whether the grants to each customer are summed. */
  readonly sumsGrants: boolean;
  /** Whether rows that were refused before are sent again. */
  readonly retriesRefused: boolean;
  /** Whether a text contains a key. */
  readonly hasKey: (text: string) => boolean;
}

/**
 * Reads every row. Throws a `refused` error that names the rows which break a rule, or if the totals are of other rows,
 * and a `usage` error for a row that holds a key.
 */
export async function scanPlan(
  plan: Plan,
  lookup: RowLookup,
  { policy, sumsGrants, retriesRefused, hasKey }: ScanOptions,
): Promise<PlanScan> {
  const toSend = new RowsToSend({ policy, sumsGrants });
  const openRows: PlanRow[] = [];
  const check = new PlanCheck();
  const ledgers = new Set<string>();
  const count = { already: 0, left: 0 };
  for await (const group of inGroupsOf(lookup.readSize, plan.rowGroups()))
    for (const [row, standing] of await lookup.standings(group)) {
      check.add(row);
      if (standing === 'done') count.already += 1;
      if (standing === 'done' || (standing === 'refused' && !retriesRefused)) continue;
      count.left += 1;
      // The API keeps what is sent for good.
      if (hasKey(writeJson(row.request))) throw holdsKey(row);
      ledgers.add(ledgerOf(row));
      if (standing === 'open') openRows.push(row);
      toSend.add(row, standing);
    }
  const grants = toSend.end();
  const sums = { credits: await check.end(plan), openRow: check.openRow };
  return { ...count, ...sums, openRows, ledgers, grants };
}

/** The rows that a run begins anew, read once more: memory keeps none of them. What is open has set its credits aside. */
export async function* rowsBegunAnew(
  plan: Pick<Plan, 'rowGroups'>,
  lookup: Pick<RowLookup, 'standings' | 'readSize'>,
  { retriesRefused }: Pick<ScanOptions, 'retriesRefused'>,
): AsyncGenerator<PlanRow> {
  for await (const group of inGroupsOf(lookup.readSize, plan.rowGroups()))
    for (const [row, standing] of await lookup.standings(group))
      if (standing === 'planned' || (standing === 'refused' && retriesRefused)) yield row;
}

/** Throws a `refused` error that names those of further rows which break a rule: rows of other plans that are sent again. */
export function checkRows(rows: readonly PlanRow[], policy: Policy): void {
  const toSend = new RowsToSend({ policy, sumsGrants: false });
  for (const row of rows) toSend.add(row, 'open');
  toSend.end();
}

/** Checks rows that will be sent against the policy, and sums their grants. */
class RowsToSend {
  readonly #breaches: RowBreaches;
  readonly #sumsGrants: boolean;
  readonly #grants = new Map<string, PlannedGrants>();

  constructor({ policy, sumsGrants }: Pick<ScanOptions, 'policy' | 'sumsGrants'>) {
    this.#breaches = new RowBreaches(policy);
    this.#sumsGrants = sumsGrants;
  }

  /** What is open was counted when it was begun, and keeps what it has set aside. */
  add(row: PlanRow, standing: Standing): void {
    this.#breaches.add(row, row.request);
    if (this.#sumsGrants && standing !== 'open') addGrant(row, this.#grants);
  }

  end(): readonly PlannedGrants[] {
    this.#breaches.end('nothing was written');
    return [...this.#grants.values()];
  }
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
