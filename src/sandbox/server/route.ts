// Defines the context of a route, and how a route writes: as the only writer, and for a POST with a key only once.
import type { Instant } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import type { Json, WireAnswer } from '../../wire/json.ts';
import type { FreshId } from '../ledger/posting.ts';
import type { Write } from '../store/group-commit.ts';
import { keepAnswer, keptAnswer } from '../store/idempotency.ts';
import { invalid, RequestProblem } from './answers.ts';
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

/**
 * Runs `work` as the only writer. Refusals have an order: the query, the key, the body, and then the refusals of `work`.
 * A repeated POST with the same key gets the first answer again (Orb docs: idempotency).
 * @param body checked, or all its problems
 * @throws Problem if the request is refused, or the key was used for another request
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
    write(context, request, {}, (_, now) => {
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
