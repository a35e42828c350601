// Loads undici, and of it only the pool, so that the start stays fast. With a proxy, more modules are loaded.
import { Socket } from 'node:net';
import v8 from 'node:v8';
import type { buildConnector, Dispatcher } from 'undici';
import connectorWith from 'undici/lib/core/connect.js';
import PoolClass from 'undici/lib/dispatcher/pool.js';

/** What undici calls for each event of a request. */
export type Handler = Dispatcher.DispatchHandler;
export type Controller = Dispatcher.DispatchController;

/** The methods of a connection pool that this program uses. */
export interface Pool {
  /** Throws for an invalid request; every other failure goes to the handler. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Handler): void;
  close(): Promise<void>;
}

/** A proxy that requests go through. */
export interface ProxyServer {
  /** Scheme, host and port; never a user name or password. */
  readonly url: string;
  /** The variable of the environment that names it. */
  readonly variable: string;
  /** The value of its `Proxy-Authorization`, a secret. */
  readonly authorization?: string;
}

/** Time limits, sizes, and the proxy. */
export interface PoolOptions {
  readonly maxResponseSize: number;
  readonly connections: number;
  /** Milliseconds, here and below. */
  readonly connectTimeout: number;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  readonly proxy: ProxyServer | undefined;
}

/** Opens no connection until the first request. @param origin of all requests, such as `https://api.withorb.com` */
export async function openPool(origin: string, options: PoolOptions): Promise<Pool> {
  await keepWasmOnTheFirstTier(origin);
  const { proxy, connectTimeout, ...limits } = options;
  const settings = { ...limits, pipelining: 1 };
  // Set explicitly, so that no variable of Node switches the check off: an impostor of the API would get the key.
  const connect = { timeout: connectTimeout, rejectUnauthorized: true };
  const opening = new Opening(connectorWith(connect));
  if (proxy === undefined) {
    const pool = new PoolClass(origin, { ...settings, connect: passingInterim(opening.connect) });
    return {
      dispatch: (request, handler) => pool.dispatch(request, handler),
      close: () => opening.ended(pool),
    };
  }
  const { default: ProxyAgent } = await import('undici/lib/dispatcher/proxy-agent.js');
  const { default: connectThrough } = await import('undici/lib/api/api-connect.js');
  const closing = new AbortController();
  const agent = new ProxyAgent({
    ...settings,
    uri: proxy.url,
    ...(proxy.authorization === undefined ? {} : { token: proxy.authorization }),
    requestTls: connect,
    factory: (host, own) => new PoolClass(host, { ...own, connect: passingInterim(own.connect) }),
    clientFactory: (url) => {
      // undici waits five minutes for a silent proxy. Here the limit is that of a connection.
      const pool = new PoolClass(url, { connect: opening.connect, headersTimeout: connectTimeout });
      return Object.assign(pool, {
        connect: (asked: Dispatcher.ConnectOptions) =>
          wayThrough(connectThrough.call(pool, { ...asked, signal: closing.signal }), proxy),
      });
    },
  });
  return {
    dispatch: (request, handler) => agent.dispatch({ ...request, origin }, handler),
    close: () => {
      // A close would also wait for a proxy that has not opened its tunnel yet.
      closing.abort();
      return opening.ended(agent);
    },
  };
}

/** Tracks connections that are still opening. A close would wait for each until its time limit, although nothing uses it. */
class Opening {
  readonly #sockets = new Set<unknown>();
  readonly connect: buildConnector.connector;

  constructor(connect: buildConnector.connector) {
    this.connect = (options, callback) => {
      // undici's connector returns the socket, although its type says nothing of a result.
      const socket: unknown = connect(options, (...end) => {
        this.#sockets.delete(socket);
        callback(...end);
      });
      this.#sockets.add(socket);
    };
  }

  ended(pool: { close(): Promise<void> }): Promise<void> {
    for (const socket of this.#sockets)
      if (socket instanceof Socket) socket.destroy(new Error('the connection is closed'));
    return pool.close();
  }
}

/** The proxy opened no tunnel to the host: it refused with a status, or could not be reached (`cause`). */
export class ProxyRefusal extends Error {
  override readonly name = 'ProxyRefusal';
  readonly proxy: ProxyServer;
  readonly status: number | undefined;

  constructor(proxy: ProxyServer, status: number | undefined, cause?: unknown) {
    super('the proxy opened no way', { cause });
    this.proxy = proxy;
    this.status = status;
  }
}

const passingInterim =
  (connect: buildConnector.connector): buildConnector.connector =>
  (options, callback) =>
    connect(options, (...end) => {
      if (end[0] === null) callback(null, withoutInterim(end[1]));
      else callback(...end);
    });

/** The tunnel through a proxy. A failure before the tunnel is open is the proxy's, not the host's. */
async function wayThrough(
  opening: Promise<Dispatcher.ConnectData>,
  proxy: ProxyServer,
): Promise<Dispatcher.ConnectData> {
  const way = await opening.catch((error: unknown) => {
    throw new ProxyRefusal(proxy, undefined, error);
  });
  if (way.statusCode === 200) return way;
  way.socket.on('error', () => {}).destroy();
  throw new ProxyRefusal(proxy, way.statusCode);
}

/**
 * On Node 20 a process cannot exit until V8 has optimised undici's HTTP parser (wasm): 100 ms and more for one request.
 * A budget that is never reached keeps the parser at its first tier; no loss of throughput was measured.
 */
async function keepWasmOnTheFirstTier(origin: string): Promise<void> {
  if (!process.versions.node.startsWith('20.')) return;
  // Under another flag V8 rejects Node's code cache for its own modules, so the modules that undici needs load first.
  await import('node:perf_hooks');
  if (origin.startsWith('https:')) await import('node:tls');
  v8.setFlagsFromString('--wasm-tiering-budget=1000000000');
}

/** A status from 100 to 199, except the one that changes the protocol. */
const interim = /^HTTP\/1\.[01] 1(?!01)\d\d/;
const statusLength = 'HTTP/1.1 100'.length;
const headMax = 64 * 1024;

/**
 * A client has to skip an interim answer that it did not ask for (RFC 9110, 15.2), but undici cuts the connection at a
 * 100. An answer begins with the first byte read after a write: there is no pipelining.
 */
function withoutInterim(socket: Socket): Socket {
  const readOn = socket.read.bind(socket);
  let written = -1;
  let isHead = false;
  let held: Buffer | undefined;
  const read = (): Buffer | null => {
    if (socket.bytesWritten !== written) {
      written = socket.bytesWritten;
      isHead = true;
    }
    for (;;) {
      const chunk = readOn() as Buffer | null;
      if (chunk === null || !isHead) return chunk;
      held = held === undefined ? chunk : Buffer.concat([held, chunk]);
      const answer = afterInterim(held);
      if (answer === undefined) continue;
      held = undefined;
      isHead = answer.length === 0;
      if (!isHead) return answer;
    }
  };
  return Object.assign(socket, { read });
}

/** The bytes after every whole interim answer; `undefined` until enough bytes have arrived. */
function afterInterim(bytes: Buffer): Buffer | undefined {
  let rest = bytes;
  while (rest.length > 0) {
    const start = rest.toString('latin1', 0, statusLength);
    if (start.length < statusLength) return 'HTTP/1.'.startsWith(start.slice(0, 7)) ? undefined : rest;
    if (!interim.test(start)) return rest;
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return rest.length > headMax ? rest : undefined;
    rest = rest.subarray(end + 4);
  }
  return rest;
}
