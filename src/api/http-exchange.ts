// The HTTP side of an exchange: undici with keep-alive and time limits, one base URL, the key only ever to that host.

import type { Exchange, WireRequest } from '../wire/message.ts';
import { TransportFailure } from '../wire/transport-failure.ts';
import { Pool } from './undici.ts';
import { WholeAnswer } from './whole-answer.ts';

export interface HttpOptions {
  /** Without a trailing slash: `https://api.withorb.com/v1`. */
  readonly baseUrl: string;
  /** Where there is none, no request carries one: it only asks whether anybody is there. */
  readonly apiKey: string | undefined;
  readonly userAgent: string;
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
  const pool = new Pool(base.origin, {
    maxResponseSize: answerMax,
    // As many as a batch may have under way; they are opened as they are needed.
    connections: options.connections ?? 64,
    pipelining: 1,
    connect: { timeout: options.connectTimeout ?? 10_000 },
    headersTimeout: answerTimeout,
    bodyTimeout: answerTimeout,
  });
  const prefix = base.pathname.replace(/\/+$/, '');
  const own = ownHeaders(options);
  const ownOfBody = { ...own, 'content-type': 'application/json' };
  const exchange: Exchange = async (request, interruption) => {
    interruption?.throwIfAborted();
    const answer = new WholeAnswer();
    const late = setTimeout(() => answer.giveUp(tooLate(base.host)), options.wholeTimeout ?? 90_000);
    const interrupt = (): void => answer.giveUp(interruption?.reason);
    interruption?.addEventListener('abort', interrupt);
    try {
      pool.dispatch(
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
      throw answer.isGivenUp ? error : transportFailure(error, base.host);
    } finally {
      clearTimeout(late);
      interruption?.removeEventListener('abort', interrupt);
    }
  };
  return { exchange, close: () => pool.close() };
}

/** Bytes of an answer at most: a page of a hundred entries has a thousandth of it. */
const answerMax = 64 * 1024 * 1024;

const tooLate = (host: string): TransportFailure =>
  new TransportFailure(`${host} did not finish its answer in time`, 'maybe');

/** Those of every request; none of a request's own can take their place. */
const ownHeaders = ({ apiKey, userAgent }: HttpOptions): Readonly<Record<string, string>> => ({
  accept: 'application/json',
  'user-agent': userAgent,
  ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
});

function queryText({ query }: WireRequest): string {
  if (query.length === 0) return '';
  const pairs = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `?${pairs.join('&')}`;
}

/** Failures before the request could leave; after any other the server may have carried it out. */
const beforeSending: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'has no address (DNS)',
  EAI_AGAIN: 'could not be looked up (DNS)',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached: no network',
  EADDRNOTAVAIL: 'cannot be reached: no local port free',
  UND_ERR_CONNECT_TIMEOUT: 'did not accept a connection in time',
  CERT_HAS_EXPIRED: 'has a certificate that expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a self-signed certificate',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a self-signed certificate in its chain',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a certificate that cannot be verified',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'has a certificate that cannot be verified',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
  EPROTO: 'does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak TLS',
};

const afterSending: Readonly<Record<string, string>> = {
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'answered with more than 64 MiB',
  UND_ERR_HEADERS_TIMEOUT: 'did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'stopped in the middle of its answer',
  UND_ERR_SOCKET: 'cut the connection',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'cut its answer short',
  ECONNRESET: 'cut the connection',
  EPIPE: 'cut the connection',
  ETIMEDOUT: 'did not answer in time',
};

/** What an error of the connection says of the request. */
export function transportFailure(error: unknown, host: string): TransportFailure {
  const code = errorCode(error);
  // A connection that stood can still turn out unreachable: then the request had left.
  const before = isOfStandingConnection(error) ? undefined : beforeSending[code];
  if (before !== undefined) return new TransportFailure(`${host} ${before}`, 'no', error);
  const why = afterSending[code] ?? beforeSending[code] ?? `did not answer as HTTP does (${code})`;
  return new TransportFailure(`${host} ${why}`, 'maybe', error);
}

function isOfStandingConnection(error: unknown): boolean {
  const { syscall } = error as { syscall?: unknown };
  return syscall === 'read' || syscall === 'write';
}

function errorCode(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return cause instanceof Error ? errorCode(cause) : String(name);
}
