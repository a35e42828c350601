// What every route works with: the database, the clock, and where new ids come from.
import type { Instant } from '../../credits/instant.ts';
import type { Database } from '../../database/driver.ts';
import type { WireAnswer } from '../../wire/message.ts';
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
