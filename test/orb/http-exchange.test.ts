import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { CreditctlError } from '../../src/errors.ts';
import { connectHttp, type HttpOptions } from '../../src/orb/http-exchange.ts';
import { type Exchange, TransportFailure, type WireRequest } from '../../src/wire/json.ts';
import { type ApiServer, apiServer, deadHost, type PlannedReply } from '../support/api-server.ts';
import { certificate } from '../support/certificates.ts';
import { secureApi } from '../support/networks.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function connected(
  plan: readonly PlannedReply[],
  options: Partial<HttpOptions> = {},
): Promise<{ server: ApiServer; exchange: Exchange }> {
  const server = await apiServer(plan);
  closers.push(server.close);
  const { exchange } = connectHttp({
    baseUrl: server.baseUrl,
    apiKey: 'secret-key',
    userAgent: 'creditctl/test',
    ...options,
  });
  return { server, exchange };
}

const get: WireRequest = { method: 'GET', path: '/ping', query: [], headers: {} };
const post: WireRequest = {
  method: 'POST',
  path: '/customers/x/credits/ledger_entry',
  query: [],
  headers: { 'idempotency-key': 'k-1' },
  body: '{"amount":0.1,"description":"é 🎉"}',
};

test.each([
  ['a host that never answers the handshake of TLS', false],
  ['a proxy that never opens the way', true],
])('closing does not wait for %s', async (_what, isProxy) => {
  const server = createServer().listen(0, '127.0.0.1');
  closers.push(async () => void server.close());
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const place = isProxy
    ? { baseUrl: 'https://orb.test/v1', proxy: { url: `http://127.0.0.1:${port}`, variable: 'HTTPS_PROXY' } }
    : { baseUrl: `https://127.0.0.1:${port}/v1` };
  const { exchange, close } = connectHttp({ ...place, apiKey: 'k', userAgent: 'u', connectTimeout: 4_000 });
  const interruption = new AbortController();
  const asked = exchange(get, interruption.signal);
  const socket = await accepted;
  await new Promise((resolve) => socket.once('data', resolve));
  const gone = new Promise((resolve) =>
    socket
      .on('error', () => {})
      .once('close', resolve)
      .resume(),
  );
  interruption.abort(new CreditctlError('interrupted', 'Interrupted'));
  await expect(asked).rejects.toMatchObject({ facts: { applied: 'no' } });
  const begun = Date.now();
  await close();
  await gone;
  expect(Date.now() - begun).toBeLessThan(2_000);
});

test('a certificate that nobody vouches for is refused, also where a variable of Node says to trust all', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  try {
    const api = await secureApi(await certificate({ host: '127.0.0.1' }));
    closers.push(api.close);
    const baseUrl = `https://127.0.0.1:${api.port}/v1`;
    const { exchange, close } = connectHttp({ baseUrl, apiKey: 'secret-key', userAgent: 'creditctl/test' });
    await expect(exchange(get)).rejects.toBeInstanceOf(TransportFailure);
    expect({ tried: api.tried(), asked: api.asked }).toEqual({ tried: 1, asked: [] });
    await close();
  } finally {
    vi.unstubAllEnvs();
  }
});

test('a read leaves with path, encoded query and the key, and without a body', async () => {
  const query = [
    ['created_at[gte]', '2026-01-01T00:00:00+00:00'],
    ['cursor', 'a&b=c d/é'],
  ] as const;
  const { server, exchange } = await connected([
    {
      request:
        'GET /v1/customers/a%2Fb?created_at%5Bgte%5D=2026-01-01T00%3A00%3A00%2B00%3A00&cursor=a%26b%3Dc%20d%2F%C3%A9',
      json: {},
    },
  ]);
  await exchange({ ...get, path: '/customers/a%2Fb', query });
  const [arrived] = server.arrived;
  expect(arrived?.headers).toMatchObject({
    host: server.host,
    accept: 'application/json',
    'user-agent': 'creditctl/test',
    authorization: 'Bearer secret-key',
  });
  expect(arrived?.headers).not.toHaveProperty('content-type');
  expect(arrived?.headers).not.toHaveProperty('idempotency-key');
  expect(arrived?.body).toBe('');
});

test('a write leaves with its key, its type and exactly its bytes', async () => {
  const { server, exchange } = await connected([
    { request: 'POST /v1/customers/x/credits/ledger_entry', status: 201, json: { id: 'e' } },
  ]);
  const answer = await exchange(post);
  expect(answer).toMatchObject({ status: 201, body: '{"id":"e"}' });
  expect(server.arrived[0]).toMatchObject({
    body: post.body,
    headers: {
      'idempotency-key': 'k-1',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(post.body ?? '')),
    },
  });
});

test('no request can take the place of the connection’s own authorization', async () => {
  const { server, exchange } = await connected([{ json: {} }]);
  await exchange({ ...get, headers: { authorization: 'Bearer other' } });
  expect(server.arrived[0]?.headers.authorization).toBe('Bearer secret-key');
});

test('a base URL may end in slashes or have no path', async () => {
  const server = await apiServer([{ request: 'GET /ping' }, { request: 'GET /a/b/ping' }]);
  closers.push(server.close);
  for (const base of [`http://${server.host}`, `http://${server.host}/a/b//`]) {
    const { exchange, close } = connectHttp({ baseUrl: base, apiKey: 'k', userAgent: 'u' });
    await exchange(get);
    await close();
  }
});

