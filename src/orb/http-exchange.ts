// The HTTP side of an exchange: undici with keep-alive and time limits, one base URL, the key only ever to that host.

import { CreditctlError } from '../errors.ts';
import type { Exchange, WireRequest } from '../wire/message.ts';
import { tooLate, transportFailure } from './connection-failure.ts';
import { openPool, type ProxyServer } from './undici.ts';
import { answerMax, WholeAnswer } from './whole-answer.ts';

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
  const ownOfBody = { ...own, 'content-type': 'application/json' };
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
          headers: { ...request.headers, ...(request.body === undefined ? own : ownOfBody) },
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
  reason instanceof CreditctlError
    ? new CreditctlError(reason.kind, reason.message, { ...reason.facts, applied: 'no' })
    : reason;

/** Those of every request; none of a request's own can take their place. */
const ownHeaders = ({ apiKey, userAgent }: HttpOptions): Readonly<Record<string, string>> => ({
  accept: 'application/json',
  // A proxy may still compress, and then its answer is unpacked.
  'accept-encoding': 'identity',
  'user-agent': userAgent,
  ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
});

function queryText({ query }: WireRequest): string {
  if (query.length === 0) return '';
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `?${pairs.join('&')}`;
}
