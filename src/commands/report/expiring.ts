// `report expiring [customer…]`: lists blocks that expire soon, and how much of each will likely be lost.

import { dateAt, daysAfter, readDate, startOfDay } from '../../credits/calendar.ts';
import { type CreditBlock, type Customer, unitAfter } from '../../credits/customer.ts';
import { type Amount, add, compare, type Instant, readAmount, zero } from '../../credits/exact.ts';
import { CreditctlError, type Problem, usageError } from '../../errors.ts';
import {
  defaultBasisDays,
  type ExpiringBlock,
  expiringOf,
  expiryDayUntil,
  UseByDay,
  usualSpan,
  worstFirst,
} from '../../reports/burndown.ts';
import type { CustomerFlags } from '../../requests/command-args.ts';
import { ledgerQueryProblems } from '../../requests/ledger-query.ts';
import { checkOutput, type ReadCommand, show, type TextFlags } from '../../runtime/show.ts';
import { knownZone } from '../../writes/customer.ts';
import { blocksOf, entriesOf, type Ledger, ledgersOf, readEach, wasUsedBefore } from '../every-ledger.ts';
import { type CustomerExpiring, expiringRow, expiringView } from './expiring-view.ts';
import { customersFor, Unread } from './found-customers.ts';
import { type CustomerFileFlags, customersInArgs, customersInFile, delimiterOf } from './named-customers.ts';

export type ReportExpiringFlags = CustomerFlags &
  CustomerFileFlags &
  TextFlags<'within' | 'failAbove' | 'currency'>;

const defaultWithin = '30d';

/**
 * Throws after showing every row: a `not-found` error if one of several customers does not exist, and a `check-failed`
 * error if more than `--fail-above` will likely be lost, or a customer could not be read.
 */
export const run: ReadCommand<ReportExpiringFlags> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, expiringView);
  const { limit, problems: limitProblems } = readLimit(flags);
  const named = customersInArgs(args, flags);
  const { delimiter, problems: delimiterProblems } = delimiterOf(flags);
  const problems = [
    ...named.problems,
    ...delimiterProblems,
    ...withinProblems(flags),
    ...limitProblems,
    ...ledgerQueryProblems({ currency: flags.currency }),
  ];
  if (problems.length > 0) throw usageError(problems);
  const listed = await customersInFile({ from: flags.from, delimiter }, runtime);
  const connection = await runtime.connect(flags);
  const unread = new Unread();
  const progress = await runtime.reading();
  const options = { within: `+${withinOf(flags)}`, onEntry: progress.step };
  const isEveryone = named.customers.length === 0 && flags.from === undefined;
  const refs = isEveryone ? undefined : [...named.customers, ...listed];
  const customers = customersFor(refs, { connection, unread });
  const rowsOf = async (customer: Customer) => {
    const found: CustomerExpiring[] = [];
    const now = connection.now();
    for (const ledger of ledgersOf(customer, flags.currency, connection))
      for (const each of await ledgerExpiring(ledger, { ...options, now }))
        found.push({ customer: ledger.name, currency: ledger.currency, ...each });
    return found;
  };
  const rows: CustomerExpiring[] = [];
  for await (const each of readEach(customers, (one) => unread.unlessGone(one, () => rowsOf(one))))
    rows.push(...(each ?? []));
  progress.clear();
  rows.sort(worstFirst);
  const showing = { view: expiringView, shape: 'list', choice, now: connection.now } as const;
  await show(rows.map(expiringRow), showing, runtime);
  unread.check();
  if (limit !== undefined) checkLimit(rows, limit);
};

const withinOf = ({ within = defaultWithin }: ReportExpiringFlags): string =>
  within.trim().replace(/^\+/, '');

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
  const sums = above.map(([currency, sum]) => `${sum} ${unitAfter(sum, currency)}`).join(' and ');
  throw new CreditctlError('check-failed', `${sums} will likely be lost, above ${limit}`);
}

interface ExpiringReading {
  readonly now: Instant;
  /** Time to look ahead, as a relative date: `+30d`. */
  readonly within: string;
  readonly onEntry: () => void;
}

/** Returns nothing if no block expires in time. Throws a `server` error for a zone that this Node does not know. */
async function ledgerExpiring(
  ledger: Ledger,
  { now, within, onEntry }: ExpiringReading,
): Promise<readonly ExpiringBlock[]> {
  const blocks: CreditBlock[] = [];
  for await (const { record } of blocksOf(ledger, { all: false })) blocks.push(record);
  onEntry();
  if (blocks.every(({ expiry_date }) => expiry_date === null)) return [];
  const zone = knownZone(ledger.customer.timezone);
  const reading = readDate(within, now, zone);
  // A limit after the last year that can be written excludes no block.
  const until = reading.kind === 'date' ? reading.date : undefined;
  if (blocks.every((block) => expiryDayUntil(block, { until, zone }) === undefined)) return [];
  const asOf = dateAt(now, zone);
  const from = startOfDay(daysAfter(asOf, -defaultBasisDays), zone);
  const use = new UseByDay(zone);
  for await (const { record } of entriesOf(ledger, { type: 'decrement', range: { from } })) use.add(record);
  const firstUse = (await wasUsedBefore(ledger, from)) ? dateAt(from, zone) : use.firstDay;
  const rate = use.rate(usualSpan(asOf, { isOver: false, firstUse }));
  return expiringOf({ blocks, asOf, until, zone, rate });
}
