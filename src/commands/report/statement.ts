// `report statement <customer> --month 2026-10`: opening balance, every movement, closing balance, blocks.
import { type CalendarMonth, dayBefore, firstDayOf, monthOf, parseMonth } from '../../credits/calendar.ts';
import { defaultCurrency } from '../../credits/entry.ts';
import { type Problem, usageError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import type { OutputChoice } from '../../output/output-flags.ts';
import { type CustomerFlags, readCustomerArgument } from '../../requests/customer-argument.ts';
import { ledgerQueryProblems } from '../../requests/ledger-query.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show, showSummary } from '../../runtime/show.ts';
import { blocksView } from '../../views/blocks.ts';
import { entriesView } from '../../views/entries.ts';
import { knownZone } from '../../writes/customer.ts';
import { entriesOf, type Ledger, ledgersOf } from '../every-ledger.ts';
import { openForCustomer } from '../for-customer.ts';
import { readingProgress } from '../reading-progress.ts';
import { differencesView } from './comparison-view.ts';
import { throwFaults } from './each-ledger.ts';
import { type ReadStatement, readStatement } from './read-statement.ts';
import { type AsOf, type AsOfFlags, asOfProblems, readAsOf } from './span-flags.ts';
import { statementRow, statementView } from './statement-view.ts';

export interface ReportStatementFlags extends GlobalFlags, CustomerFlags, AsOfFlags {
  readonly month?: string;
  readonly currency?: string;
  readonly compare?: string;
}

/** Throws a `check-failed` error after showing the statement if the ledger does not add up. */
export async function run(
  words: readonly string[],
  flags: ReportStatementFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = choiceOf(flags);
  if (flags.compare !== undefined) {
    const { compareStatement } = await import('./compare-statement.ts');
    return compareStatement(words, { flags, choice, runtime });
  }
  const { connection, ledger, read } = await statementFor(words, flags, runtime);
  const { statement, movements, blocks } = read;
  const documents = {
    movements: movements.map(({ document }) => document),
    blocks: blocks.map(({ document }) => document),
  };
  const row = statementRow(statement, documents);
  const summary = { view: statementView, row, list: entriesView, rows: movements };
  const { format } = choice;
  const now = connection.now();
  await showSummary(summary, { choice, now }, runtime);
  if ((format === 'table' || format === 'md') && blocks.length > 0) {
    await runtime.terminal.out('\n');
    await show(blocks, { view: blocksView, shape: 'list', choice: { format }, now }, runtime);
  }
  if (flags.currency === undefined) await noteOtherCurrency(ledger, connection, runtime);
  throwBreak(read);
}

/** The names that `--columns` and `--json` choose from are those of what will be shown. */
function choiceOf(flags: ReportStatementFlags): OutputChoice {
  if (flags.compare === undefined) return checkOutput(flags, entriesView, statementView);
  return checkOutput(flags, differencesView);
}

export interface OpenStatement {
  readonly connection: Connection;
  readonly ledger: Ledger;
  readonly read: ReadStatement;
}

/** Throws a `usage` error with every problem before it connects; that a month is still to come is only known after. */
export async function statementFor(
  words: readonly string[],
  flags: ReportStatementFlags,
  runtime: Runtime,
): Promise<OpenStatement> {
  const { currency = defaultCurrency } = flags;
  const problems = [
    ...monthProblems(flags),
    ...ledgerQueryProblems({ currency }),
    ...asOfProblems(flags, runtime.now()),
  ];
  const open = await openForCustomer(readCustomerArgument(words, flags), problems, { flags, runtime });
  const { connection } = open;
  const customer = (await connection.api.customer(open.customer)).record;
  const zone = await knownZone(customer.timezone);
  const asOf = readAsOf(flags, { now: connection.now(), zone });
  const month = readMonth(flags, asOf);
  const [ledger] = ledgersOf(customer, currency);
  if (ledger === undefined) throw new RangeError('a customer without a ledger');
  const progress = readingProgress(runtime);
  const read = await readStatement({ ledger, month, asOf, onEntry: progress.step }, connection);
  progress.clear();
  return { connection, ledger, read };
}

function monthProblems({ month }: ReportStatementFlags): readonly Problem[] {
  if (month === undefined || parseMonth(month) !== undefined) return [];
  return [{ where: '--month', problem: `must be a month such as 2026-10: "${month}"` }];
}

/** By default the last month that is over. Throws a `usage` error for one that has not begun. */
function readMonth({ month }: ReportStatementFlags, { today }: AsOf): CalendarMonth {
  const running = monthOf(today);
  const asked = month === undefined ? undefined : parseMonth(month);
  if (asked === undefined) return monthOf(dayBefore(firstDayOf(running)));
  if (asked <= running) return asked;
  throw usageError([
    { where: '--month', problem: `has not begun: ${asked}; the customer's month is ${running}` },
  ]);
}

/** A statement has one currency; that the customer has another must not be overlooked. */
async function noteOtherCurrency(
  { customer, ...ledger }: Ledger,
  connection: Connection,
  { note }: Runtime,
): Promise<void> {
  const { currency } = customer;
  if (currency === null || currency === ledger.currency) return;
  for await (const _ of entriesOf({ customer, ...ledger, currency }, connection, { limit: 1 }))
    note({
      text: `This is the statement in ${ledger.currency}. For the one in ${currency}, add --currency ${currency}`,
      data: { other_currency: currency },
    });
}

/** Throws a `check-failed` error that names the first entry that does not follow from the one before it. */
export function throwBreak({ statement: { customer, currency }, firstBreak }: ReadStatement): void {
  throwFaults(firstBreak === null ? [] : [`${customer}, ${currency}: ${firstBreak.what}`]);
}
