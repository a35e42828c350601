// The HTTP side of an exchange: undici with keep-alive and time limits, one base URL, the key only ever to that host.
import { CreditctlError } from '../errors.ts';
import type { Exchange, WireAnswer, WireRequest } from '../wire/json.ts';
import { tooLate, transportFailure } from './connection-failure.ts';
import { type Controller, type Handler, openPool, type ProxyServer } from './undici.ts';

export interface HttpOptions {
  /** Without a trailing slash: `https://api.withorb.com/v1`. */
  readonly baseUrl: string;
  /** Without one, a request only asks whether a server answers. */
  readonly apiKey: string | undefined;
  readonly userAgent: string;
  /** What requests go through; straight to the host where there is none. */
  readonly proxy?: ProxyServer | undefined;
  /** Milliseconds until a connection must stand. */
  readonly connectTimeout?: number;
  /** Milliseconds until the answer must begin, and the longest pause within it. */
  readonly answerTimeout?: number;
  /** Milliseconds until the whole answer must be there, however lively it trickles in. */
  readonly wholeTimeout?: number;
  /** Connections open at once. */
  readonly connections?: number;
}

export interface HttpConnection {
  readonly exchange: Exchange;
  close(): Promise<void>;
}

/** Opens nothing until the first request. Redirects are answers like any other: nothing follows them with the key. */
export function connectHttp(options: HttpOptions): HttpConnection {
  const base = new URL(options.baseUrl);
  const answerTimeout = options.answerTimeout ?? 60_000;
  const pool = openPool(base.origin, {
    maxResponseSize: answerMax,
    // As many as a batch may have under way; they are opened as they are needed.
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
    const late = setTimeout(() => answer.giveUp(tooLate(way())), options.wholeTimeout ?? 90_000);
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

/** Who interrupts a request before its first byte left knows that nothing happened. */
const unsent = (reason: unknown): unknown =>
  reason instanceof CreditctlError ? reason.with({ applied: 'no' }) : reason;

/** Those of every request: names and values in turn. */
const ownHeaders = ({ apiKey, userAgent }: HttpOptions): readonly string[] => [
  ...['accept', 'application/json'],
  // A proxy may still compress, and then its answer is unpacked.
  ...['accept-encoding', 'identity'],
  ...['user-agent', userAgent],
  ...(apiKey === undefined ? [] : ['authorization', `Bearer ${apiKey}`]),
];

/** None of a request's own can take the place of those of every request. A list, because an object costs many times more. */
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
 * Makes one answer of the events of undici. A stream for each body would cost more than the request itself, and no caller
 * needs a part of one.
 */
export class WholeAnswer implements Handler {
  /** Rejects with what went wrong on the way, or with the reason for giving up. */
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

  /** Whether a byte of the request may have left: undici calls `onRequestStart` once there is a connection. */
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

  /** A later one counts: an answer of the kind 1xx is not yet the answer. */
  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = inLowerCase(headers);
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#isWhole = true;
    // undici frees the connection in a turn that it asks for after this; a request before it would open a second one.
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
      coding === undefined ? bytes : (await import('./content-coding.ts')).unpacked(bytes, coding);
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

/** Bytes of an answer at most, packed or not: a page of a hundred entries is hundreds of times smaller. */
export const answerMax = 16 * 1024 * 1024;

const byteOrderMark = '\uFEFF';

const unwanted = (): Error => new Error('this answer is not waited for');
