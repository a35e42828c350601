// Reads one ledger's month for a statement, as of a moment, together with the API's own documents.
import {
  type CalendarDate,
  type CalendarMonth,
  dayBefore,
  endOfDay,
  firstDayOf,
  lastDayOf,
  monthOf,
  parseMonth,
  startOfDay,
} from '../../credits/calendar.ts';
import { type CreditBlock, defaultCurrency, instantOf, type LedgerEntry } from '../../credits/customer.ts';
import { CreditctlError, type Problem, usageErrorAt } from '../../errors.ts';
import type { Decoded } from '../../orb/decode/records.ts';
import { BlocksAsOf } from '../../reports/blocks-as-of.ts';
import { noMovements } from '../../reports/movements.ts';
import { Periods } from '../../reports/periods.ts';
import type { StatementHead } from '../../reports/statement.ts';
import type { CustomerFlags } from '../../requests/command-args.ts';
import { ledgerQueryProblems } from '../../requests/ledger-query.ts';
import type { Invocation, TextFlags } from '../../runtime/show.ts';
import { knownZone } from '../../writes/customer.ts';
import { blocksAtAnEntry, entriesOf, type Ledger, ledgersOf } from '../every-ledger.ts';
import { openForCustomer } from '../open-customer.ts';
import { type LedgerMovements, ledgerMovements } from './ledger-movements.ts';
import type { PageFlags } from './page-flags.ts';
import { type AsOf, type AsOfFlags, asOfProblems, completeUntil, readAsOf } from './span-flags.ts';
import { statementBlocks } from './statement-blocks.ts';

export type StatementFlags = PageFlags &
  CustomerFlags &
  AsOfFlags &
  TextFlags<'month' | 'currency' | 'compare'>;

export interface OpenStatement {
  readonly ledger: Ledger;
  readonly asOf: AsOf;
  readonly read: ReadStatement;
}

/** Throws a `usage` error with every problem before it connects. A future month is found only after connecting. */
export async function statementFor(
  args: readonly string[],
  { flags, runtime }: Invocation<StatementFlags>,
  problems: readonly Problem[] = [],
): Promise<OpenStatement> {
  const { currency = defaultCurrency } = flags;
  const wrong = [
    ...problems,
    ...monthProblems(flags),
    ...ledgerQueryProblems({ currency }),
    ...asOfProblems(flags, runtime.now()),
  ];
  const open = await openForCustomer(args, wrong, { flags, runtime });
  const { connection } = open;
  const customer = (await connection.api.customer(open.customer)).record;
  const zone = knownZone(customer.timezone);
  const asOf = readAsOf(flags, { now: connection.now(), zone });
  const month = readMonth(flags, asOf);
  const [ledger] = ledgersOf(customer, currency, connection);
  if (ledger === undefined) throw new RangeError('a customer without a ledger');
  const progress = await runtime.reading();
  const read = await readStatement({ ledger, month, asOf, onEntry: progress.step });
  progress.clear();
  if (read.hasLaterBlocks)
    runtime.note({
      text: `The block balances at the end of ${month} are not known. Shown are those of ${read.head.blocksAsOf}`,
      data: { blocks_as_of: read.head.blocksAsOf },
    });
  return { ledger, asOf, read };
}

function monthProblems({ month }: StatementFlags): readonly Problem[] {
  if (month === undefined || parseMonth(month) !== undefined) return [];
  return [{ where: '--month', problem: `must be a month such as 2026-10: "${month}"` }];
}

/** The month of the flag, by default the last month that is over. Throws a `usage` error for a future month. */
function readMonth({ month }: StatementFlags, { today, running }: AsOf): CalendarMonth {
  const newest = monthOf(today);
  const asked = month === undefined ? undefined : parseMonth(month);
  if (asked === undefined) return monthOf(dayBefore(firstDayOf(monthOf(running))));
  if (asked <= newest) return asked;
  throw usageErrorAt('--month', `has not begun: ${asked}; the customer's month is ${newest}`);
}

/** Notes that the customer has entries in another currency, because a statement has one currency. */
export async function noteOtherCurrency(
  { customer, ...ledger }: Ledger,
  { note }: Invocation['runtime'],
): Promise<void> {
  const { currency } = customer;
  if (currency === null || currency === ledger.currency) return;
  for await (const _ of entriesOf({ ...ledger, currency }, { limit: 1 }))
    note({
      text: `This is the statement in ${ledger.currency}. For the one in ${currency}, add --currency ${currency}`,
      data: { other_currency: currency },
    });
}

