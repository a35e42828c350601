// `report statement <customer> --month 2026-10`: opening balance, every movement, closing balance, blocks.
import { type CalendarMonth, dayBefore, firstDayOf, monthOf, parseMonth } from '../../credits/calendar.ts';
import { defaultCurrency } from '../../credits/customer.ts';
import { type Problem, usageError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import type { OutputChoice } from '../../output/output-flags.ts';
import { type Format, isDocumentFormat } from '../../output/render.ts';
import { type LongRecord, longRecordAsJson } from '../../output/rows-as-json.ts';
import type { CustomerFlags } from '../../requests/command-words.ts';
import { ledgerQueryProblems } from '../../requests/ledger-query.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, emit, type ReadCommand, show, showSummary } from '../../runtime/show.ts';
import { blocksView } from '../../views/blocks.ts';
import { entriesView } from '../../views/entries.ts';
import { knownZone } from '../../writes/customer.ts';
import { entriesOf, type Ledger, ledgersOf } from '../every-ledger.ts';
import { openForCustomer } from '../reading.ts';
import { readingProgress } from '../reading-progress.ts';
import { differencesView } from './comparison-view.ts';
import { throwFaults } from './each-ledger.ts';
import { otherFormatProblems, type PageFlags, wantsPage } from './page-flags.ts';
import { listedEntries, type ReadStatement, readStatement } from './read-statement.ts';
import { type AsOf, type AsOfFlags, asOfProblems, readAsOf } from './span-flags.ts';
import { statementFields, statementView } from './statement-view.ts';

export interface ReportStatementFlags extends PageFlags, CustomerFlags, AsOfFlags {
  readonly month?: string;
  readonly currency?: string;
  readonly compare?: string;
}

/** Throws a `check-failed` error after showing the statement if the ledger does not add up. */
export const run: ReadCommand<ReportStatementFlags> = async (words, flags, runtime) => {
  if (wantsPage(flags)) {
    const { writeStatementPage } = await import('./write-statement-page.ts');
    return writeStatementPage(words, flags, runtime);
  }
  const choice = choiceOf(flags);
  if (flags.compare !== undefined) {
    const { compareStatement } = await import('./compare-statement.ts');
    return compareStatement(words, { flags, choice, runtime });
  }
  const { connection, ledger, read } = await statementFor(words, flags, { runtime });
  await showStatement(read, { choice, now: connection.now() }, runtime);
  if (flags.currency === undefined) await noteOtherCurrency(ledger, connection, runtime);
  throwBreak(read);
};

interface Showing {
  readonly choice: OutputChoice;
  readonly now: number;
}

/** Entry by entry, except where some fields are chosen. */
async function showStatement(read: ReadStatement, showing: Showing, runtime: Runtime): Promise<void> {
  const { format, fields, jq } = showing.choice;
  const { head, movements } = read;
  const blocks = read.blocks.map(({ document }) => document);
  const entries = async function* () {
    for await (const { document } of movements()) yield document;
  };
  if (isDocumentFormat(format) && fields === undefined && jq === undefined) {
    const record = { head: statementFields(head), name: 'movements', list: entries(), tail: { blocks } };
    return emit(await longRecord(record, format), runtime);
  }
  const isListed = isDocumentFormat(format) && fields?.includes('movements') !== false;
  const listed = isListed ? await listedEntries(entries(), head) : [];
  const row = { record: head, document: { ...statementFields(head), movements: listed, blocks } };
  const rows = isDocumentFormat(format) ? [] : movements();
  const clock = { now: showing.now, zone: async () => head.zone, namesZone: true };
  const summary = { view: statementView, row, list: entriesView, rows };
  await showSummary(summary, { choice: showing.choice, ...clock }, runtime);
  if ((format !== 'table' && format !== 'md') || blocks.length === 0) return;
  await runtime.terminal.out('\n');
  await show(read.blocks, { view: blocksView, shape: 'list', choice: { format }, ...clock }, runtime);
}

async function longRecord(record: LongRecord, format: Format): Promise<AsyncIterable<string>> {
  if (format !== 'yaml') return longRecordAsJson(record, format === 'json' ? 2 : 0);
  const { longRecordAsYaml } = await import('../../output/rows-as-yaml.ts');
  return longRecordAsYaml(record);
}

/** The names that `--columns` and `--json` choose from are those of what will be shown. */
function choiceOf(flags: ReportStatementFlags): OutputChoice {
  const problems = otherFormatProblems(flags);
  if (problems.length > 0) throw usageError(problems);
  if (flags.compare === undefined) return checkOutput(flags, entriesView, statementView);
  return checkOutput(flags, differencesView);
}

export interface OpenStatement {
  readonly connection: Connection;
  readonly ledger: Ledger;
  readonly asOf: AsOf;
  readonly read: ReadStatement;
}

/** Throws a `usage` error with every problem before it connects; that a month is still to come is only known after. */
export async function statementFor(
  words: readonly string[],
  flags: ReportStatementFlags,
  { runtime, problems = [] }: { readonly runtime: Runtime; readonly problems?: readonly Problem[] },
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
  const [ledger] = ledgersOf(customer, currency);
  if (ledger === undefined) throw new RangeError('a customer without a ledger');
  const progress = readingProgress(runtime);
  const read = await readStatement({ ledger, month, asOf, onEntry: progress.step }, connection);
  progress.clear();
  if (read.hasLaterBlocks)
    runtime.note({
      text: `The block balances at the end of ${month} are not known. Shown are those of ${read.head.blocksAsOf}`,
      data: { blocks_as_of: read.head.blocksAsOf },
    });
  return { connection, ledger, asOf, read };
}

function monthProblems({ month }: ReportStatementFlags): readonly Problem[] {
  if (month === undefined || parseMonth(month) !== undefined) return [];
  return [{ where: '--month', problem: `must be a month such as 2026-10: "${month}"` }];
}

/** By default the last month that is over. Throws a `usage` error for one that has not begun. */
function readMonth({ month }: ReportStatementFlags, { today, running }: AsOf): CalendarMonth {
  const newest = monthOf(today);
  const asked = month === undefined ? undefined : parseMonth(month);
  if (asked === undefined) return monthOf(dayBefore(firstDayOf(monthOf(running))));
  if (asked <= newest) return asked;
  throw usageError([
    { where: '--month', problem: `has not begun: ${asked}; the customer's month is ${newest}` },
  ]);
}

/** A statement has one currency; that the customer has another must not be overlooked. */
export async function noteOtherCurrency(
  { customer, ...ledger }: Ledger,
  connection: Connection,
  { note }: Runtime,
): Promise<void> {
  const { currency } = customer;
  if (currency === null || currency === ledger.currency) return;
  for await (const _ of entriesOf({ ...ledger, currency }, connection, { limit: 1 }))
    note({
      text: `This is the statement in ${ledger.currency}. For the one in ${currency}, add --currency ${currency}`,
      data: { other_currency: currency },
    });
}

/** Throws a `check-failed` error that names the first entry that does not follow from the one before it. */
export function throwBreak({ head: { customer, currency }, firstBreak }: ReadStatement): void {
  throwFaults(firstBreak === null ? [] : [`${customer}, ${currency}: ${firstBreak.what}`]);
}
