// Searches the API for the effect of an earlier write: an entry with its key in the metadata, or the changed object.
import { type CustomerRef, customerRefText, type LedgerEntry } from '../credits/customer.ts';
import { LedgerCheck } from '../credits/ledger-check.ts';
import { CreditctlError, mayBeApplied, repetition, unlessAbsent } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import { customerIdOf, hadNameBefore, type NotedWrite, type WhoseWrites } from '../record/customer-names.ts';
import type { LostSpan } from '../record/facts.ts';
import { entryProblem, hasRequestedValues, objectProblem } from '../requests/answer.ts';
import {
  blocksQuery,
  ledgerPageSizeMax,
  ledgerQuery,
  pageSizeMax,
  type TimeRange,
} from '../requests/ledger-query.ts';
import {
  type ApiRequest,
  answeredType,
  changedCustomer,
  clockSlack,
  createdObject,
  customerField,
  customerIn,
  customerOf,
  isEntryWrite,
  markerOf,
  mayAnswer,
  subjectOf,
  switchedAlert,
} from '../requests/request.ts';
import type { Json } from '../wire/json.ts';

export interface MarkSearch {
  readonly request: ApiRequest;
  /** The note of the write. */
  readonly earlier: NotedWrite;
  /** Whether an effect that is not found counts as never applied. Then the ledger must be complete. */
  readonly isLast: boolean;
}

export interface SearchContext extends Pick<Connection, 'api' | 'now'> {
  readonly record: WhoseWrites;
}

/**
 * The entry with the key of an earlier attempt, or the customer or alert as the attempt changed it. The last search also
 * finds a created customer or alert. Finds nothing for a deleted customer. Throws `outcome-unknown` if the entry differs
 * from the request, if the name means another customer now, or in the last search if the ledger may be incomplete.
 */
export const searchByMark = (search: MarkSearch, context: SearchContext): Promise<Json | undefined> =>
  unlessAbsent(() => searched(search, context));

async function searched({ request, earlier, isLast }: MarkSearch, context: SearchContext) {
  const notedAt = Date.parse(earlier.ledgerAt ?? earlier.notedAt);
  const marked = await entryMarked(request, { from: notedAt - clockSlack }, context);
  if (marked?.problem !== undefined)
    throw new CreditctlError(
      'outcome-unknown',
      `Under the key of this write the ledger has ${marked.problem}`,
    );
  if (marked !== undefined) return marked.document;
  await checkSameCustomer(request, earlier, context);
  const changed = changedCustomer(request);
  if (changed !== undefined) {
    const { document } = await context.api.customer(changed);
    return hasRequestedValues(document, request) ? document : undefined;
  }
  const alert = switchedAlert(request);
  if (alert !== undefined) {
    const { document, record } = await context.api.alert(alert.id);
    return record.enabled === alert.isEnabled ? document : undefined;
  }
  if (!isLast) return undefined;
  if (createdObject(request) !== undefined) return createdSince(notedAt - clocksApart, request, context);
  const customer = customerOf(request);
  if (customer === undefined) return undefined;
  const isWanted: Searched['isWanted'] = (entry) => mayAnswer(request, entry);
  const currency = currencyOf(request);
  await checkNothingLeftOut({ customer, currency, since: notedAt - clockSlack, isWanted }, context);
  return undefined;
}

/** The object that a request created since an instant. Throws an `outcome-unknown` error if it differs from the request. */
async function createdSince(since: number, request: ApiRequest, { api }: SearchContext) {
  const ref = subjectOf(request);
  if (ref === undefined) return undefined;
  const isCustomer = createdObject(request) === 'customer';
  const found = isCustomer ? await api.customer(ref) : await alertLike(request, ref, api);
  // An older object made the API refuse this request.
  if (found === undefined || Date.parse(found.record.created_at) < since) return undefined;
  const differs = isCustomer ? undefined : currencyProblem(request, found.record.currency);
  const problem = objectProblem(request, found.document) ?? differs;
  if (problem === undefined) return found.document;
  const { id, created_at: at } = found.record;
  throw new CreditctlError('outcome-unknown', `${id} was created on ${at}, with ${problem}`);
}

/**
 * The alert of the requested type and currency; a customer has only one (contract: POST /alerts). If none has the currency
 * as spelled in the request, the newest of the type: the API may answer the currency's name (contract: Alert).
 */
async function alertLike(request: ApiRequest, ref: CustomerRef, api: SearchContext['api']) {
  const ofType = [];
  for await (const alert of api.alerts({ method: 'GET', path: '/alerts', query: [customerField(ref)] }, {}))
    if (alert.record.type === request.body?.type) ofType.push(alert);
  return ofType.find(({ record }) => record.currency === currencyOf(request)) ?? ofType[0];
}

function currencyProblem(request: ApiRequest, found: string | null): string | undefined {
  const asked = currencyOf(request);
  return found === asked ? undefined : `the currency ${found} where ${asked} was asked for`;
}

const currencyOf = ({ body }: ApiRequest): string | undefined =>
  typeof body?.currency === 'string' ? body.currency : undefined;

interface EntrySpan extends TimeRange {
  /** Only entries of this type, because a ledger may have many others. */
  readonly type?: string;
  readonly pageSize?: number;
}

