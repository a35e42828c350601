// What every route is given, and how it writes: as the only writer, and a keyed POST once, its answer kept and replayed.
import type { Instant } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import type { Json, WireAnswer } from '../../wire/json.ts';
import type { FreshId } from '../ledger/account.ts';
import type { Write } from '../store/group-commit.ts';
import { keepAnswer, keptAnswer } from '../store/idempotency.ts';
import { invalid, Problem } from './answers.ts';
import type { QueryReader } from './query.ts';

export interface ServerContext {
  readonly database: Database;
  readonly write: Write;
  readonly now: () => Instant;
  readonly freshId: FreshId;
  /** Writes the text of the events so far in the transaction under way; each write ends with it. */
  readonly fileEvents: () => void;
}

/** A request that a route has been found for. */
export interface RoutedRequest {
  readonly method: string;
  /** As it was sent, below the base URL. */
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

/** The longest key (Orb docs: idempotency). */
const keyLengthMax = 64;

/**
 * Runs `work` as the only writer. Refusals have an order: the query, the key, the body, and what the work refuses.
 * A POST with a key that was answered before gets the same answer again (Orb docs: idempotency).
 * @param body checked, or everything that is wrong with it
 * @throws Problem if anything is wrong, or the key was used for another request
 */
export async function write<Body extends object>(
  context: ServerContext,
  request: RoutedRequest,
  body: Body | readonly Json[],
  work: (body: Body, now: Instant) => WireAnswer,
): Promise<WireAnswer> {
  request.query.finish();
  const { database } = context;
  const worked = (now: Instant): WireAnswer => {
    if (Array.isArray(body)) throw invalid(body);
    return work(body as Body, now);
  };
  const key = request.method === 'POST' ? request.headers['idempotency-key'] : undefined;
  // The clock is read as the only writer, so that times follow the order of the writes.
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
        throw new Problem('409-resource-conflict', 'The idempotency key was used for another request.');
      }
      const headers = { 'content-type': 'application/json', 'idempotent-replayed': 'true' };
      return { status: kept.status, headers, body: kept.body };
    }
    const answer = worked(now);
    // A problem is thrown and never gets here: only what was done is remembered. Model: a choice of ours, see docs/embedded-ledger.md.
    keepAnswer(database, { key, now }, { fingerprint, status: answer.status, body: answer.body });
    return answer;
  });
}

/** How a route answers DELETE. @param remove throws a Problem where there is nothing to delete, or it may not be deleted */
export const removal =
  (remove: (context: ServerContext, params: RoutedRequest['params'], now: Instant) => void): RouteHandler =>
  (context, request) =>
    write(context, request, {}, (_, now) => {
      remove(context, request.params, now);
      return { status: 204, headers: {}, body: '' };
    });

let loading: Promise<typeof import('node:crypto')> | undefined;

async function fingerprintOf({ method, path, body }: RoutedRequest): Promise<string> {
  // Loaded only for writes: a command that reads starts sooner without it. And once: loading costs as much as a statement.
  loading ??= import('node:crypto');
  const { createHash } = await loading;
  return createHash('sha256')
    .update(`${method} ${path}\n${body ?? ''}`)
    .digest('base64');
}
