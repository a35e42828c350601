// A real HTTP server on 127.0.0.1 with planned answers in order. A request that was not planned, or that is not the
// planned one, and a plan that nobody used, each fail the test; what arrived is recorded as it arrived.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** What the server does with one request; the first that is planned answers the first that comes. */
export interface PlannedReply {
  /** `POST /v1/customers`, query included; default: any request. */
  readonly request?: string;
  /**
   * `answer` (of itself); `cut-before`, the connection goes once the head was read; `cut-after`, once the body was too;
   * `half`, the head promises the whole body, half of it comes and the connection goes; `stall`, as `half` but the
   * connection stays; `hang`, nothing ever comes.
   */
  readonly does?: 'answer' | 'cut-before' | 'cut-after' | 'half' | 'stall' | 'hang';
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Sent as JSON; of a function, what it makes of the request. */
  readonly json?: unknown;
  /** Sent as it is, in place of `json`. */
  readonly body?: string | Buffer;
  /** Called when the whole request is here, before it is answered. */
  readonly arrives?: () => void;
}

export interface ArrivedRequest {
  readonly method: string;
  /** Path and query as they stood on the wire. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The number of the connection it came on, from 1. */
  readonly connection: number;
}

export interface ApiServer {
  /** `http://127.0.0.1:…/v1`. */
  readonly baseUrl: string;
  readonly host: string;
  readonly arrived: readonly ArrivedRequest[];
  /** Stops listening, cuts what is left, and throws for whatever did not go as planned. */
  close(): Promise<void>;
}

export async function apiServer(plan: readonly PlannedReply[]): Promise<ApiServer> {
  const planned = [...plan];
  const arrived: ArrivedRequest[] = [];
  const surprises: string[] = [];
  const sockets = new Map<Socket, number>();
  let connections = 0;
  const server = createServer(async (request, response) => {
    const asked = `${request.method} ${request.url}`;
    const reply = planned.shift();
    if (reply === undefined || (reply.request !== undefined && reply.request !== asked)) {
      surprises.push(`a request that was not planned: ${asked}, where ${reply?.request ?? 'none'} was`);
      response.writeHead(599).end();
      return;
    }
    const record = (body: string): void => {
      const connection = sockets.get(request.socket) ?? 0;
      const { method = '', url = '', headers } = request;
      arrived.push({ method, url, headers, body, connection });
    };
    if (reply.does === 'cut-before') {
      record('');
      request.socket.destroy();
      return;
    }
    const body = await textOf(request);
    record(body);
    reply.arrives?.();
    const { json } = reply;
    const path = (request.url ?? '').replace(/^\/v1/, '');
    answer(typeof json === 'function' ? { ...reply, json: json({ path, body }) } : reply, response);
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.set(socket, connections);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    baseUrl: `http://${host}/v1`,
    host,
    arrived,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      const unused = planned.map(({ request }) => `a planned request that never came: ${request ?? 'any'}`);
      if (surprises.length + unused.length > 0) throw new Error([...surprises, ...unused].join('\n'));
    },
  };
}

function answer(reply: PlannedReply, response: ServerResponse): void {
  const { does = 'answer', status = 200, headers = {}, json } = reply;
  if (does === 'hang') return;
  if (does === 'cut-after') {
    response.socket?.destroy();
    return;
  }
  const body = Buffer.from(reply.body ?? (json === undefined ? '' : JSON.stringify(json)));
  const type = json === undefined ? {} : { 'content-type': 'application/json' };
  const length = status === 204 ? {} : { 'content-length': String(body.length) };
  response.writeHead(status, { ...type, ...length, ...headers });
  if (does === 'answer') {
    response.end(status === 204 ? undefined : body);
    return;
  }
  response.write(body.subarray(0, body.length / 2), () => {
    if (does === 'half') response.socket?.destroy();
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** An address on which nobody listens: a port that was free a moment ago. */
export async function deadHost(): Promise<string> {
  const server = await apiServer([]);
  await server.close();
  return server.host;
}