test('any status is an answer, with its headers in lower case and its body as it came', async () => {
  const { exchange } = await connected([
    { status: 404, headers: { 'X-Request-Id': 'r1', 'X-Many': ['a', 'b'] }, body: '<html>é</html>' },
    { status: 500, body: '' },
    { status: 204 },
  ]);
  expect(await exchange(get)).toMatchObject({
    status: 404,
    headers: { 'x-request-id': 'r1', 'x-many': 'a, b' },
    body: '<html>é</html>',
  });
  expect(await exchange(get)).toMatchObject({ status: 500, body: '' });
  expect(await exchange(get)).toMatchObject({ status: 204, body: '' });
});

test('a redirect is an answer, and the other host never hears of the key', async () => {
  const other = await apiServer([]);
  closers.push(other.close);
  const { exchange } = await connected([{ status: 307, headers: { location: `${other.baseUrl}/ping` } }]);
  expect(await exchange(post)).toMatchObject({ status: 307 });
  expect(other.arrived).toEqual([]);
});

test('requests one after the other share one connection', async () => {
  const { server, exchange } = await connected([{ json: 1 }, { json: 2 }, { json: 3 }]);
  for (let n = 1; n <= 3; n += 1) expect((await exchange(post)).body).toBe(String(n));
  expect(server.arrived.map(({ connection }) => connection)).toEqual([1, 1, 1]);
});

test('no more connections are opened than are allowed', async () => {
  const { server, exchange } = await connected(
    Array.from({ length: 12 }, () => ({ json: {} })),
    { connections: 2 },
  );
  await Promise.all(Array.from({ length: 12 }, () => exchange(get)));
  expect(Math.max(...server.arrived.map(({ connection }) => connection))).toBeLessThanOrEqual(2);
});

test('a connection that is refused means that nothing happened', async () => {
  const host = await deadHost();
  const { exchange } = connectHttp({ baseUrl: `http://${host}/v1`, apiKey: 'k', userAgent: 'u' });
  const failure = await exchange(post).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TransportFailure);
  expect(failure).toMatchObject({ mayHaveHappened: 'no', message: `${host} refused the connection` });
});

test('a host without an address means that nothing happened', async () => {
  const { exchange } = connectHttp({
    baseUrl: 'https://no-such-host.invalid/v1',
    apiKey: 'k',
    userAgent: 'u',
  });
  await expect(exchange(post)).rejects.toMatchObject({
    mayHaveHappened: 'no',
    message: expect.stringMatching(/^no-such-host\.invalid (has no address|could not be looked up) \(DNS\)$/),
  });
});

test.each<[string, PlannedReply, string]>([
  ['a connection cut before the body was read', { does: 'cut-before' }, 'cut the connection'],
  ['a connection cut before the answer', { does: 'cut-after' }, 'cut the connection'],
  ['half an answer', { does: 'half', json: { text: 'x'.repeat(100) } }, 'cut '],
  ['silence', { does: 'hang' }, 'did not answer in time'],
  [
    'an answer that stops',
    { does: 'stall', json: { text: 'x'.repeat(100) } },
    'stopped in the middle of its answer',
  ],
])('after %s the request may have happened', async (_what, reply, why) => {
  const { server, exchange } = await connected([reply], { answerTimeout: 300 });
  const failure = await exchange(post).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TransportFailure);
  expect(failure).toMatchObject({
    mayHaveHappened: 'maybe',
    message: expect.stringMatching(new RegExp(`^${server.host} ${why}`)),
  });
});

test('after a cut the next request has a connection of its own', async () => {
  const { server, exchange } = await connected([{ json: 1 }, { does: 'cut-after' }, { json: 3 }]);
  await exchange(get);
  await expect(exchange(get)).rejects.toThrow(TransportFailure);
  expect(await exchange(get)).toMatchObject({ body: '3' });
  expect(server.arrived.map(({ connection }) => connection)).toEqual([1, 1, 2]);
});

test('an abort ends the wait with its own reason', async () => {
  const abort = new AbortController();
  const reason = new CreditctlError('interrupted', 'Interrupted');
  const { exchange } = await connected([{ does: 'hang', arrives: () => abort.abort(reason) }]);
  await expect(exchange(post, abort.signal)).rejects.toBe(reason);
});

test('an abort while the connection is not there yet says that nothing was applied', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  closers.push(async () => void silent.close());
  const open: Socket[] = [];
  const abort = new AbortController();
  silent.on('connection', (socket) => {
    open.push(socket);
    abort.abort(new CreditctlError('interrupted', 'Interrupted'));
  });
  const { exchange } = connectHttp({ baseUrl: `https://127.0.0.1:${port}`, apiKey: 'k', userAgent: 'u' });
  await expect(exchange(post, abort.signal)).rejects.toMatchObject({
    kind: 'interrupted',
    facts: { applied: 'no' },
  });
  for (const socket of open) socket.destroy();
});

test('what was aborted before never leaves', async () => {
  const { server, exchange } = await connected([]);
  const reason = new CreditctlError('interrupted', 'Interrupted');
  await expect(exchange(post, AbortSignal.abort(reason))).rejects.toMatchObject({
    kind: 'interrupted',
    facts: { applied: 'no' },
  });
  expect(server.arrived).toEqual([]);
});

test('an answer that trickles in is given up when its whole time is over', async () => {
  const { exchange } = await connected([{ does: 'stall', json: 1 }], { wholeTimeout: 200 });
  const failure = await exchange(get).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    mayHaveHappened: 'maybe',
    message: expect.stringContaining('did not finish its answer in time'),
  });
});

test('an answer without end is given up before it fills the memory', async () => {
  const { exchange } = await connected([{ body: Buffer.alloc(17 * 1024 * 1024, 'x') }]);
  const failure = await exchange(post).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TransportFailure);
  expect((failure as TransportFailure).message).toContain('answered with more than 16 MiB');
});
