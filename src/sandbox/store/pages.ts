// Pages of a list: where one begins, the range of times that it is limited to, and the rows on it.
import type { Instant } from '../../credits/exact.ts';
import { type Database, integer, type Row } from '../../database/driver.ts';

/** Bounds that all hold together; `undefined` is no bound. */
export interface TimeRange {
  readonly gte?: Instant | undefined;
  readonly gt?: Instant | undefined;
  readonly lt?: Instant | undefined;
  readonly lte?: Instant | undefined;
}

/** Where a page of a list ended: at an item of that time and ordinal. */
export interface Place {
  readonly at: Instant;
  readonly ordinal: number;
}

/** The same range from its first to its last instant; instants are whole milliseconds. */
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
 * Reads on from a place in an order by a key and then by ordinal: first the rows that have the same key as the place,
 * then those beyond it. In one comparison of both columns SQLite would search by the key alone and read all its ties
 * again, which may be hundreds of thousands.
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
}

/** The statements that read a list, and the values that each of them begins with. */
export interface TimedList {
  /** Takes a time, an ordinal and a limit: the rows of that time with a lower ordinal. */
  readonly tied: string;
  /** Takes the first time, the last one and a limit. */
  readonly beyond: string;
  readonly of?: readonly (string | number)[];
}

/** The rows of a page of a list in order of a time, the latest first. */
export function latestRows(
  database: Database,
  { tied, beyond, of = [] }: TimedList,
  { within, after }: PageFilter,
  limit: number,
): readonly Row[] {
  const { from, until } = timeBounds(within);
  return rowsAfter(
    limit,
    // A cursor may come back with another range than it was made for.
    (most) =>
      isWithin(within, after.at) ? database.prepare(tied).all(...of, after.at, after.ordinal, most) : [],
    (most) => database.prepare(beyond).all(...of, from, Math.min(until, after.at - 1), most),
  );
}

/** How many rows are held in memory at a time. */
const portion = 512;

/**
 * The rows of a page of a list in order of their ordinals, the newest first, and limited by `created_at`.
 * @param select takes an ordinal and a limit, after the values of `of`
 */
export function newestRows(
  database: Database,
  { select, of = [] }: { readonly select: string; readonly of?: TimedList['of'] },
  { within, after }: PageFilter,
  limit: number,
): readonly Row[] {
  const found: Row[] = [];
  for (let before = after.ordinal; found.length < limit; ) {
    const rows = database.prepare(select).all(...of, before, portion);
    found.push(...rows.filter((row) => isWithin(within, integer(row, 'created_at'))));
    const last = rows.at(-1);
    if (last === undefined || rows.length < portion) break;
    before = integer(last, 'ordinal');
  }
  return found.slice(0, limit);
}
