// The movements of one ledger after the other; one that cannot be read or does not add up is a fault, and the rest goes on.
import type { CalendarDate } from '../../credits/calendar.ts';
import { customerName, type LedgerEntry } from '../../credits/customer.ts';
import { CreditctlError, oneOfProblems, type Problem } from '../../errors.ts';
import { groupOf, type RecordedGroup, readGrouping, recordedGroups } from '../../reports/movements.ts';
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
import { type Writer, Writers } from '../writers.ts';
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

/** What an entry belongs to; `null` for one that does not say, or that the record does not have. */
type GroupOf = (entry: LedgerEntry) => string | null | Promise<string | null>;

const recorded = (text: string): RecordedGroup | undefined => recordedGroups.find((each) => each === text);

export function groupProblems(text: string | undefined): readonly Problem[] {
  if (text === undefined || recorded(text) !== undefined || readGrouping(text) !== undefined) return [];
  const known = ['type', 'description', 'metadata.<key>', ...recordedGroups];
  return oneOfProblems('--group', text, known);
}

/** The flag must have no problems. Each ledger's answer is for its entries alone. */
function groupsOf(
  connection: OpenLedgers['connection'],
  invocation: Invocation<{ readonly group?: string }>,
): (ledger: Ledger) => Promise<GroupOf | undefined> {
  const { group: text } = invocation.flags;
  const field = text === undefined ? undefined : recorded(text);
  const grouping = text === undefined ? undefined : readGrouping(text);
  if (field === undefined)
    return async () => (grouping === undefined ? undefined : (entry) => groupOf(entry, grouping));
  const writers = new Writers(connection, invocation);
  return async ({ customer }) => {
    await writers.readAhead(customer);
    return async (entry) => textOf(field, await writers.of(entry));
  };
}

function textOf(field: RecordedGroup, writer: Writer | undefined): string | null {
  if (writer === undefined) return null;
  if (field === 'who') return writer.who;
  return writer.approvedBy.length === 0 ? null : [...writer.approvedBy].sort().join(', ');
}
