// A range of instants as the API filters by it, and as an index is searched.
import type { Instant } from '../../credits/exact.ts';

/** Bounds that all hold together; `undefined` is no bound. */
export interface TimeRange {
  readonly gte?: Instant | undefined;
  readonly gt?: Instant | undefined;
  readonly lt?: Instant | undefined;
  readonly lte?: Instant | undefined;
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

export function isWithin(range: TimeRange, at: Instant): boolean {
  const { from, until } = timeBounds(range);
  return from <= at && at <= until;
}
