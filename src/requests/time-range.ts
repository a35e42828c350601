// `--since` and `--until` (and their siblings) as a span of time in the customer's zone.
import {
  type DateReading,
  dayAfter,
  formsBack,
  readDate,
  startOfDay,
  withForms,
} from '../credits/calendar.ts';
import type { Instant } from '../credits/instant.ts';
import type { Problem } from '../errors.ts';
import type { TimeRange } from './ledger-query.ts';

export interface RangeDraft {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export interface RangeContext {
  readonly now: Instant;
  /** The customer's IANA time zone; while it is not known, only the form of the dates is judged. */
  readonly zone: string | undefined;
  /** The flags' names, for problems. */
  readonly sinceFlag: string;
  readonly untilFlag: string;
}

export type RangeReading = { readonly range: TimeRange } | { readonly problems: readonly Problem[] };

/** Reads both ends. A date includes its whole day at either end; an instant is meant to the second. */
export function readTimeRange(draft: RangeDraft, context: RangeContext): RangeReading {
  const { now, zone = 'UTC', sinceFlag, untilFlag } = context;
  const problems: Problem[] = [];
  const range: { from?: Instant; upTo?: Instant; before?: Instant } = {};
  const read = (typed: string): DateReading => withForms(readDate(typed, now, zone), formsBack);
  const since = draft.since === undefined ? undefined : read(draft.since);
  const until = draft.until === undefined ? undefined : read(draft.until);
  if (since?.kind === 'problem') problems.push({ where: sinceFlag, problem: since.problem });
  if (until?.kind === 'problem') problems.push({ where: untilFlag, problem: until.problem });
  if (since?.kind === 'date') range.from = startOfDay(since.date, zone);
  if (since?.kind === 'instant') range.from = since.at;
  // The last day that can be written has none after it: it ends no list.
  if (until?.kind === 'date' && until.date < '9999-12-31')
    range.before = startOfDay(dayAfter(until.date), zone);
  if (until?.kind === 'instant') range.upTo = until.at;
  if (context.zone !== undefined && isEmpty(range)) {
    problems.push({ where: sinceFlag, problem: `is later than ${untilFlag}` });
  }
  return problems.length > 0 ? { problems } : { range };
}

const isEmpty = ({ from, upTo, before }: TimeRange): boolean =>
  from !== undefined && ((before !== undefined && from >= before) || (upTo !== undefined && from > upTo));
