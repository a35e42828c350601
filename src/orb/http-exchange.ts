// Sends requests over HTTP with undici: keep-alive, time limits, one base URL, and the key to that host alone.
import { CreditctlError } from '../errors.ts';
import type { Exchange, WireAnswer, WireRequest } from '../wire/json.ts';
import { timedOut, transportFailure } from './connection-failure.ts';
import { attemptMax } from './retry.ts';
import { type Controller, type Handler, openPool, type ProxyServer } from './undici.ts';

export interface HttpOptions {
  /** Without a trailing slash: `https://api.withorb.com/v1`. */
  readonly baseUrl: string;
  /** Without a key, a request only tests whether a server answers. */
  readonly apiKey: string | undefined;
  readonly userAgent: string;
  /** The proxy for all requests; without one, requests go straight to the host. */
  readonly proxy?: ProxyServer | undefined;
  /** Milliseconds to open a connection. */
  readonly connectTimeout?: number;
  /** Milliseconds until the answer begins, and the longest pause within the answer. */
  readonly answerTimeout?: number;
  /** Milliseconds for the whole answer, even if bytes keep arriving. */
  readonly wholeTimeout?: number;
  /** Connections open at once. */
  readonly connections?: number;
}

/** Opens nothing until the first request. Follows no redirect, because the key would go with it. */
export function connectHttp(options: HttpOptions): { readonly exchange: Exchange; close(): Promise<void> } {
  const base = new URL(options.baseUrl);
  const answerTimeout = options.answerTimeout ?? 60_000;
  const pool = openPool(base.origin, {
    maxResponseSize: answerMax,
    // As many as a batch sends at once. undici opens each when a request needs it.
    connections: options.connections ?? 64,
    connectTimeout: options.connectTimeout ?? 10_000,
    headersTimeout: answerTimeout,
    bodyTimeout: answerTimeout,
    proxy: options.proxy,
  });
  const prefix = base.pathname.replace(/\/+$/, '');
  const own = ownHeaders(options);
  const exchange: Exchange = async (request, interruption) => {
    if (interruption?.aborted === true) throw unsent(interruption.reason);
    const answer = new WholeAnswer();
    const way = () => ({ host: base.host, hasLeft: answer.hasLeft });
    const late = setTimeout(() => answer.giveUp(timedOut(way())), options.wholeTimeout ?? attemptMax);
    const interrupt = (): void => {
      const reason: unknown = interruption?.reason;
      answer.giveUp(answer.hasLeft ? reason : unsent(reason));
    };
    interruption?.addEventListener('abort', interrupt);
    try {
      (await pool).dispatch(
        {
          method: request.method,
          path: `${prefix}${request.path}${queryText(request)}`,
          headers: headersOf(request, own),
          body: request.body ?? null,
        },
        answer,
      );
      return await answer.whole;
    } catch (error) {
      throw answer.isGivenUp ? error : transportFailure(error, way());
    } finally {
      clearTimeout(late);
      interruption?.removeEventListener('abort', interrupt);
    }
  };
  return { exchange, close: async () => (await pool).close() };
}

/** Adds to an interruption before the first byte that nothing was applied. */
const unsent = (reason: unknown): unknown =>
  reason instanceof CreditctlError ? reason.with({ applied: 'no' }) : reason;

/** The headers of every request: names and values in turn. */
const ownHeaders = ({ apiKey, userAgent }: HttpOptions): readonly string[] => [
  ...['accept', 'application/json'],
  // A proxy may still compress, and then the answer is unpacked.
  ...['accept-encoding', 'identity'],
  ...['user-agent', userAgent],
  ...(apiKey === undefined ? [] : ['authorization', `Bearer ${apiKey}`]),
];

/** The common headers always win over a request's own. A list, because an object costs many times more. */
function headersOf({ headers, body }: WireRequest, own: readonly string[]): string[] {
  const all = [...own];
  if (body !== undefined) all.push('content-type', 'application/json');
  for (const [name, value] of Object.entries(headers)) if (!all.includes(name)) all.push(name, value);
  return all;
}

function queryText({ query }: WireRequest): string {
  if (query.length === 0) return '';
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `?${pairs.join('&')}`;
}

type Headers = Parameters<NonNullable<Handler['onResponseStart']>>[2];

/**
 * Collects the events of undici into one answer. A stream for each body would cost more than the request itself, and no
 * caller reads part of a body.
 */
export class WholeAnswer implements Handler {
  /** Rejects with the failure of the connection, or with the reason for giving up. */
  readonly whole: Promise<WireAnswer>;
  #resolve: (answer: WireAnswer) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #controller: Controller | undefined;
  #isGivenUp = false;
  #isWhole = false;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  readonly #chunks: Buffer[] = [];

  constructor() {
    this.whole = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Whether a byte of the request may have been sent: undici calls `onRequestStart` once a connection is open. */
  get hasLeft(): boolean {
    return this.#controller !== undefined;
  }

  get isGivenUp(): boolean {
    return this.#isGivenUp;
  }

  /** Cancels a request that was not sent yet, and stops waiting for the answer of one that was. */
  giveUp(reason: unknown): void {
    if (this.#isWhole) return;
    this.#isGivenUp = true;
    this.#reject(reason);
    this.#controller?.abort(unwanted());
  }

  onRequestStart(controller: Controller): void {
    if (this.#isGivenUp) controller.abort(unwanted());
    else this.#controller = controller;
  }

  /** The last call counts: a 1xx answer comes before the final answer. */
  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = inLowerCase(headers);
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#isWhole = true;
    // undici frees the connection in a callback it queues after this one; an earlier request would open a second connection.
    queueMicrotask(() => setImmediate(() => this.#text().then((body) => this.#end(body), this.#reject)));
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#reject(error);
  }

  #end(body: string): void {
    this.#resolve({ status: this.#status, headers: this.#headers, body });
  }

  async #text(): Promise<string> {
    const [first, ...more] = this.#chunks;
    if (first === undefined) return '';
    const bytes = more.length === 0 ? first : Buffer.concat(this.#chunks);
    const coding = this.#headers['content-encoding'];
    const plain =
      coding === undefined ? bytes : (await import('./content-coding.ts')).unpacked(bytes, coding, answerMax);
    const text = plain.toString('utf8');
    return text.startsWith(byteOrderMark) ? text.slice(byteOrderMark.length) : text;
  }
}

function inLowerCase(headers: Headers): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) lower[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return lower;
}

/** The most bytes of an answer, packed or not: a page of a hundred entries is hundreds of times smaller. */
const answerMax = 16 * 1024 * 1024;

const byteOrderMark = '\uFEFF';

const unwanted = (): Error => new Error('this answer is not waited for');
