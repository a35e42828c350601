// What lies between the program and an API: a server that speaks TLS, and a proxy that lets through or refuses.
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import type { Certificate } from './certificates.ts';

/** A server that closes with everything that is open. */
interface Closing {
  readonly port: number;
  close(): Promise<void>;
}

async function listening(server: Server): Promise<Closing> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export interface SecureApi extends Closing {
  /** The connections that were tried, whether or not TLS came about. */
  readonly tried: () => number;
  /** Method, path and version of HTTP of each request, such as `GET /v1/ping HTTP/1.1`. */
  readonly asked: string[];
}

/** Answers a ping, and every other request with an empty page. @param offersHttp2 beside HTTP/1.1 */
export async function secureApi(tls: Certificate, offersHttp2 = false): Promise<SecureApi> {
  const asked: string[] = [];
  const page = JSON.stringify({ data: [], pagination_metadata: { has_more: false, next_cursor: null } });
  interface Asked {
    readonly method?: string | undefined;
    readonly url?: string | undefined;
    readonly httpVersion: string;
  }
  const answer = (request: Asked, response: { end(text: string): unknown }): void => {
    asked.push(`${request.method} ${request.url} HTTP/${request.httpVersion}`);
    response.end(request.url?.endsWith('/ping') === true ? '{"response":"pong"}' : page);
  };
  const server = offersHttp2
    ? createSecureServer({ ...tls, allowHTTP1: true }, answer)
    : createTlsServer(tls, answer);
  let tried = 0;
  server.on('connection', () => {
    tried += 1;
  });
  return { ...(await listening(server)), asked, tried: () => tried };
}

export interface TestProxy extends Closing {
  /** Where each CONNECT wanted to go, and what it said to the proxy. */
  readonly asked: {
    readonly to: string;
    readonly authorization: string | undefined;
    readonly key: boolean;
  }[];
}

/** Leads every way to one port of this machine, or answers with a status. */
export async function testProxy(
  does: { readonly to: number } | { readonly status: number },
): Promise<TestProxy> {
  const asked: TestProxy['asked'] = [];
  const server = createServer().on('connect', (request, near) => {
    const { authorization, 'proxy-authorization': own } = request.headers;
    asked.push({ to: request.url ?? '', authorization: own, key: authorization !== undefined });
    if ('status' in does) {
      near.end(`HTTP/1.1 ${does.status} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const far = connect(does.to, '127.0.0.1', () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      far.pipe(near).pipe(far);
    });
    far.on('error', () => near.destroy());
    near.on('error', () => far.destroy());
  });
  return { ...(await listening(server)), asked };
}
