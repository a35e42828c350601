// What every route is given, what it answers, and how a keyed write happens once: its answer is kept and replayed.
import type { Instant } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import { type Json, type JsonObject, type WireAnswer, writeJson } from '../../wire/json.ts';
import type { FreshId } from '../ledger/account.ts';
import { type Refusal, refusals } from '../ledger/model.ts';
import type { Write } from '../store/group-commit.ts';
import { keepAnswer, keptAnswer } from '../store/idempotency.ts';

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
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export type RouteHandler = (
  context: ServerContext,
  request: RoutedRequest,
) => WireAnswer | Promise<WireAnswer>;

export function jsonAnswer(status: number, document: JsonObject): WireAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: writeJson(document) };
}

/** A page in the API's envelope; `next` is the cursor of the page after it (Orb docs: pagination). */
export function pageAnswer(data: readonly JsonObject[], next: string | null): WireAnswer {
  return jsonAnswer(200, { data, pagination_metadata: { has_more: next !== null, next_cursor: next } });
}

/**
 * The first page of what was found.
 * @param found in the order of the list, one item more than the page may hold if there are so many
 */
export function firstPage<Item>(
  found: readonly Item[],
  { limit, documents, cursor }: PageMaking<Item>,
): WireAnswer {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return pageAnswer(documents(page), found.length > limit && last !== undefined ? cursor(last) : null);
}

interface PageMaking<Item> {
  readonly limit: number;
  readonly documents: (page: readonly Item[]) => readonly JsonObject[];
  /** Where the next page begins. */
  readonly cursor: (last: Item) => string;
}

const typeBase = 'https://docs.withorb.com/reference/error-responses';

/** The error types in use, each with its status and title (Orb docs: error responses). */
const kinds = {
  '400-constraint-violation': { status: 400, title: 'The request would violate a constraint.' },
  '400-duplicate-resource-creation': {
    status: 400,
    title: 'A resource with this identifier already exists.',
  },
  '400-request-validation-errors': { status: 400, title: 'Request validation did not succeed.' },
  '401-authentication-error': { status: 401, title: 'The request is not authenticated.' },
  // The contract has this status, which the official client goes by; the docs say 404.
  '404-feature-not-available': { status: 400, title: 'This feature is not available.' },
  '404-resource-not-found': { status: 404, title: 'A specified resource was not found.' },
  '404-url-not-found': { status: 404, title: 'The requested URL was not found.' },
  '409-resource-conflict': { status: 409, title: 'The request conflicts with another one.' },
  '413-request-too-large': { status: 413, title: 'The request is too large.' },
  '429-too-many-requests': { status: 429, title: 'Too many requests were made.' },
  '500-internal-server-error': { status: 500, title: 'An internal error occurred.' },
} as const;

export type ProblemKind = keyof typeof kinds;

/** Thrown by a route to refuse the request; a transaction under way is rolled back. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly detail: string;
  readonly validationErrors: readonly Json[] | undefined;

  constructor(kind: ProblemKind, detail: string, validationErrors?: readonly Json[]) {
    super(detail);
    this.kind = kind;
    this.detail = detail;
    this.validationErrors = validationErrors;
  }
}

/** All that is wrong with a request, at once: sentences, or what is wrong with each event (contract: ValidationError). */
export function invalid(errors: readonly Json[]): Problem {
  const texts = errors.map((error) => (typeof error === 'string' ? error : writeJson(error)));
  return new Problem('400-request-validation-errors', texts.join('; '), errors);
}

/** @param type the resource as the API names it, `Customer` or `CreditBlock` */
export function notFound(type: string, id: string): Problem {
  return new Problem(
    '404-resource-not-found',
    `Could not find a resource of type ${type} with identifier: ${id}.`,
  );
}

/** A refusal of the ledger core as the API returns it. */
export function refused(refusal: Refusal): Problem {
  switch (refusals[refusal.refused]) {
    case 'validation':
      return invalid([refusal.sentence]);
    case 'not-found':
      return new Problem('404-resource-not-found', refusal.sentence);
    case 'constraint':
      return new Problem('400-constraint-violation', refusal.sentence);
  }
}

export function problemAnswer(problem: Problem): WireAnswer {
  const { status, title } = kinds[problem.kind];
  const document: JsonObject = {
    type: `${typeBase}#${problem.kind}`,
    status,
    title,
    detail: problem.detail,
    validation_errors: problem.validationErrors,
  };
  return jsonAnswer(status, document);
}

const keyLengthMax = 64;

/**
 * Runs `work` as the only writer, unless the request's `Idempotency-Key` was answered before (Orb docs: idempotency).
 * @throws Problem if the key is too long, or was used for another request
 */
export async function idempotently(
  context: ServerContext,
  request: RoutedRequest,
  work: (now: Instant) => WireAnswer,
): Promise<WireAnswer> {
  const { database } = context;
  const key = request.headers['idempotency-key'];
  // The clock is read as the only writer, so that times follow the order of the writes.
  if (key === undefined) return context.write(() => work(context.now()));
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
    const answer = work(now);
    // A problem is thrown and never gets here: only what was done is remembered. Model: a choice of ours, see docs/embedded-ledger.md.
    keepAnswer(database, { key, now }, { fingerprint, status: answer.status, body: answer.body });
    return answer;
  });
}

let loading: Promise<typeof import('node:crypto')> | undefined;

async function fingerprintOf({ method, path, body }: RoutedRequest): Promise<string> {
  // Loaded only for writes: a command that reads starts sooner without it. And once: loading costs as much as a statement.
  loading ??= import('node:crypto');
  const { createHash } = await loading;
  return createHash('sha256')
    .update(`${method} ${path}\n${body ?? ''}`)
    .digest('base64');
}
