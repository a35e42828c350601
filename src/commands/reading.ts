// Lists one page or all rows, bounded by a span of time in the customer's zone, for the commands that list.
import { type Problem, usageError } from '../errors.ts';
import type { ListOptions } from '../orb/pages.ts';
import type { Row, Rows, View } from '../output/view.ts';
import { type CustomerFlags, withCustomer } from '../requests/command-args.ts';
import {
  type ListFlags,
  type RangeDraft,
  readListFlags,
  readTimeRange,
  type TimeRange,
} from '../requests/ledger-query.ts';
import { checkOutput, type Invocation, type ReadCommand, show } from '../runtime/show.ts';
import { customerZone } from '../writes/customer.ts';
import { type CustomerScope, openForCustomer } from './open-customer.ts';

/** A pair of flags that bound a span of time. */
export interface RangeFlags {
  readonly draft: RangeDraft;
  /** By default `--since` and `--until`. */
  readonly sinceFlag?: string;
  readonly untilFlag?: string;
}

/** Problems of the form of the dates, before anything is opened. */
export function rangeProblems(flags: RangeFlags, now: number): readonly Problem[] {
  if (!isBounded(flags)) return [];
  const reading = readTimeRange(flags.draft, { ...flags, now, zone: undefined });
  return 'problems' in reading ? reading.problems : [];
}

/** The span in the customer's zone, which is looked up only if a bound is given. */
export async function customerRange(
  flags: RangeFlags,
  { connection, customer }: CustomerScope,
): Promise<TimeRange> {
  if (!isBounded(flags)) return {};
  const zone = await customerZone(connection, customer);
  const reading = readTimeRange(flags.draft, { ...flags, now: connection.now(), zone });
  if ('problems' in reading) throw usageError(reading.problems);
  return reading.range;
}

/**
 * The first instant of `--since` in a zone; before every instant without it.
 * @throws a `usage` error if it cannot be read
 */
export function beginOf(
  { since }: Pick<RangeDraft, 'since'>,
  reading: { readonly now: number; readonly zone: string },
) {
  const read = readTimeRange({ since }, reading);
  if ('problems' in read) throw usageError(read.problems);
  return read.range.from ?? Number.NEGATIVE_INFINITY;
}

const isBounded = ({ draft }: RangeFlags): boolean => draft.since !== undefined || draft.until !== undefined;

export type CustomerListFlags = ListFlags & CustomerFlags;

/** A command that lists. @template Flags its own flags beside those of every list */
export type ListCommand<Flags = unknown> = ReadCommand<ListFlags & Flags>;

/** A command that lists data of one customer. */
export type CustomerListCommand<Flags = unknown> = ListCommand<CustomerFlags & Flags>;

/** The own parts of a list that is not of one customer. */
export interface List<Item> {
  readonly view: View<Item>;
  /** The note for an empty list. Default: that of the view. */
  readonly none?: string;
  readonly problems?: readonly Problem[];
  readonly rows: (connection: CustomerScope['connection'], page: ListOptions) => Rows<Row<Item>>;
  /** The time zone for the rows, if all rows are of one customer. */
  readonly zone?: (connection: CustomerScope['connection']) => Promise<string | undefined>;
  /** The note for a list that was cut off at its limit; by default it names the cursor of the next page. */
  readonly moreNote?: (cursor: string) => Parameters<Invocation['runtime']['note']>[0];
}

/** Throws a `usage` error with every problem before it connects. */
export const listAll =
  <Item>({
    view: own,
    none = own.none,
    problems = [],
    rows,
    zone,
    moreNote = nextPageNote,
  }: List<Item>): ListCommand =>
  async (_args, flags, runtime) => {
    const view = { ...own, none };
    const choice = checkOutput(flags, view);
    const { span, problems: spanProblems } = readListFlags(flags);
    if (problems.length + spanProblems.length > 0) throw usageError([...problems, ...spanProblems]);
    const connection = await runtime.connect(flags);
    const onMore = (cursor: string): void => runtime.note(moreNote(cursor));
    const clock = { now: connection.now, zone: zone && (() => zone(connection)) };
    await show(rows(connection, { ...span, onMore }), { view, shape: 'list', choice, ...clock }, runtime);
  };

export interface CustomerList<Item> extends Pick<List<Item>, 'view' | 'none'> {
  readonly problems?: readonly Problem[];
  /** The two flags that bound the list in time. */
  readonly range?: RangeFlags;
  readonly rows: (scope: CustomerScope, page: ListOptions, range: TimeRange) => Rows<Row<Item>>;
}

/** Throws a `usage` error with every problem. On a terminal, asks for a customer who is not named. */
export const listForCustomer =
  <Item>(list: CustomerList<Item>): CustomerListCommand =>
  async (args, flags, runtime) => {
    const choice = checkOutput(flags, list.view);
    const { rows, scope } = await openCustomerList(args, list, { flags, runtime });
    const { now } = scope.connection;
    const view = { ...list.view, none: withCustomer(list.none ?? list.view.none, scope.customer) };
    const zone = (): Promise<string> => customerZone(scope.connection, scope.customer);
    await show(rows, { view, shape: 'list', choice, now, zone }, runtime);
  };

export interface OpenList<Item> {
  readonly scope: CustomerScope;
  readonly rows: Rows<Row<Item>>;
}

/** Opens a list without showing it. The output flags must have been checked. */
export async function openCustomerList<Item>(
  args: readonly string[],
  { problems = [], range, rows }: Omit<CustomerList<Item>, 'view' | 'none'>,
  { flags, runtime }: Invocation<CustomerListFlags>,
): Promise<OpenList<Item>> {
  const { span, problems: spanProblems } = readListFlags(flags);
  const scope = await openForCustomer(
    args,
    [...problems, ...(range === undefined ? [] : rangeProblems(range, runtime.now())), ...spanProblems],
    { flags, runtime },
  );
  const bounds = range === undefined ? {} : await customerRange(range, scope);
  const onMore = (cursor: string): void => runtime.note(nextPageNote(cursor));
  return { scope, rows: rows(scope, { ...span, onMore }, bounds) };
}

const nextPageNote = (cursor: string) => ({
  text: `There are more. Show all: --all. Show the next page: --cursor ${cursor}`,
  data: { next_cursor: cursor },
});
