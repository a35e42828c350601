// `ledger watch <customer>`: shows new entries as they appear, until it is stopped.
import { customerRefText, defaultCurrency } from '../../credits/customer.ts';
import {
  type LedgerListDraft,
  ledgerQuery,
  ledgerQueryProblems,
  readListFlags,
  type TimeRange,
} from '../../requests/ledger-query.ts';
import { checkOutput, type Invocation, show, type TextFlags } from '../../runtime/show.ts';
import { entriesView } from '../../views/entries.ts';
import { customerZone } from '../../writes/customer.ts';
import { type CustomerCommand, openForCustomer } from '../open-customer.ts';
import { customerRange, rangeProblems } from '../reading.ts';
import { type FollowedList, followEntries } from './follow-entries.ts';

type LedgerWatchFlags = Omit<LedgerListDraft, 'status'> & WatchFlags & TextFlags<'since'>;

export const run: CustomerCommand<LedgerWatchFlags> = async (args, flags, runtime) => {
  const choice = checkOutput(flags, entriesView);
  const { pace, problems } = readWatchFlags(flags);
  const { since, currency = defaultCurrency } = flags;
  const rangeFlags = { draft: { since } };
  const line = lineOf(runtime);
  const open = await openForCustomer(
    args,
    [
      ...endlessProblems(choice.format, flags),
      ...ledgerQueryProblems(flags),
      ...rangeProblems(rangeFlags, runtime.now()),
      ...problems,
    ],
    { flags, runtime, note: line.note },
  );
  const { connection, customer } = open;
  const listOf =
    (range: TimeRange): FollowedList =>
    (options) =>
      connection.api.entries(ledgerQuery(customer, flags, range), options);
  const entries = followEntries({
    list: listOf({}),
    backlog: since === undefined ? undefined : listOf(await customerRange(rangeFlags, open)),
    wait: (failures) => runtime.system.sleep(restBefore(pace, failures), runtime.interruption),
    line: { ...line, begun: () => runtime.note(watching(customerRefText(customer), currency)) },
  });
  const zone = (): Promise<string> => customerZone(connection, customer);
  const showing = { view: entriesView, shape: 'list', choice, zone, pageRows: 1 } as const;
  await show(firstOf(entries, pace.limit), { ...showing, now: connection.now }, runtime);
};

const watching = (customer: string, currency: string) => ({
  text: `Watching the ledger of ${customer} (${currency}). Press Ctrl-C to stop`,
  data: { watching: { customer, currency } },
});

/** A single document ends only with a limit. */
function endlessProblems(format: string, { json, limit }: Invocation<LedgerWatchFlags>['flags']) {
  if (limit !== undefined || (format !== 'json' && format !== 'yaml')) return [];
  const fields = typeof json === 'string' ? ` --json ${json}` : '';
  const problem = `${format} is one document and would never end: use -o ndjson${fields}, or add --limit`;
  return [{ where: '--output', problem }];
}

/** Reports the first failure and the recovery, but not the retries in between. */
function lineOf(runtime: Invocation['runtime']) {
  let isLost = false;
  const lost = (why: string): void => {
    if (isLost) return;
    isLost = true;
    runtime.note({ text: `Connection lost: ${why}. Retrying`, data: { connection: 'lost', why } });
  };
  const back = (): void => {
    if (isLost) runtime.note({ text: 'Connected again', data: { connection: 'back' } });
    isLost = false;
  };
  const note: typeof runtime.note = (each) => {
    const { retry } = each.data;
    if (retry === undefined) runtime.note(each);
    else lost(String((retry as { readonly why?: unknown }).why));
  };
  return { lost, back, note };
}

async function* firstOf<Item>(items: AsyncIterable<Item>, count: number): AsyncGenerator<Item> {
  let left = count;
  for await (const item of items) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}

type WatchFlags = TextFlags<'interval' | 'limit'>;

interface WatchPace {
  /** Milliseconds between two polls. */
  readonly interval: number;
  /** Infinity without `--limit`. */
  readonly limit: number;
}

const intervalMin = 500;
/** Milliseconds: the longest time between two attempts while the API does not answer. */
const intervalMax = 60_000;

export function readWatchFlags({ interval = '2', limit }: WatchFlags): {
  pace: WatchPace;
  problems: ReturnType<typeof ledgerQueryProblems>;
} {
  const ms = /^\d{1,4}(\.\d{1,3})?$/.test(interval) ? Math.round(Number(interval) * 1000) : 0;
  const { span, problems } = readListFlags(limit === undefined ? { all: true } : { limit });
  const isOften = ms < intervalMin ? [{ where: '--interval', problem: intervalProblem(interval) }] : [];
  return {
    pace: { interval: ms, limit: span.limit ?? Number.POSITIVE_INFINITY },
    problems: [...isOften, ...problems],
  };
}

const intervalProblem = (text: string): string =>
  `must be a number of seconds, at least ${intervalMin / 1000}: "${text}"`;

/** Milliseconds before the next request: doubles after each failure in a row, up to a minute. */
export const restBefore = ({ interval }: WatchPace, failures: number): number =>
  failures === 0 ? interval : Math.max(interval, Math.min(intervalMax, interval * 2 ** failures));
