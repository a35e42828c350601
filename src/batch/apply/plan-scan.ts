// Scans a plan before anything is sent: counts what is done and what is left, and refuses rows that break a rule.

import { type Amount, add, isZero, zero } from '../../credits/amount.ts';
import { type CreditctlError, usageError } from '../../errors.ts';
import type { Secrets } from '../../platform/secrets.ts';
import { grantedBy } from '../../policy/judge-batch.ts';
import type { Policy } from '../../policy/rules.ts';
import { writeJson } from '../../wire/json.ts';
import { PlanCheck } from '../plan/plan-check.ts';
import { type CurrencyTotals, currencyOf, ledgerName, ledgerOf, type PlanRow } from '../plan/plan-lines.ts';
import type { Plan } from '../plan/plan-reader.ts';
import { RowBreaches } from '../plan/row-breaches.ts';
import { RowStates, rowState } from './row-states.ts';

/** Grants of the plan that are still to be made to one customer. */
export interface PlannedGrants {
  readonly customer: PlanRow['customer'];
  readonly currency: string;
  readonly amount: Amount;
}

export interface PlanScan {
  readonly rows: number;
  /** In the ledger before this run. */
  readonly already: number;
  /** Begun by an earlier run, outcome unknown. */
  readonly open: number;
  readonly left: number;
  /** What the rows of the plan move, by currency. */
  readonly credits: readonly CurrencyTotals[];
  /** The ledgers that rows are left for. */
  readonly ledgers: ReadonlySet<string>;
  /** Only where a policy asks for them. */
  readonly grants: readonly PlannedGrants[];
  /** The rows that these grants are. */
  readonly granting: RowStates;
}

export interface ScanOptions {
  readonly policy: Policy;
  /** Whether the grants to each customer are summed. */
  readonly sumsGrants: boolean;
  /** Whether rows that were refused before stay as they are. */
  readonly leavesRefused: boolean;
  readonly secrets: Pick<Secrets, 'isIn'>;
}

/**
 * Reads every row. Throws a `refused` error that names the rows which break a rule, or if the totals are of other rows,
 * and a `usage` error for a row that holds a key.
 */
export async function scanPlan(
  plan: Plan,
  states: RowStates,
  { policy, sumsGrants, leavesRefused, secrets }: ScanOptions,
): Promise<PlanScan> {
  const toSend = new RowsToSend(policy, sumsGrants);
  const check = new PlanCheck();
  const ledgers = new Set<string>();
  const count = { rows: 0, already: 0, open: 0, left: 0 };
  for await (const row of plan.rows()) {
    count.rows += 1;
    check.add(row);
    const state = states.get(row.key);
    if (isDone(state)) {
      count.already += 1;
      continue;
    }
    // A row that is found in a ledger is noted with its number.
    states.note(row.key, row.row);
    if (leavesRefused && state === rowState.refused) continue;
    count.left += 1;
    // The API keeps what is sent for good.
    if (secrets.isIn(writeJson(row.request))) throw holdsKey(row);
    ledgers.add(ledgerOf(row));
    if (isOpenState(state)) count.open += 1;
    toSend.add(row);
  }
  const sent = toSend.end();
  return { ...count, credits: await check.end(plan), ledgers, ...sent };
}

/** The survey with further rows that will be sent. Throws a `refused` error that names those which break a rule. */
export function withRows(
  scan: PlanScan,
  rows: readonly PlanRow[],
  { policy, sumsGrants }: Pick<ScanOptions, 'policy' | 'sumsGrants'>,
): PlanScan {
  if (rows.length === 0) return scan;
  const toSend = new RowsToSend(policy, sumsGrants, scan);
  for (const row of rows) toSend.add(row);
  return { ...scan, ...toSend.end() };
}

/** Checks rows that will be sent against the policy, and sums their grants. */
class RowsToSend {
  readonly #breaches: RowBreaches;
  readonly #sumsGrants: boolean;
  readonly #grants: Map<string, PlannedGrants>;
  readonly #granting: RowStates;

  constructor(policy: Policy, sumsGrants: boolean, before?: Pick<PlanScan, 'grants' | 'granting'>) {
    this.#breaches = new RowBreaches(policy);
    this.#sumsGrants = sumsGrants;
    this.#grants = new Map(
      (before?.grants ?? []).map((each) => [ledgerName(each.customer.id, each.currency), each]),
    );
    this.#granting = before?.granting ?? new RowStates();
  }

  add(row: PlanRow): void {
    this.#breaches.add(row, row.request);
    if (this.#sumsGrants && addGrant(row, this.#grants)) this.#granting.set(row.key, rowState.planned);
  }

  end(): Pick<PlanScan, 'grants' | 'granting'> {
    this.#breaches.end('nothing was written');
    return { grants: [...this.#grants.values()], granting: this.#granting };
  }
}

const holdsKey = ({ row, line }: PlanRow): CreditctlError =>
  usageError([{ where: `row ${row} (line ${line})`, problem: 'holds an API key; nothing was sent' }]);

export const isDone = (state: number): boolean => state === rowState.settled || state === rowState.already;

export const isOpenState = (state: number): boolean =>
  state === rowState.intended || state === rowState.unknown;

/** Returns whether the row is a grant. */
function addGrant(row: PlanRow, grants: Map<string, PlannedGrants>): boolean {
  const amount = grantedBy(row.request);
  if (isZero(amount)) return false;
  const { customer } = row;
  const [currency, name] = [currencyOf(row), ledgerOf(row)];
  grants.set(name, { customer, currency, amount: add(grants.get(name)?.amount ?? zero, amount) });
  return true;
}
