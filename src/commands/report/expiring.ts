// `report expiring [customer…]`: blocks that expire soon, and how much of each will likely be lost.
import { noteReadAs } from '../../batch/input/batch-file.ts';
import { readDelimiter } from '../../batch/input/csv-delimiter.ts';
import { dateAt, daysAfter, readDate, startOfDay } from '../../credits/calendar.ts';
import type { CreditBlock, Customer, CustomerRef } from '../../credits/customer.ts';
import { type Amount, add, compare, type Instant, readAmount, zero } from '../../credits/exact.ts';
import { CreditctlError, type Problem, usageError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import {
  basisDaysUsual,
  type ExpiringBlock,
  expiringOf,
  expiryDay,
  UseByDay,
  usualSpan,
  worstFirst,
} from '../../reports/burndown.ts';
import type { CustomerFlags } from '../../requests/command-words.ts';
import { ledgerQueryProblems } from '../../requests/ledger-query.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { knownZone } from '../../writes/customer.ts';
import { blocksOf, entriesOf, type Ledger, ledgersOf, readEach, wasUsedBefore } from '../every-ledger.ts';
import { readingProgress } from '../reading-progress.ts';
import { type CustomerExpiring, expiringRow, expiringView } from './expiring-view.ts';
import { customersFor, Unread } from './found-customers.ts';
import { customersInCsv, customersInWords } from './named-customers.ts';

export interface ReportExpiringFlags extends GlobalFlags, CustomerFlags {
  readonly from?: string;
  /** Between the cells of that file. */
  readonly delimiter?: string;
  readonly within?: string;
  readonly failAbove?: string;
  readonly currency?: string;
}

const withinUsual = '30d';

/**
 * Throws after showing every row: a `not-found` error if one of several customers is not there, and a `check-failed`
 * error if more than `--fail-above` will likely be lost, or a customer could not be read.
 */
export const run: ReadCommand<ReportExpiringFlags> = async (words, flags, runtime) => {
  const choice = checkOutput(flags, expiringView);
  const { limit, problems: limitProblems } = readLimit(flags);
  const named = customersInWords(words, flags);
  const { delimiter, problems: delimiterProblems } = delimiterOf(flags);
  const problems = [
    ...named.problems,
    ...delimiterProblems,
    ...withinProblems(flags),
    ...limitProblems,
    ...ledgerQueryProblems({ currency: flags.currency }),
  ];
  if (problems.length > 0) throw usageError(problems);
  const listed = flags.from === undefined ? [] : await customersFrom(flags.from, delimiter, runtime);
  const connection = await runtime.connect(flags);
  const now = connection.now();
  const unread = new Unread();
  const progress = readingProgress(runtime);
  const options = { connection, now, within: `+${withinOf(flags)}`, onEntry: progress.step };
  const isEveryone = named.customers.length === 0 && flags.from === undefined;
  const refs = isEveryone ? undefined : [...named.customers, ...listed];
  const customers = customersFor(refs, { connection, unread });
  const rowsOf = (customer: Customer) => customerExpiring(ledgersOf(customer, flags.currency), options);
  const rows: CustomerExpiring[] = [];
  for await (const each of readEach(customers, (one) => unread.unlessGone(one, () => rowsOf(one))))
    rows.push(...(each ?? []));
  progress.clear();
  rows.sort(worstFirst);
  await show(rows.map(expiringRow), { view: expiringView, shape: 'list', choice, now }, runtime);
  unread.check();
  if (limit !== undefined) checkLimit(rows, limit);
};

function delimiterOf({ from, delimiter: typed }: ReportExpiringFlags): {
  readonly delimiter?: string;
  readonly problems: readonly Problem[];
} {
  if (typed === undefined) return { problems: [] };
  if (from === undefined) return { problems: [{ where: '--delimiter', problem: 'needs --from' }] };
  const reading = readDelimiter(typed);
  if ('delimiter' in reading) return { delimiter: reading.delimiter, problems: [] };
  return { problems: [{ where: '--delimiter', problem: reading.problem }] };
}

const customersFrom = async (
  file: string,
  delimiter: string | undefined,
  runtime: Runtime,
): Promise<readonly CustomerRef[]> =>
  customersInCsv({
    text: await runtime.readText(file, '--from'),
    flag: '--from',
    delimiter,
    onReadAs: (columns) => noteReadAs(columns, runtime),
  });

const withinOf = ({ within = withinUsual }: ReportExpiringFlags): string => within.trim().replace(/^\+/, '');

function withinProblems(flags: ReportExpiringFlags): readonly Problem[] {
  if (/^\d{1,5}[dwmy]$/.test(withinOf(flags))) return [];
  return [{ where: '--within', problem: `must be a time such as 30d, 6w, 3m or 1y: "${flags.within}"` }];
}

function readLimit({ failAbove }: ReportExpiringFlags): {
  readonly limit?: Amount;
  readonly problems: readonly Problem[];
} {
  if (failAbove === undefined) return { problems: [] };
  const reading = readAmount(failAbove);
  if ('amount' in reading) return { limit: reading.amount, problems: [] };
  return { problems: [{ where: '--fail-above', problem: reading.problem }] };
}

/** Amounts of different currencies do not add up, so each currency is compared on its own. */
function checkLimit(rows: readonly CustomerExpiring[], limit: Amount): void {
  const lost = new Map<string, Amount>();
  for (const { currency, likelyLost } of rows)
    lost.set(currency, add(lost.get(currency) ?? zero, likelyLost));
  const above = [...lost].filter(([, sum]) => compare(sum, limit) > 0);
  if (above.length === 0) return;
  const sums = above.map(([currency, sum]) => `${sum} ${currency}`).join(' and ');
  throw new CreditctlError('check-failed', `${sums} will likely be lost, above ${limit}`);
}

async function customerExpiring(
  ledgers: readonly Ledger[],
  reading: ExpiringReading,
): Promise<readonly CustomerExpiring[]> {
  const rows: CustomerExpiring[] = [];
  for (const ledger of ledgers)
    for (const each of await ledgerExpiring(ledger, reading))
      rows.push({ customer: ledger.name, currency: ledger.currency, ...each });
  return rows;
}

interface ExpiringReading {
  readonly connection: Connection;
  readonly now: Instant;
  /** How far to look ahead, as a relative date: `+30d`. */
  readonly within: string;
  readonly onEntry: () => void;
}

/** Throws a `server` error for a zone that this Node does not know. */
async function ledgerExpiring(
  ledger: Ledger,
  { connection, now, within, onEntry }: ExpiringReading,
): Promise<readonly ExpiringBlock[]> {
  const blocks: CreditBlock[] = [];
  for await (const { record } of blocksOf(ledger, connection, { all: false })) blocks.push(record);
  onEntry();
  if (blocks.every(({ expiry_date }) => expiry_date === null)) return [];
  const zone = knownZone(ledger.customer.timezone);
  const reading = readDate(within, now, zone);
  // Beyond the last year that can be written, nothing is left out.
  const until = reading.kind === 'date' ? reading.date : undefined;
  const isSoon = (block: CreditBlock): boolean => {
    const day = expiryDay(block, zone);
    return day !== undefined && (until === undefined || day <= until);
  };
  if (!blocks.some(isSoon)) return [];
  const asOf = dateAt(now, zone);
  const from = startOfDay(daysAfter(asOf, -basisDaysUsual), zone);
  const use = new UseByDay(zone);
  for await (const { record } of entriesOf(ledger, connection, { type: 'decrement', range: { from } }))
    use.add(record);
  const firstUse = (await wasUsedBefore(ledger, connection, from)) ? dateAt(from, zone) : use.firstDay;
  const rate = use.rate(usualSpan(asOf, { isOver: false, firstUse }));
  return expiringOf({ blocks, asOf, until, zone, rate });
}
