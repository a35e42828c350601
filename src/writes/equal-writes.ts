// Finds the earlier writes that a repeated command means: under its key, or equal ones, also of other days and names.
import { type CustomerRef, customerRefText, parseCustomerRef } from '../credits/customer.ts';
import { unlessAbsent } from '../errors.ts';
import { contentText, fingerprint, type Self } from '../record/decide.ts';
import type { WriteFilter, WriteWithTexts } from '../record/record.ts';
import {
  type ApiRequest,
  customerIn,
  customerPath,
  requestFromText,
  subjectOf,
} from '../requests/request.ts';
import type { Submission } from './submission.ts';

/** One write that a command wants done. */
export interface WriteIntent extends Pick<Submission<unknown>, 'requestAt' | 'command'> {
  readonly request: ApiRequest;
  readonly print: string;
  /** The idempotency key; `undefined` until an earlier equal write or a fresh key is chosen. */
  readonly key: string | undefined;
  readonly isNamed: boolean;
  /** Whether a search found no effect of an earlier attempt. */
  readonly isResumed: boolean;
  /** Whether a note says that this run waits for another process. */
  readonly isWaiting: boolean;
  /** The key under which an attempt of this run, or one that it was about to settle, may have been applied. */
  readonly inDoubt: string | undefined;
}

/** The earlier writes that may be the intended one: of its key, or equal ones, oldest first. */
export async function readKnown(
  intent: WriteIntent,
  run: Promise<Self>,
  submission: Submission<unknown>,
): Promise<readonly WriteWithTexts[]> {
  const { key, print, request, requestAt } = intent;
  const { record } = submission;
  if (key !== undefined) {
    const known = await record.write(key);
    return known === undefined ? [] : [known];
  }
  const customer = requestAt && (await customerNamed(request, submission));
  if (customer === undefined) return record.equalWrites(print);
  // After midnight, a relative date makes another request, but a repeated command must still find its earlier write.
  const begun: WriteWithTexts[] = [];
  const from = new Date((await run).now - reportedWithin).toISOString();
  const take = async (filter: WriteFilter): Promise<void> => {
    for await (const write of record.writes({ customer, ...filter }))
      if (write.fingerprint !== print && isSame(write, intent)) begun.push(write);
  };
  await take({ states: ['noted', 'unknown'] });
  // A reported write matters only beside an open write, and a customer may have had thousands in a day.
  await take({ states: ['settled'], from, ...(begun.length === 0 && { isReported: false }) });
  begun.sort((a, b) => a.noted - b.noted);
  // Equal writes are read last, so that none of them is missed that was noted before one of `begun`.
  return [...begun, ...(await record.equalWrites(print))];
}

/** Age in milliseconds up to which a settled write with relative dates is compared with the repeated command. */
const reportedWithin = 24 * 60 * 60_000;

/** Whether the command line made the earlier write, at the time of its note: `+30d` depends on the day. */
export const isSame = (...asked: Parameters<typeof askedFor>): boolean => askedFor(...asked) !== undefined;

/** The request of the command line at the time of the earlier write; `undefined` if it is not that write. */
export function askedFor(
  { fingerprint: earlier, ledgerAt, notedAt, texts }: WriteWithTexts,
  { print, request, requestAt, command }: WriteIntent,
): ApiRequest | undefined {
  if (earlier === print) return request;
  const made = texts.command === command ? requestFromText(texts.request)?.body : undefined;
  const then = requestAt?.(Date.parse(ledgerAt ?? notedAt), made);
  return then !== undefined && fingerprint(contentText(then)) === earlier ? then : undefined;
}

/**
 * The customer's other name, if an equal write under that name is open: `id:…` and the external id are one customer, so
 * that write must be settled first. Asks the API only if the record has such a write.
 */
export async function otherAddress(
  intent: WriteIntent,
  { record, customer }: Pick<Submission<unknown>, 'record' | 'customer'>,
): Promise<CustomerRef | undefined> {
  const own = customerIn(intent.request.path);
  if (intent.key !== undefined || own === undefined) return undefined;
  for await (const write of record.writes({ states: ['noted', 'unknown'] })) {
    const other = write.customer === null ? undefined : parseCustomerRef(write.customer);
    if (other === undefined || other.by === own.by || !isSame(write, addressedTo(other, intent))) continue;
    const found = await unlessAbsent(() => customer(own));
    if (found?.[other.by === 'id' ? 'id' : 'external_customer_id'] === other.id) return other;
  }
  return undefined;
}

/** The same write under another name of its customer. */
export function addressedTo(customer: CustomerRef, intent: WriteIntent): WriteIntent {
  const own = customerIn(intent.request.path);
  const to = (request: ApiRequest): ApiRequest => {
    if (own === undefined || !request.path.startsWith(customerPath(own))) return request;
    return { ...request, path: customerPath(customer) + request.path.slice(customerPath(own).length) };
  };
  const request = to(intent.request);
  const { requestAt: at } = intent;
  const requestAt =
    at &&
    ((...then: Parameters<typeof at>) => {
      const made = at(...then);
      return made && to(made);
    });
  return { ...intent, request, requestAt, print: fingerprint(contentText(request)) };
}

/** The customer of the write; `undefined` if its object was deleted, because the API decides about such a write. */
export async function customerNamed(
  request: ApiRequest,
  { owner }: Pick<Submission<unknown>, 'owner'>,
): Promise<string | undefined> {
  const named = subjectOf(request);
  if (named !== undefined) return customerRefText(named);
  return owner && unlessAbsent(owner);
}
