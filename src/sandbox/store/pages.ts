// Reads pages of a list: the place where a page begins, the range of times and the rows.
import type { Instant } from '../../credits/exact.ts';
import { type Database, integer, type Row } from '../../database/driver.ts';

/** Bounds that all apply together; `undefined` is no bound. */
export interface TimeRange {
  readonly gte?: Instant | undefined;
  readonly gt?: Instant | undefined;
  readonly lt?: Instant | undefined;
  readonly lte?: Instant | undefined;
}

/** Where a page of a list ended: the time and the ordinal of its last item. */
export interface Place {
  readonly at: Instant;
  readonly ordinal: number;
}

/** The first and the last instant of a range; instants are whole milliseconds. */
export function timeBounds(range: TimeRange): { readonly from: Instant; readonly until: Instant } {
  return {
    from: Math.max(range.gte ?? Number.MIN_SAFE_INTEGER, (range.gt ?? Number.MIN_SAFE_INTEGER) + 1),
    until: Math.min(range.lte ?? Number.MAX_SAFE_INTEGER, (range.lt ?? Number.MAX_SAFE_INTEGER) - 1),
  };
}

export function isUnbounded(range: TimeRange): boolean {
  return [range.gte, range.gt, range.lt, range.lte].every((bound) => bound === undefined);
}

function isWithin(range: TimeRange, at: Instant): boolean {
  const { from, until } = timeBounds(range);
  return from <= at && at <= until;
}

/**
 * Reads rows after a place in the order of a key and then an ordinal: first the rows with the key of the place, then
 * the rows with a later key. With one comparison of both columns SQLite would search by the key alone. It would read
 * all rows with that key again, perhaps hundreds of thousands.
 * @param tied rows with the place's key and a later ordinal @param beyond rows with a later key
 */
export function rowsAfter(
  limit: number,
  tied: (limit: number) => readonly Row[],
  beyond: (limit: number) => readonly Row[],
): readonly Row[] {
  const first = tied(limit);
  return first.length < limit ? [...first, ...beyond(limit - first.length)] : first;
}

/** The items of a list that a page may show. */
export interface PageFilter {
  readonly within: TimeRange;
  readonly after: Place;
  /** At most so many. */
  readonly limit: number;
}

/** The statements that read a list, and the parameters that both begin with. */
export interface TimedList {
  /** Parameters: a time, an ordinal and a limit. Rows of that time with a lower ordinal. */
  readonly tied: string;
  /** Parameters: the first time, the last time and a limit. */
  readonly beyond: string;
  readonly of?: readonly (string | number)[];
}

/** The rows of a page, ordered by a time, the latest first. */
export function latestRows(
  database: Database,
  { tied, beyond, of = [] }: TimedList,
  { within, after, limit }: PageFilter,
): readonly Row[] {
  const { from, until } = timeBounds(within);
  return rowsAfter(
    limit,
    // A client may send a cursor with another range than the cursor was made for.
    (most) =>
      isWithin(within, after.at) ? database.prepare(tied).all(...of, after.at, after.ordinal, most) : [],
    (most) => database.prepare(beyond).all(...of, from, Math.min(until, after.at - 1), most),
  );
}

/** The most rows loaded into memory at once. */
const portionMost = 512;

export interface Portions<Point> {
  /** The point before the first row. */
  readonly begin: Point;
  readonly pointOf: (row: Row) => Point;
  /** Reads at most `most` rows after a point. */
  readonly read: (after: Point, most: number) => readonly Row[];
}

/** All rows of a list, in flat memory. @param first rows to read at first; portions grow, so that one who stops early reads few */
export function* rowsInPortions<Point>(
  { begin, pointOf, read }: Portions<Point>,
  first = portionMost,
): Iterable<Row> {
  let after = begin;
  for (let portion = first; ; portion = Math.min(portion * 4, portionMost)) {
    const rows = read(after, portion);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < portion) return;
    after = pointOf(last);
  }
}

/**
 * The rows of a page, ordered by ordinal, the newest first, limited to a range of `created_at`.
 * @param select statement with the parameters `of`, an ordinal and a limit
 */
export function newestRows(
  database: Database,
  { select, of = [] }: { readonly select: string; readonly of?: TimedList['of'] },
  { within, after, limit }: PageFilter,
): readonly Row[] {
  const rows = rowsInPortions({
    begin: after.ordinal,
    pointOf: (row) => integer(row, 'ordinal'),
    read: (before, most) => database.prepare(select).all(...of, before, most),
  });
  const found: Row[] = [];
  for (const row of rows) {
    if (isWithin(within, integer(row, 'created_at'))) found.push(row);
    if (found.length === limit) break;
  }
  return found;
}
