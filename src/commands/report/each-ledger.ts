// The movements of one ledger after the other; one that cannot be read or does not add up is a fault, and the rest goes on.
import type { CalendarDate } from '../../credits/calendar.ts';
import { customerName } from '../../credits/customer.ts';
import { CreditctlError } from '../../errors.ts';
import { type PeriodPlan, Periods } from '../../reports/periods.ts';
import type { Invocation } from '../../runtime/show.ts';
import { cannotBeRead, knownZone } from '../../writes/customer.ts';
import {
  type Ledger,
  type LedgerFlags,
  ledgersOf,
  type OpenLedgers,
  readEachShown,
} from '../every-ledger.ts';
import { groupsOf } from './group-flag.ts';
import { type LedgerMovements, ledgerMovements } from './ledger-movements.ts';
import { readAsOf, readSpan, type SpanFlags } from './span-flags.ts';

export interface EachLedgerFlags extends LedgerFlags, SpanFlags {
  readonly group?: string;
}

export interface ReadLedger {
  readonly ledger: Ledger;
  readonly plan: PeriodPlan;
  /** The first day that is not over, as of the moment that it is reported from. */
  readonly running: CalendarDate;
  readonly movements: LedgerMovements;
}

export interface EachLedger extends Invocation<EachLedgerFlags> {
  /** The days of one ledger, where they differ; default: those of the flags. */
  readonly spanOf?: (ledger: Ledger) => SpanFlags;
  /** Takes a sentence for each ledger that breaks, and each customer that could not be read. */
  readonly fault: (sentence: string) => void;
}

/** Throws what keeps a single customer from being read; under `--all` that is a fault. */
export async function* eachLedger(
  { connection, customers }: OpenLedgers,
  { flags, runtime, fault, spanOf }: EachLedger,
): AsyncGenerator<ReadLedger> {
  const groups = groupsOf(connection, { flags, runtime });
  const read = async (ledger: Ledger, onEntry: () => void): Promise<ReadLedger> => {
    const zone = knownZone(ledger.customer.timezone);
    const now = connection.now();
    const { today, running, before } = readAsOf(flags, { now, zone });
    const plan = readSpan({ ...flags, ...spanOf?.(ledger) }, { today, now, zone });
    const groupOf = await groups(ledger);
    // Of all customers, most have an empty ledger, and the API answers few questions for blocks a second.
    const checksEmpty = flags.all !== true;
    const periods = new Periods(plan);
    const options = { periods, groupOf, before, checksEmpty, onEntry };
    const movements = await ledgerMovements(ledger, options);
    return { ledger, plan, running, movements };
  };
  const readAll = (customer: Ledger['customer'], step: () => void) =>
    unlessGone(
      async () => {
        const ledgers: ReadLedger[] = [];
        for (const ledger of ledgersOf(customer, flags.currency, connection))
          ledgers.push(await read(ledger, step));
        return ledgers;
      },
      { customer, flags },
    );
  for await (const ledgers of readEachShown(customers, readAll, runtime)) {
    if (typeof ledgers === 'string') {
      fault(ledgers);
      continue;
    }
    for (const each of ledgers) {
      const { ledger, movements } = each;
      if (movements.firstBreak !== null)
        fault(`${ledger.name}, ${ledger.currency}: ${movements.firstBreak.what}`);
      yield each;
    }
  }
}

/** A sentence for one of many customers who was deleted meanwhile, or whose zone is not known here. */
async function unlessGone<Result>(
  read: () => Promise<Result>,
  { customer, flags }: Pick<EachLedger, 'flags'> & { readonly customer: Ledger['customer'] },
): Promise<Result | string> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CreditctlError) || flags.all !== true || !cannotBeRead(customer, error))
      throw error;
    return `${customerName(customer)} could not be read: ${error.message}`;
  }
}

/** Throws a `check-failed` error that names the first fault, if there is one. */
export function throwFaults(faults: readonly string[]): void {
  const [first] = faults;
  if (first === undefined) return;
  const more = faults.length === 1 ? '' : `; in all ${faults.length} ledgers break or cannot be read`;
  throw new CreditctlError('check-failed', `${first}${more}`);
}
