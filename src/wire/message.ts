// One exchange with an API as data: what the HTTP connection sends and what the embedded ledger answers.

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

/** A request below the base URL, ready to leave: path segments encoded, body as JSON text. */
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
 * Carries one request to an API and brings back its answer, whatever the status.
 * Rejects only if there is no whole answer (see `wire/transport-failure.ts`).
 */
export type Exchange = (request: WireRequest, signal?: AbortSignal) => Promise<WireAnswer>;
