// One request and its answer as data, the same for the HTTP connection and the embedded ledger.

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

/** A request below the base URL, ready to send: path segments encoded, body as JSON text. */
export interface WireRequest {
  readonly method: Method;
  /** Begins with `/`; the base URL ends in `/v1` and is not part of it. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface WireAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends one request to an API and returns its answer, whatever the status.
 * Rejects only if there is no whole answer (see `wire/transport-failure.ts`).
 */
export type Exchange = (request: WireRequest, signal?: AbortSignal) => Promise<WireAnswer>;
