// Serves the handler over HTTP: loopback only, below /v1, with an API key.
import { isUtf8 } from 'node:buffer';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { CreditctlError } from '../../errors.ts';
import { closeServer, loopbackHost, openOnLoopback, targetOf } from '../../platform/loopback-server.ts';
import {
  type Exchange,
  type Method,
  TransportFailure,
  type WireAnswer,
  type WireRequest,
} from '../../wire/json.ts';
import { invalid, problemAnswer, RequestProblem } from './answers.ts';
import { TruncatedAnswer } from './faults.ts';
import { bodySizeMax, tooLarge } from './handler.ts';
import { requestIds } from './ids.ts';

const basePath = '/v1';

export interface Listening {
  /** The base URL of the API, without a trailing slash. */
  readonly baseUrl: string;
  /** Stops listening and waits briefly until the running requests are answered. */
  readonly close: () => Promise<void>;
}

export interface ListenOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly apiKey: string;
}

/** @throws CreditctlError if the port cannot be listened on */
export async function listen(exchange: Exchange, options: ListenOptions): Promise<Listening> {
  const keyDigest = digest(options.apiKey);
  const nextRequestId = requestIds(randomBytes(8));
  const server = createServer((incoming, response) => {
    respond(exchange, { incoming, response, keyDigest, requestId: nextRequestId() }).catch((error: unknown) =>
      cutConnection(error, incoming, response),
    );
  });
  const port = await openOnLoopback(server, options.port);
  return { baseUrl: `http://${loopbackHost}:${port}${basePath}`, close: () => closeServer(server) };
}

interface Incoming {
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
  readonly keyDigest: Buffer;
  /** Identifies the request in searches. */
  readonly requestId: string;
}

async function respond(exchange: Exchange, arrived: Incoming): Promise<void> {
  const { incoming, response, requestId } = arrived;
  const answer = await answerTo(exchange, arrived);
  const length = Buffer.byteLength(answer.body);
  const size = answer.status === 204 ? {} : { 'content-length': length };
  const headers = { 'x-request-id': requestId, ...answer.headers, ...size };
  if (!incoming.complete) {
    // An unread rest of the body would be taken for the next request.
    response.shouldKeepAlive = false;
  }
  response.writeHead(answer.status, headers);
  if (incoming.method === 'HEAD') response.end();
  // Text of one byte per character is sent without conversion; most answers are ASCII.
  else response.end(answer.body, length === answer.body.length ? 'latin1' : 'utf8');
}

/** Cuts the connection instead of an answer, or in the middle of one. */
function cutConnection(error: unknown, incoming: IncomingMessage, response: ServerResponse): void {
  if (!(error instanceof TruncatedAnswer)) {
    incoming.socket.resetAndDestroy();
    return;
  }
  const { status, headers, body } = error.answer;
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length >> 1), () => incoming.socket.destroy());
}

async function answerTo(exchange: Exchange, { incoming, keyDigest }: Incoming): Promise<WireAnswer> {
  try {
    if (!isAuthorized(incoming, keyDigest)) {
      throw new RequestProblem('401-authentication-error', 'The API key is missing or not valid.');
    }
    const [path, query] = targetOf(incoming);
    if (!path.startsWith(`${basePath}/`)) {
      throw new RequestProblem(
        '404-url-not-found',
        `There is nothing at ${path}; the API is below ${basePath}.`,
      );
    }
    const body = hasBody(incoming) ? await readBody(incoming) : '';
    return await exchange({
      // HEAD is GET without the body (RFC 9110, 9.3.2), which `respond` leaves out.
      method: incoming.method === 'HEAD' ? 'GET' : ((incoming.method ?? 'GET') as Method),
      path: path.slice(basePath.length),
      query: query === '' ? [] : [...new URLSearchParams(query)],
      headers: usedHeaders(incoming),
      ...(body === '' ? {} : { body }),
    });
  } catch (error) {
    if (error instanceof RequestProblem) return problemAnswer(error);
    if (error instanceof TransportFailure) throw error;
    const detail = error instanceof CreditctlError ? error.message : 'The request could not be completed.';
    return problemAnswer(new RequestProblem('500-internal-server-error', detail));
  }
}

/** The header that authorized a connection. Its client knows the header, so the time of a plain comparison reveals nothing. */
const authorizedHeaders = new WeakMap<Socket, string>();

/** Compares digests, so that neither the time taken nor the length reveals anything about the key. */
function isAuthorized({ headers, socket }: IncomingMessage, keyDigest: Buffer): boolean {
  const { authorization = '' } = headers;
  if (authorization !== '' && authorizedHeaders.get(socket) === authorization) return true;
  const given = /^Bearer +(.+)$/i.exec(authorization)?.[1] ?? '';
  const isRight = timingSafeEqual(digest(given), keyDigest) && given !== '';
  if (isRight) authorizedHeaders.set(socket, authorization);
  return isRight;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodySizeMax) throw tooLarge();
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (!isUtf8(body)) throw invalid(['The body is not valid UTF-8']);
  return body.toString('utf8');
}

const noHeaders = {};

/** The only header that an operation reads. */
function usedHeaders({ headers }: IncomingMessage): WireRequest['headers'] {
  const key = headers['idempotency-key'];
  return typeof key === 'string' ? { 'idempotency-key': key } : noHeaders;
}
