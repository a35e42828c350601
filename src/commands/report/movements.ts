// `report movements <customer>|--all`: shows what was granted, used, expired, voided and given back, by period.

import { type Amount, add, counted, isZero, zero } from '../../credits/exact.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { openLedgers } from '../every-ledger.ts';
import type { ReportMovementsFlags } from './compare-movements.ts';
import { eachLedger, groupProblems, type ReadLedger, throwFaults } from './each-ledger.ts';
import {
  groupedMovementsView,
  type LedgerMovementRow,
  movementRow,
  movementsView,
} from './movements-view.ts';
import { completeUntil, spanProblems } from './span-flags.ts';

/**
 * Throws a `check-failed` error after showing every row if a ledger fails or does not add up, or if an amount changed
 * since the report of `--compare`.
 */
export const run: ReadCommand<ReportMovementsFlags> = async (args, flags, runtime) => {
  const isGrouped = flags.group !== undefined;
  const problems = [...spanProblems(flags, runtime.now()), ...groupProblems(flags.group)];
  if (flags.compare !== undefined) {
    const { compareMovements } = await import('./compare-movements.ts');
    return compareMovements(args, { flags, runtime, problems });
  }
  const view = isGrouped ? groupedMovementsView : movementsView;
  const choice = isGrouped ? checkOutput(flags, groupedMovementsView) : checkOutput(flags, movementsView);
  const open = await openLedgers(args, problems, { flags, runtime });
  const faults: string[] = [];
  const unmoved = new Unmoved();
  const rows = async function* () {
    for await (const each of eachLedger(open, { flags, runtime, faults })) {
      const { movements, ledger } = each;
      if (movements.rows.length === 0) unmoved.add(ledger.currency, movements.closing);
      for (const row of rowsOf(each)) yield movementRow(row, isGrouped);
    }
  };
  await show(rows(), { view, shape: 'list', choice, now: open.connection.now }, runtime);
  const note = unmoved.note();
  if (note !== undefined) runtime.note(note);
  throwFaults(faults);
};

function rowsOf({ ledger, plan, running, movements }: ReadLedger): readonly LedgerMovementRow[] {
  const { name: customer, currency, customer: record } = ledger;
  const { since, until } = plan;
  const of = {
    customer,
    currency,
    valueCurrency: record.currency,
    since,
    until,
    completeUntil: completeUntil(plan, running),
  };
  return movements.rows.map((row) => ({ ...row, ...of }));
}

/** Counts ledgers with a balance but no movement, which the report leaves out. */
class Unmoved {
  #ledgers = 0;
  readonly #balances = new Map<string, Amount>();

  add(currency: string, balance: Amount): void {
    if (isZero(balance)) return;
    this.#ledgers += 1;
    this.#balances.set(currency, add(this.#balances.get(currency) ?? zero, balance));
  }

  /** The note about these ledgers; `undefined` if the report left none out. */
  note() {
    if (this.#ledgers === 0) return undefined;
    const held = [...this.#balances].map(([currency, balance]) => `${balance} ${currency}`).join(', ');
    return {
      text: `Left out: ${counted(this.#ledgers, 'ledger')} without movement in these days, with a balance of ${held}`,
      data: { left_out: { ledgers: this.#ledgers, balances: Object.fromEntries(this.#balances) } },
    };
  }
}