/** The entry with the key of a request in a time range, and the difference from the request if they do not match. */
async function entryMarked(
  request: ApiRequest,
  { type, pageSize = pageSizeMax, ...range }: EntrySpan,
  { api }: Pick<Connection, 'api'>,
) {
  const customer = isEntryWrite(request) ? customerOf(request) : undefined;
  if (customer === undefined) return undefined;
  const query = ledgerQuery(customer, { type, currency: currencyOf(request) }, range);
  for await (const { record, document } of api.entries(query, { pageSize }))
    if (mayAnswer(request, record)) return { document, problem: entryProblem(request, record) };
  return undefined;
}

/** The time in which a write may have been made that the record does not have. */
export type Unseen = LostSpan | 'anytime';

/**
 * The entry of a write that the record does not have, because the record lost the write or is new. Throws a `usage` error
 * if the key was used for another write.
 * @param unseen `anytime` for a new record, and for an embedded ledger, which has a clock of its own
 */
export async function searchUnseen(
  request: ApiRequest,
  unseen: Unseen,
  connection: Pick<Connection, 'api'>,
): Promise<Json | undefined> {
  const span: EntrySpan =
    unseen === 'anytime'
      ? { type: answeredType(request), pageSize: ledgerPageSizeMax }
      : { from: unseen.since - clockSlack, upTo: unseen.until + clockSlack };
  const made = await unlessAbsent(() => entryMarked(request, span, connection));
  if (made?.problem === undefined) return made?.document;
  const key = markerOf(request) ?? '';
  const message = `--idempotency-key was used for another write: under "${key}" the ledger has ${made.problem}`;
  throw new CreditctlError('usage', message, {
    applied: 'no',
    idempotencyKey: key,
    next: ['Give this write a key of its own, or repeat the earlier one unchanged'],
  });
}

/** A ledger in which a search found nothing. */
export interface Searched {
  readonly customer: CustomerRef;
  readonly currency: string | undefined;
  /** Breaks of the ledger before this time do not matter. Milliseconds since the epoch. */
  readonly since: number;
  /** Whether an entry is the effect that the search looked for. */
  readonly isWanted: (entry: LedgerEntry) => boolean;
}

/** Most readings of a ledger that does not add up: credits may have moved between its pages. */
const readingsMax = 3;

/**
 * Reads the whole ledger, without the filters of the search. Throws an `outcome-unknown` error if its balances do not
 * follow from each other and from its blocks, or if it has an entry that the search did not find.
 */
export async function checkNothingLeftOut(
  searched: Searched,
  connection: Pick<Connection, 'api' | 'now'>,
): Promise<void> {
  let found = await breakIn(searched, connection);
  for (let readings = 1; found !== null && readings < readingsMax; readings += 1)
    found = await breakIn(searched, connection);
  if (found !== null) throw leftOut(found.what);
}

async function breakIn(
  { customer, currency, since, isWanted }: Searched,
  { api, now }: Pick<Connection, 'api' | 'now'>,
) {
  const query = ledgerQuery(customer, { currency }, {});
  let newest = Number.NEGATIVE_INFINITY;
  for await (const { record } of api.entries(query, { limit: 1 })) newest = record.ledger_sequence_number;
  const blocks = [];
  const all = blocksQuery(customer, { currency, all: true });
  for await (const { record } of api.blocks(all, { pageSize: pageSizeMax })) blocks.push(record);
  const check = new LedgerCheck();
  for await (const { record } of api.entries(query, { pageSize: ledgerPageSizeMax })) {
    if (isWanted(record)) throw leftOut(`entry ${record.id} is in one list of the API, and not in another`);
    if (record.ledger_sequence_number <= newest) check.add(record);
  }
  return check.end(blocks, now(), since).firstBreak;
}

const leftOut = (what: string): CreditctlError =>
  mayBeApplied(`The API may have left its entry out of the ledger: ${what}`, {
    next: [
      repetition(': credits may have moved while it was looking'),
      'Look at the ledger: creditctl ledger verify <customer>',
    ],
  });

/** Milliseconds by which the clocks of the record and of the API may differ: 25 hours. */
export const clocksApart = 25 * 60 * 60 * 1000;

/**
 * An external id may be given to another customer after a deletion; Orb's own id never is. Throws an `outcome-unknown`
 * error if that happened, or may have happened: the new customer's ledger shows nothing about the write.
 * @param earlier the note of the write
 */
export async function checkSameCustomer(
  request: ApiRequest,
  earlier: NotedWrite,
  { api, record }: Pick<SearchContext, 'api' | 'record'>,
): Promise<void> {
  const ref = customerIn(request.path);
  if (ref?.by !== 'external') return;
  const { id, created_at: created } = (await api.customer(ref)).record;
  const name = customerRefText(ref);
  const begunFor = await customerIdOf(earlier, name, record);
  if (begunFor?.id === id) return;
  if (begunFor?.isCertain !== true && (await hadNameBefore(earlier, { id, name: ref.id }, record))) return;
  const notedAt = Date.parse(earlier.ledgerAt ?? earlier.notedAt);
  // An id from an earlier write is not certain: the customer may have been replaced before this write.
  const latest = begunFor === undefined ? notedAt : notedAt - clocksApart;
  if (begunFor?.isCertain !== true && Date.parse(created) <= latest) return;
  throw new CreditctlError('outcome-unknown', `${name} is another customer now, created on ${created}`, {
    next: [`To write it for this customer, repeat it with a new --idempotency-key of your choice`],
  });
}
