// The server as a socket sees it: keys on a connection that stays open, and the bytes of an answer.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Listening, listen } from '../../../src/sandbox/server/listen.ts';
import type { WireRequest } from '../../../src/wire/json.ts';

let listening: Listening;
let asked: WireRequest[] = [];
let busy = (): void => {};
beforeAll(async () => {
  const answer = { status: 200, headers: {} };
  listening = await listen(
    async (request) => {
      asked.push(request);
      if (request.path === '/busy') busy();
      if (request.method === 'DELETE') return { ...answer, status: 204, body: '' };
      return { ...answer, body: request.path === '/wide' ? 'é€𝄞' : 'plain' };
    },
    { port: 0, apiKey: 'right' },
  );
});
afterAll(() => listening.close());

function connection(): Socket {
  const socket = connect(Number(new URL(listening.baseUrl).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Sends requests one after the other on one connection; answers the status and the body of each. */
async function conversation(...requests: readonly string[]): Promise<readonly string[]> {
  const socket = connection();
  const answers: string[] = [];
  for (const request of requests) {
    socket.write(`${request}host: localhost\r\n\r\n`);
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    const [head = '', body = ''] = chunk.toString('utf8').split('\r\n\r\n');
    const length = /content-length: (\d+)/.exec(head)?.[1];
    answers.push(`${head.slice(9, 12)} ${body.startsWith('{') ? '' : body}`.trim());
    if (!request.startsWith('HEAD')) expect(Buffer.byteLength(body)).toBe(Number(length));
  }
  return answers;
}

const get = (path: string, key?: string, verb = 'GET') =>
  `${verb} /v1${path} HTTP/1.1\r\n${key === undefined ? '' : `authorization: Bearer ${key}\r\n`}`;

test('each request of a connection needs the key, also after one that had it', async () => {
  const requests = [
    get('/a', 'wrong'),
    get('/a', 'right'),
    get('/a', 'right'),
    get('/a', 'wrong'),
    get('/a'),
  ];
  expect(await conversation(...requests)).toEqual(['401', '200 plain', '200 plain', '401', '401']);
  expect(await conversation(get('/a', 'wrong'))).toEqual(['401']);
});

test('an answer arrives whole, also beyond ASCII, and HEAD gets none of it', async () => {
  asked = [];
  const requests = [get('/wide', 'right'), get('/wide', 'right', 'HEAD'), get('/a', 'right')];
  expect(await conversation(...requests)).toEqual(['200 é€𝄞', '200', '200 plain']);
});

test('an answer without content says no length, as HTTP wants it', async () => {
  const socket = connection();
  socket.write(`${get('/a', 'right', 'DELETE')}host: localhost\r\n\r\n`);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  expect(chunk.toString()).toMatch(/^HTTP\/1\.1 204 /);
  expect(chunk.toString()).not.toMatch(/content-length|transfer-encoding/i);
});

test('a body that is no UTF-8 is refused, and its bytes are not replaced', async () => {
  asked = [];
  const socket = connection();
  socket.write(`${get('/a', 'right', 'POST')}host: localhost\r\ncontent-length: 9\r\n\r\n`);
  socket.write(Buffer.from('{"a":"é"}', 'latin1'));
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  expect(chunk.toString()).toMatch(/^HTTP\/1\.1 400 [\s\S]*#400-request-validation-errors[\s\S]*UTF-8/);
  expect(asked).toEqual([]);
});

test('an operation gets the idempotency key, and no other header', async () => {
  asked = [];
  await conversation(`${get('/a', 'right', 'POST')}idempotency-key: k\r\nx-other: 1\r\n`, get('/b', 'right'));
  expect(asked.map(({ headers }) => headers)).toEqual([{ 'idempotency-key': 'k' }, {}]);
});

test.each([
  'http://localhost',
  'HTTP://127.0.0.1:4010',
  'https://api.withorb.com',
])('a request may name the whole URL, as HTTP asks servers to take it: %s', async (origin) => {
  const whole = (path: string) => `GET ${origin}${path} HTTP/1.1\r\nauthorization: Bearer right\r\n`;
  asked = [];
  expect(await conversation(whole('/v1/a?b=c'), whole(''), whole('?x'))).toEqual(['200 plain', '404', '404']);
  expect(asked).toEqual([{ method: 'GET', path: '/a', query: [['b', 'c']], headers: {} }]);
});

test('a request that came while the server was busy is answered, however long its connection was idle', async () => {
  const [idle, other] = [connection(), connection()];
  const request = `${get('/a', 'right')}host: localhost\r\n\r\n`;
  idle.write(request);
  await once(idle, 'data');
  // Node waits five seconds for the next request unless it is set otherwise, and looks at the clock before the sockets.
  await sleep(4500);
  busy = () => {
    idle.write(request);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
  };
  other.write(`${get('/busy', 'right')}host: localhost\r\n\r\n`);
  const [answer] = (await once(idle, 'data')) as [Buffer];
  expect(answer.toString()).toContain('200 OK');
}, 15_000);
