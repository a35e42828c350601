// What every route is given, the database, the clock and new ids, and what it answers.
import type { Instant } from '../../credits/instant.ts';
import type { Database } from '../../database/driver.ts';
import { type JsonObject, type WireAnswer, writeJson } from '../../wire/json.ts';
import type { FreshId } from '../ledger/account.ts';
import type { Write } from '../store/group-commit.ts';

export interface ServerContext {
  readonly database: Database;
  readonly write: Write;
  readonly now: () => Instant;
  readonly freshId: FreshId;
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

/** Done, and there is nothing to tell. */
export function emptyAnswer(): WireAnswer {
  return { status: 204, headers: {}, body: '' };
}