/** Throws a `check-failed` error that names the first entry that does not follow from the entry before it. */
export function throwBreak({ head: { customer, currency }, firstBreak }: ReadStatement): void {
  if (firstBreak !== null)
    throw new CreditctlError('check-failed', `${customer}, ${currency}: ${firstBreak.what}`);
}

interface StatementOf {
  readonly ledger: Ledger;
  readonly month: CalendarMonth;
  readonly asOf: AsOf;
  readonly onEntry: () => void;
}

export interface ReadStatement extends Pick<LedgerMovements, 'firstBreak'> {
  readonly head: StatementHead;
  /** Reads the entries of the month, oldest first, a day at a time. */
  readonly movements: () => AsyncIterable<Decoded<LedgerEntry>>;
  readonly blocks: readonly Decoded<CreditBlock>[];
  /** Whether the blocks are of a later day, because the blocks at the end of the statement are not known. */
  readonly hasLaterBlocks: boolean;
}

/** The customer's zone must be one that this Node knows. */
async function readStatement({ ledger, month, asOf, onEntry }: StatementOf): Promise<ReadStatement> {
  const { timezone: zone, name: customerName, currency: valueCurrency } = ledger.customer;
  const [since, until] = [firstDayOf(month), lastDayOf(month)];
  const byDay = new Periods({ since, until, by: 'day', zone });
  const { running, before = Number.POSITIVE_INFINITY } = asOf;
  const days = new Set<CalendarDate>();
  const named = new Set<string>();
  const end = Math.min(endOfDay(until, zone), before);
  const { last, decoded: all } = await blocksAtAnEntry(ledger);
  const then = end <= ledger.connection.now() ? new BlocksAsOf(end - 1) : undefined;
  const { opening, closing, rows, firstBreak, newest, waited } = await ledgerMovements(ledger, {
    periods: new Periods({ since, until, by: 'total', zone }),
    before,
    checksEmpty: true,
    onEntry: ({ record }) => {
      const at = instantOf(record);
      const day = at < before ? byDay.of(at) : 'later';
      if (typeof day !== 'string') {
        days.add(day.first);
        named.add(record.credit_block.id);
      }
      if (record.ledger_sequence_number <= last) then?.add(record);
      onEntry();
    },
  });
  const now = ledger.connection.now();
  const {
    blocks,
    asOf: blocksAsOf,
    isLater,
  } = statementBlocks({ all, then, named, end, now, closing, zone });
  const head: StatementHead = {
    customer: ledger.name,
    customerName,
    currency: ledger.currency,
    month,
    zone,
    isOver: until < running,
    completeUntil: completeUntil({ since, until }, running),
    opening,
    closing,
    waited,
    sums: rows[0] ?? noMovements(),
    valueCurrency,
    blocks: blocks.map(({ record }) => record),
    blocksAsOf,
  };
  const ranges = [...days].sort().map((day) => ({
    from: startOfDay(day, zone),
    before: Math.min(endOfDay(day, zone), before),
  }));
  const movements = () => entriesIn(ranges, ledger, newest ?? 0);
  return { head, movements, blocks, hasLaterBlocks: isLater, firstBreak };
}

/** Yields the oldest entry first. The API lists the newest first, so memory holds the entries of one range at a time. */
async function* entriesIn(
  ranges: readonly { readonly from: number; readonly before: number }[],
  ledger: Ledger,
  newest: number,
): AsyncGenerator<Decoded<LedgerEntry>> {
  for (const range of ranges) {
    const entries: Decoded<LedgerEntry>[] = [];
    for await (const entry of entriesOf(ledger, { range }))
      if (entry.record.ledger_sequence_number <= newest) entries.push(entry);
    yield* entries.reverse();
  }
}

/** Most movements that memory holds for formats that are not written entry by entry. */
const listedMax = 50_000;

/** Reads every item into memory. Throws a `usage` error that says what to do if there are too many items. */
export async function listedEntries<Item>(
  items: AsyncIterable<Item>,
  { month }: Pick<StatementHead, 'month'>,
): Promise<readonly Item[]> {
  const listed: Item[] = [];
  for await (const item of items) {
    if (listed.length === listedMax)
      throw usageErrorAt(
        '--month',
        `has more than ${listedMax} movements, too many for this form: ${month}; use -o csv, or -o json without a choice of fields`,
      );
    listed.push(item);
  }
  return listed;
}
