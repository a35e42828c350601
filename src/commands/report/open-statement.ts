// Opens the statement that the flags ask for: whose, of which month and currency, and as of when.
import { type CalendarMonth, dayBefore, firstDayOf, monthOf, parseMonth } from '../../credits/calendar.ts';
import { defaultCurrency } from '../../credits/customer.ts';
import { CreditctlError, type Problem, usageErrorAt } from '../../errors.ts';
import type { CustomerFlags } from '../../requests/command-words.ts';
import { ledgerQueryProblems } from '../../requests/ledger-query.ts';
import type { Invocation } from '../../runtime/show.ts';
import { knownZone } from '../../writes/customer.ts';
import { entriesOf, type Ledger, ledgersOf } from '../every-ledger.ts';
import { openForCustomer } from '../open-customer.ts';
import { readingProgress } from '../reading-progress.ts';
import type { PageFlags } from './page-flags.ts';
import { type ReadStatement, readStatement } from './read-statement.ts';
import { type AsOf, type AsOfFlags, asOfProblems, readAsOf } from './span-flags.ts';

export interface StatementFlags extends PageFlags, CustomerFlags, AsOfFlags {
  readonly month?: string;
  readonly currency?: string;
  readonly compare?: string;
}

export interface OpenStatement {
  readonly ledger: Ledger;
  readonly asOf: AsOf;
  readonly read: ReadStatement;
}

/** Throws a `usage` error with every problem before it connects; that a month is still to come is only known after. */
export async function statementFor(
  words: readonly string[],
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
  const open = await openForCustomer(words, wrong, { flags, runtime });
  const { connection } = open;
  const customer = (await connection.api.customer(open.customer)).record;
  const zone = knownZone(customer.timezone);
  const asOf = readAsOf(flags, { now: connection.now(), zone });
  const month = readMonth(flags, asOf);
  const [ledger] = ledgersOf(customer, currency, connection);
  if (ledger === undefined) throw new RangeError('a customer without a ledger');
  const progress = readingProgress(runtime);
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

/** By default the last month that is over. Throws a `usage` error for one that has not begun. */
function readMonth({ month }: StatementFlags, { today, running }: AsOf): CalendarMonth {
  const newest = monthOf(today);
  const asked = month === undefined ? undefined : parseMonth(month);
  if (asked === undefined) return monthOf(dayBefore(firstDayOf(monthOf(running))));
  if (asked <= newest) return asked;
  throw usageErrorAt('--month', `has not begun: ${asked}; the customer's month is ${newest}`);
}

/** A statement has one currency; that the customer has another must not be overlooked. */
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

/** Throws a `check-failed` error that names the first entry that does not follow from the one before it. */
export function throwBreak({ head: { customer, currency }, firstBreak }: ReadStatement): void {
  if (firstBreak !== null)
    throw new CreditctlError('check-failed', `${customer}, ${currency}: ${firstBreak.what}`);
}
