// Scans a plan before anything is sent: counts what is done and what is left, and refuses rows that break a rule.

import { type Amount, add, compare, zero } from '../../credits/amount.ts';
import { CreditctlError, usageError } from '../../errors.ts';
import type { Secrets } from '../../platform/secrets.ts';
import type { Policy } from '../../policy/rules.ts';
import { addMoved, type MovedCredits, movements, noneMoved } from '../../requests/moved-credits.ts';
import type { ApiRequest } from '../../requests/request.ts';
import { writeJson } from '../../wire/json.ts';
import { type CurrencyTotals, ledgerOf, type PlanRow } from '../plan/plan-lines.ts';
import type { Plan } from '../plan/plan-reader.ts';
import { RowBreaches } from '../plan/row-breaches.ts';
import { counted } from './day-caps.ts';
import { inGroupsOf } from './keyed-queue.ts';
import { groupSize, type RowLookup } from './row-lookup.ts';

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
  /** Of rows that are begun anew; only where a policy asks for them. What is open keeps what it has set aside. */
  readonly grants: readonly PlannedGrants[];
  /** The rows whose outcome is unknown. */
  readonly openRows: readonly PlanRow[];
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
  lookup: RowLookup,
  { policy, sumsGrants, leavesRefused, secrets }: ScanOptions,
): Promise<PlanScan> {
  const toSend = new RowsToSend(policy, sumsGrants);
  const openRows: PlanRow[] = [];
  const sums = new RowSums();
  const ledgers = new Set<string>();
  const count = { rows: 0, already: 0, left: 0 };
  for await (const group of inGroupsOf(groupSize, plan.rowGroups()))
    for (const [row, standing] of await lookup.standings(group)) {
      count.rows += 1;
      sums.add(row.request);
      if (standing === 'done') count.already += 1;
      if (standing === 'done' || (leavesRefused && standing === 'refused')) continue;
      count.left += 1;
      // The API keeps what is sent for good.
      if (secrets.isIn(writeJson(row.request))) throw holdsKey(row);
      ledgers.add(ledgerOf(row));
      if (standing === 'open') openRows.push(row);
      toSend.add(row, standing === 'open');
    }
  const open = openRows.length;
  return { ...count, open, openRows, credits: sums.checkedAgainst(plan), ledgers, grants: toSend.end() };
}

/** Throws a `refused` error that names those of further rows which break a rule: rows of other plans that are sent again. */
export function checkRows(rows: readonly PlanRow[], policy: Policy): void {
  const toSend = new RowsToSend(policy, false);
  for (const row of rows) toSend.add(row, true);
  toSend.end();
}

/** Checks rows that will be sent against the policy, and sums their grants. */
class RowsToSend {
  readonly #breaches: RowBreaches;
  readonly #sumsGrants: boolean;
  readonly #grants = new Map<string, PlannedGrants>();

  constructor(policy: Policy, sumsGrants: boolean) {
    this.#breaches = new RowBreaches(policy);
    this.#sumsGrants = sumsGrants;
  }

  add(row: PlanRow, isOpen: boolean): void {
    this.#breaches.add(row, row.request);
    if (this.#sumsGrants && !isOpen) addGrant(row, this.#grants);
  }

  end(): readonly PlannedGrants[] {
    this.#breaches.end('nothing was written');
    return [...this.#grants.values()];
  }
}

const holdsKey = ({ row, line }: PlanRow): CreditctlError =>
  usageError([{ where: `row ${row} (line ${line})`, problem: 'holds an API key; nothing was sent' }]);

function addGrant(row: PlanRow, grants: Map<string, PlannedGrants>): void {
  const counts = counted(row);
  if (counts === undefined) return;
  const { customer } = row;
  const { currency, amount } = counts;
  const name = ledgerOf(row);
  grants.set(name, { customer, currency, amount: add(grants.get(name)?.amount ?? zero, amount) });
}

/** What rows say that they move. An expiry change may leave its amount to the API, and counts as nothing here. */
export class RowSums {
  readonly #sums = new Map<string, MovedCredits>();
  #largest: Amount = zero;
  #rows = 0;

  add(request: Pick<ApiRequest, 'body'>): void {
    this.#rows += 1;
    this.#largest = addMoved(request, this.#sums, this.#largest);
  }

  /**
   * The sums to judge the plan by: in each the larger of what the plan tells and what its rows do. A row that will
   * probably be refused is in no total, and may be carried out after all. Throws a `refused` error if the plan has other
   * rows than it tells, or tells of less than they move.
   */
  checkedAgainst({ end: { totals } }: Plan): readonly CurrencyTotals[] {
    if (totals.rows !== this.#rows) throw otherRows();
    const largest = totals.credits.map((each) => each.largest_row).reduce(larger, zero);
    if (compare(this.#largest, largest) > 0) throw otherRows();
    const totalsByCurrency = new Map(totals.credits.map((each) => [each.currency, each]));
    for (const sums of this.#sums.values()) {
      const total = totalsByCurrency.get(sums.currency) ?? {
        currency: sums.currency,
        ...noneMoved,
        largest_row: zero,
      };
      const moved = movements.map((name) => [name, larger(total[name], sums[name])] as const);
      if (totals.refusals === 0 && moved.some(([name, amount]) => amount !== total[name])) throw otherRows();
      totalsByCurrency.set(sums.currency, { ...total, ...Object.fromEntries(moved) });
    }
    return [...totalsByCurrency.values()];
  }
}

const larger = (a: Amount, b: Amount): Amount => (compare(a, b) >= 0 ? a : b);

const otherRows = (): CreditctlError =>
  new CreditctlError('refused', 'The totals of the plan are not those of its rows; nothing was written', {
    applied: 'no',
    retrySafe: true,
    next: ['creditctl batch plan <file> --out <plan>'],
  });
