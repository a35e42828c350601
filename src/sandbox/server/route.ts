// Defines the context of a route: how it finds what its path names, reads once its ledgers are settled, and writes as the only
// writer, for a POST with a key only once.
import type { Instant } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import type { Json, WireAnswer } from '../../wire/json.ts';
import type { FreshId } from '../ledger/posting.ts';
import { dueLedgerOf, isDue, settle, settleCustomer } from '../store/account.ts';
import { blockById } from '../store/blocks.ts';
import {
  customerByExternalId,
  customerById,
  customerByOrdinal,
  type StoredCustomer,
} from '../store/customers.ts';
import type { Write } from '../store/group-commit.ts';
import { keepAnswer, keptAnswer } from '../store/idempotency.ts';
import { invoiceById } from '../store/invoices.ts';
import { anyDueLedger, ledgerByOrdinal, type StoredLedger } from '../store/ledgers.ts';
import { invalid, notFound, RequestProblem } from './answers.ts';
import type { QueryReader } from './query.ts';

export interface ServerContext {
  readonly database: Database;
  readonly write: Write;
  readonly now: () => Instant;
  readonly freshId: FreshId;
  /** Stores the text of the transaction's events so far; each write ends with this call. */
  readonly fileEvents: () => void;
}

/** A request with a route. */
export interface RoutedRequest {
  readonly method: string;
  /** The unchanged path below the base URL. */
  readonly path: string;
  /** The variable segments of the path by name, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: QueryReader;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export type RouteHandler = (
  context: ServerContext,
  request: RoutedRequest,
) => WireAnswer | Promise<WireAnswer>;

/** The longest key, in characters (Orb docs: idempotency). */
const keyLengthMax = 64;

/** A request to write. @template Body its checked body */
export interface WriteRequest<Body extends object> {
  readonly context: ServerContext;
  readonly request: RoutedRequest;
  /** Checked, or all its problems. */
  readonly body: Body | readonly Json[];
}

/**
 * Runs `work` as the only writer. Refusals have an order: the query, the key, the body, and then the refusals of `work`.
 * A repeated POST with the same key gets the first answer again (Orb docs: idempotency).
 * @throws Problem if the request is refused, or the key was used for another request
 */
export async function write<Body extends object>(
  { context, request, body }: WriteRequest<Body>,
  work: (body: Body, now: Instant) => WireAnswer,
): Promise<WireAnswer> {
  request.query.finish();
  const { database } = context;
  const worked = (now: Instant): WireAnswer => {
    if (Array.isArray(body)) throw invalid(body);
    return work(body as Body, now);
  };
  const key = request.method === 'POST' ? request.headers['idempotency-key'] : undefined;
  // The clock is read within the write, so that times follow the order of the writes.
  if (key === undefined) return context.write(() => worked(context.now()));
  if (key.length < 1 || key.length > keyLengthMax) {
    throw invalid([`Idempotency-Key: must be of 1 to ${keyLengthMax} characters`]);
  }
  const fingerprint = await fingerprintOf(request);
  return context.write(() => {
    const now = context.now();
    const kept = keptAnswer(database, key, now);
    if (kept !== undefined) {
      if (kept.fingerprint !== fingerprint) {
        throw new RequestProblem(
          '409-resource-conflict',
          'The idempotency key was used for another request.',
        );
      }
      const headers = { 'content-type': 'application/json', 'idempotent-replayed': 'true' };
      return { status: kept.status, headers, body: kept.body };
    }
    const answer = worked(now);
    // A problem is thrown before this line: only executed requests are stored. Model: a choice of ours, see docs/embedded-ledger.md.
    keepAnswer(database, { key, now }, { fingerprint, status: answer.status, body: answer.body });
    return answer;
  });
}

/** Answers DELETE. @param remove throws a Problem if the resource does not exist or may not be deleted */
export const removal =
  (remove: (context: ServerContext, params: RoutedRequest['params'], now: Instant) => void): RouteHandler =>
  (context, request) =>
    write({ context, request, body: {} }, (_, now) => {
      remove(context, request.params, now);
      return { status: 204, headers: {}, body: '' };
    });

let loading: Promise<typeof import('node:crypto')> | undefined;

async function fingerprintOf({ method, path, body }: RoutedRequest): Promise<string> {
  // Loaded only for writes, so that a command that reads starts sooner. Loaded once: an import costs as much as a statement.
  loading ??= import('node:crypto');
  const { createHash } = await loading;
  return createHash('sha256')
    .update(`${method} ${path}\n${body ?? ''}`)
    .digest('base64');
}

type Params = RoutedRequest['params'];

/** @param params of a path with `{customer_id}` or `{external_customer_id}` @throws Problem if there is no such customer */
export function findCustomer({ database }: ServerContext, params: Params): StoredCustomer {
  const { customer_id: id, external_customer_id: externalId } = params;
  const found =
    id === undefined ? customerByExternalId(database, externalId ?? '') : customerById(database, id);
  if (found === undefined) throw notFound('Customer', id ?? externalId ?? '');
  return found;
}

/** @param params of a path with `{block_id}` @throws Problem if there is no such block, or its customer was deleted */
export function findBlock({ database }: ServerContext, params: Params) {
  const id = params.block_id ?? '';
  const stored = blockById(database, id);
  const ledger = stored === undefined ? undefined : ledgerByOrdinal(database, stored.ledger);
  const customer = ledger === undefined ? undefined : customerByOrdinal(database, ledger.customer);
  if (stored === undefined || ledger === undefined || customer === undefined) {
    throw notFound('CreditBlock', id);
  }
  return { stored, ledger, customer };
}

export type FoundInvoice = ReturnType<typeof findInvoice>;

/** @throws Problem if there is no such invoice, or its customer was deleted */
export function findInvoice({ database }: ServerContext, id: string) {
  const stored = invoiceById(database, id);
  const customer = stored === undefined ? undefined : customerByOrdinal(database, stored.customer);
  if (stored === undefined || customer === undefined) throw notFound('Invoice', id);
  return { stored, customer };
}

/**
 * Shows one unchanging view of the database in which the ledger that `find` returns is settled up to now.
 * @param find reads the data to show; runs again after each settling
 */
export function readSettled<T extends { readonly ledger: StoredLedger | undefined }, R>(
  context: ServerContext,
  find: (now: Instant) => T,
  show: (found: T, now: Instant) => R,
): R {
  const { database } = context;
  const now = context.now();
  for (;;) {
    const seen = database.read(() => {
      const found = find(now);
      const { ledger } = found;
      return ledger !== undefined && isDue(ledger, now)
        ? { due: ledger.ordinal }
        : { shown: show(found, now) };
    });
    if ('shown' in seen) return seen.shown;
    settleNow(context, seen.due, now);
  }
}

/** Writes a customer's due events and their webhook texts. Every write on a customer calls this first. */
export function settleFirst(
  { database, freshId, fileEvents }: ServerContext,
  { ordinal }: StoredCustomer,
  now: Instant,
): void {
  settleCustomer(database, ordinal, { now, freshId });
  fileEvents();
}

/** Finds the customer of a write, after the customer's due events are written. */
export function settledCustomer(context: ServerContext, params: Params, now: Instant): StoredCustomer {
  settleFirst(context, findCustomer(context, params), now);
  return findCustomer(context, params);
}

/** Finds the customer of a read that top-ups affect, and a ledger of the customer that is not settled, if any. */
export const unsettledCustomer =
  (context: ServerContext, params: Params) =>
  (now: Instant): { readonly customer: StoredCustomer; readonly ledger: StoredLedger | undefined } => {
    const customer = findCustomer(context, params);
    return { customer, ledger: dueLedgerOf(context.database, customer.ordinal, now) };
  };

/** Ledgers settled in one transaction, which share one wait for the disk; together well under a second. */
const settledMost = 16;

/** Writes due events of at most `settledMost` ledgers that no request reads, so that webhooks report the events in time. */
export function settleDueLedgers({ database, freshId, fileEvents, now: clock }: ServerContext): void {
  const now = clock();
  if (anyDueLedger(database, now) === undefined) return;
  database.write(() => {
    for (let settled = 0; settled < settledMost; settled += 1) {
      const ledger = anyDueLedger(database, now);
      if (ledger === undefined) break;
      settle(database, ledger, { now, freshId });
    }
    fileEvents();
  });
}

function settleNow({ database, freshId, fileEvents }: ServerContext, ordinal: number, now: Instant): void {
  database.write(() => {
    const ledger = ledgerByOrdinal(database, ordinal);
    if (ledger !== undefined) settle(database, ledger, { now, freshId });
    fileEvents();
  });
}
