// Reads the movements of one ledger after the other; a ledger that fails or does not add up is a fault and does not stop it.
import type { CalendarDate } from '../../credits/calendar.ts';
import { customerName } from '../../credits/customer.ts';
import { CreditctlError, oneOfProblems, type Problem } from '../../errors.ts';
import { groupOf, type RecordedGroup, readGrouping, recordedGroups } from '../../reports/movements.ts';
import { type PeriodPlan, Periods } from '../../reports/periods.ts';
import type { Invocation, TextFlags } from '../../runtime/show.ts';
import { cannotBeRead, knownZone } from '../../writes/customer.ts';
import {
  type Ledger,
  type LedgerFlags,
  ledgersOf,
  type OpenLedgers,
  readEachShown,
} from '../every-ledger.ts';
import { type Writer, Writers } from '../writers.ts';
import { type GroupOf, type LedgerMovements, ledgerMovements } from './ledger-movements.ts';
import { readAsOf, readSpan, type SpanFlags } from './span-flags.ts';

export type EachLedgerFlags = LedgerFlags & SpanFlags & TextFlags<'group'>;

export interface ReadLedger {
  readonly ledger: Ledger;
  readonly plan: PeriodPlan;
  /** The first day that is not over at the moment of the report. */
  readonly running: CalendarDate;
  readonly movements: LedgerMovements;
}

export interface EachLedger extends Invocation<EachLedgerFlags> {
  /** Days of one ledger, if they differ from the flags; default: the days of the flags. */
  readonly spanOf?: (ledger: Ledger) => SpanFlags;
  /** Gets a sentence for each ledger that breaks, and for each customer who cannot be read. */
  readonly faults: string[];
}

/** Throws the error of a single customer who cannot be read. With `--all`, that error is a fault. */
export async function* eachLedger(
  { connection, customers }: OpenLedgers,
  { flags, runtime, faults, spanOf }: EachLedger,
): AsyncGenerator<ReadLedger> {
  const groups = groupsOf(connection, { flags, runtime });
  const read = async (ledger: Ledger, onEntry: () => void): Promise<ReadLedger> => {
    const zone = knownZone(ledger.customer.timezone);
    const now = connection.now();
    const { today, running, before } = readAsOf(flags, { now, zone });
    const plan = readSpan({ ...flags, ...spanOf?.(ledger) }, { today, now, zone });
    const groupOf = await groups(ledger);
    // Most customers have an empty ledger, and the API allows only a few requests for blocks a second.
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
      faults.push(ledgers);
      continue;
    }
    for (const each of ledgers) {
      const { ledger, movements } = each;
      if (movements.firstBreak !== null)
        faults.push(`${ledger.name}, ${ledger.currency}: ${movements.firstBreak.what}`);
      yield each;
    }
  }
}

/** Returns a sentence if one of many customers was deleted meanwhile, or has a zone that this Node does not know. */
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

const recorded = (text: string): RecordedGroup | undefined => recordedGroups.find((each) => each === text);

export function groupProblems(text: string | undefined): readonly Problem[] {
  if (text === undefined || recorded(text) !== undefined || readGrouping(text) !== undefined) return [];
  const known = ['type', 'description', 'metadata.<key>', ...recordedGroups];
  return oneOfProblems('--group', text, known);
}

/** The flag must be valid. The function for a ledger is valid only for the entries of that ledger. */
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
