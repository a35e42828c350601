// Turns the filters, time range and length of a list into query parameters (contract: the two GET … /credits paths).

import {
  type DateReading,
  endOfDay,
  formsBack,
  readDate,
  startOfDay,
  withForms,
} from '../credits/calendar.ts';
import { type CustomerRef, entryStatuses, entryTypes } from '../credits/customer.ts';
import { formatInstant, type Instant, readAmount } from '../credits/exact.ts';
import { oneOfProblems, type Problem } from '../errors.ts';
import { type ApiRequest, customerPath } from './request.ts';

/** The largest page that is requested; every version of the API allows it (a choice of ours, see docs/embedded-ledger.md). */
export const pageSizeMax = 100;

/** The largest page of a ledger (contract: Fetch ledger), used to read a whole ledger. */
export const ledgerPageSizeMax = 1000;

export interface LedgerListDraft {
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  readonly minAmount?: string | undefined;
  readonly currency?: string | undefined;
}

/** A range of time: `from` and `upTo` are part of it, `before` is the first instant after the range. */
export interface TimeRange {
  readonly from?: Instant;
  readonly upTo?: Instant;
  readonly before?: Instant;
}

/** The problems with the filters of `ledger list`; `readTimeRange` checks the dates. */
export function ledgerQueryProblems(draft: LedgerListDraft): readonly Problem[] {
  const problems: Problem[] = [
    ...oneOfProblems('--type', draft.type, entryTypes),
    ...oneOfProblems('--status', draft.status, entryStatuses),
  ];
  const minimum = draft.minAmount === undefined ? undefined : readAmount(draft.minAmount);
  if (minimum !== undefined && 'problem' in minimum)
    problems.push({ where: '--min-amount', problem: minimum.problem });
  if (draft.currency?.trim() === '') problems.push({ where: '--currency', problem: 'is empty' });
  return problems;
}

/** `GET …/credits/ledger` without `limit` and `cursor`: newest entry first. The draft must have no problems. */
export function ledgerQuery(customer: CustomerRef, draft: LedgerListDraft, range: TimeRange): ApiRequest {
  const minimum = draft.minAmount === undefined ? undefined : readAmount(draft.minAmount);
  const query = definedParameters([
    ['currency', draft.currency],
    ['entry_type', draft.type],
    ['entry_status', draft.status],
    ['minimum_amount', minimum !== undefined && 'amount' in minimum ? minimum.amount : undefined],
    ...rangeParameters('created_at', range),
  ]);
  return { method: 'GET', path: `${customerPath(customer)}/credits/ledger`, query };
}

export interface BlocksQuery {
  readonly currency?: string | undefined;
  /** Includes expired and depleted blocks. */
  readonly all?: boolean | undefined;
}

/** `GET …/credits` without `limit` and `cursor`. */
export function blocksQuery(
  customer: CustomerRef,
  { currency, all }: BlocksQuery,
  range: TimeRange = {},
): ApiRequest {
  const query = definedParameters([
    ['currency', currency],
    ['include_all_blocks', all === true ? 'true' : undefined],
    ...rangeParameters('effective_date', range),
  ]);
  return { method: 'GET', path: `${customerPath(customer)}/credits`, query };
}

/** Adds `limit` and `cursor` to a request, for one page of its list. */
export function pageOf(request: ApiRequest, limit: number, cursor: string | undefined): ApiRequest {
  return {
    ...request,
    query: [
      ...(request.query ?? []),
      ...definedParameters([
        ['limit', String(limit)],
        ['cursor', cursor],
      ]),
    ],
  };
}

type Parameter = readonly [name: string, value: string | undefined];

function definedParameters(parameters: readonly Parameter[]): readonly (readonly [string, string])[] {
  return parameters.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function rangeParameters(name: string, { from, upTo, before }: TimeRange): readonly Parameter[] {
  const text = (at: Instant | undefined): string | undefined =>
    at === undefined ? undefined : formatInstant(at);
  return [
    [`${name}[gte]`, text(from)],
    [`${name}[lte]`, text(upTo)],
    [`${name}[lt]`, text(before)],
  ];
}

/** How many records a list shows by default. */
export const defaultLimit = 20;

export interface ListFlags {
  readonly limit?: string;
  readonly all?: boolean;
  readonly cursor?: string;
}

export interface ListSpan {
  /** `undefined` for all records. */
  readonly limit?: number;
  readonly cursor?: string;
}

export function readListFlags({ limit, all, cursor }: ListFlags): {
  span: ListSpan;
  problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  if (limit !== undefined && all === true)
    problems.push({ where: '--limit', problem: 'cannot be used with --all' });
  if (limit !== undefined && !/^[1-9]\d{0,14}$/.test(limit)) {
    problems.push({ where: '--limit', problem: `must be a whole number above 0: "${limit}"` });
  }
  if (cursor?.trim() === '') problems.push({ where: '--cursor', problem: 'is empty' });
  const span = {
    ...(all === true ? {} : { limit: limit === undefined ? defaultLimit : Number(limit) }),
    ...(cursor === undefined ? {} : { cursor }),
  };
  return { span, problems };
}

export interface RangeDraft {
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

export interface RangeContext {
  readonly now: Instant;
  /** The customer's IANA time zone; while the zone is unknown, only the form of the dates is checked. */
  readonly zone: string | undefined;
  /** The flags' names, for problems; by default `--since` and `--until`. */
  readonly sinceFlag?: string;
  readonly untilFlag?: string;
}

export type RangeReading = { readonly range: TimeRange } | { readonly problems: readonly Problem[] };

/** Reads both ends of a range. A date includes its whole day at either end; an instant is exact to the second. */
export function readTimeRange(draft: RangeDraft, context: RangeContext): RangeReading {
  const { now, zone = 'UTC', sinceFlag = '--since', untilFlag = '--until' } = context;
  const problems: Problem[] = [];
  const range: { from?: Instant; upTo?: Instant; before?: Instant } = {};
  const read = (typed: string): DateReading => withForms(readDate(typed, now, zone), formsBack);
  const since = draft.since === undefined ? undefined : read(draft.since);
  const until = draft.until === undefined ? undefined : read(draft.until);
  if (since?.kind === 'problem') problems.push({ where: sinceFlag, problem: since.problem });
  if (until?.kind === 'problem') problems.push({ where: untilFlag, problem: until.problem });
  if (since?.kind === 'date') range.from = startOfDay(since.date, zone);
  if (since?.kind === 'instant') range.from = since.at;
  // 9999-12-31 has no day after it that can be written, so it sets no upper limit.
  if (until?.kind === 'date' && until.date < '9999-12-31') range.before = endOfDay(until.date, zone);
  if (until?.kind === 'instant') range.upTo = until.at;
  if (context.zone !== undefined && isEmpty(range)) {
    problems.push({ where: sinceFlag, problem: `is later than ${untilFlag}` });
  }
  return problems.length > 0 ? { problems } : { range };
}

const isEmpty = ({ from, upTo, before }: TimeRange): boolean =>
  from !== undefined && ((before !== undefined && from >= before) || (upTo !== undefined && from > upTo));
