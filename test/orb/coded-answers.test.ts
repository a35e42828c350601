// Answers as somebody on the way may have left them: compressed, or after interim ones; over a real connection.

import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { connectHttp } from '../../src/orb/http-exchange.ts';
import { type Exchange, TransportFailure, type WireRequest } from '../../src/wire/json.ts';
import { apiServer, type PlannedReply } from '../support/api-server.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const post: WireRequest = { method: 'POST', path: '/x', query: [], headers: {}, body: '{}' };
const text = '{"name":"é 🎉"}';

function connected(baseUrl: string): Exchange {
  const { exchange, close } = connectHttp({ baseUrl, apiKey: 'k', userAgent: 'u' });
  closers.push(close);
  return exchange;
}

async function answered(coding: string, body: Buffer, status = 201) {
  const reply: PlannedReply = { status, headers: { 'content-encoding': coding }, body };
  const server = await apiServer([reply]);
  closers.push(server.close);
  const answer = await connected(server.baseUrl)(post).catch((error: unknown) => error);
  expect(server.arrived[0]?.headers['accept-encoding']).toBe('identity');
  return answer;
}

const codings: readonly (readonly [string, Buffer])[] = [
  ['gzip', gzipSync(text)],
  ['X-GZIP', gzipSync(text)],
  ['deflate', deflateSync(text)],
  ['deflate', deflateRawSync(text)],
  ['br', brotliCompressSync(text)],
  ['gzip, br', brotliCompressSync(gzipSync(text))],
  ['identity', Buffer.from(text)],
];

for (const status of [201, 404, 500]) {
  test.each(codings)(`an answer ${status} in %s is read as if nobody had packed it`, async (coding, body) => {
    expect(await answered(coding, body, status)).toMatchObject({ status, body: text });
  });
}

test('an answer without a body has nothing to unpack', async () => {
  expect(await answered('gzip', Buffer.alloc(0))).toMatchObject({ status: 201, body: '' });
});

test.each([
  ['zip', Buffer.from(text), true, 'in a coding that was not asked for'],
  ['constructor', Buffer.from(text), true, 'in a coding that was not asked for'],
  ['gzip', Buffer.from(text), false, 'bytes that are damaged'],
  ['gzip', gzipSync(text).subarray(0, 20), false, 'bytes that are damaged'],
  ['gzip', gzipSync(Buffer.alloc(17 * 1024 * 1024)), true, 'more than 16 MiB'],
])('of an answer in %s that cannot be read, what was asked may have happened', async (coding, body, isPermanent, why) => {
  const failure = await answered(coding, body);
  expect(failure).toBeInstanceOf(TransportFailure);
  expect(failure).toMatchObject({
    mayHaveHappened: 'maybe',
    isPermanent,
    message: expect.stringContaining(why),
  });
});

const interim = ['HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'];
const body = 'HTTP/1.1 100 Continue\r\n\r\n';
const final = `HTTP/1.1 201 Created\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

/** Answers each request with the same pieces, one write for each. */
async function rawServer(pieces: readonly string[]) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.setNoDelay());
    socket.on('error', () => {});
    socket.on('data', async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, sockets };
}

test.each<[string, readonly string[]]>([
  ['100', [`${interim[0]}${final}`]],
  ['100, by itself', [interim[0] ?? '', final]],
  ['103', [`${interim[1]}${final}`]],
  ['100 and 103', [`${interim[0]}${interim[1]}`, final]],
  ['103 and 100', [`${interim[1]}${interim[0]}${final}`]],
  ['100, byte by byte', [...`${interim[0]}${final}`]],
  ['no other', [...final]],
])('the answer after %s is the answer, twice on one connection', async (_what, pieces) => {
  const { baseUrl, sockets } = await rawServer(pieces);
  const exchange = connected(baseUrl);
  for (let time = 0; time < 2; time += 1) expect(await exchange(post)).toMatchObject({ status: 201, body });
  expect(sockets).toHaveLength(1);
});

test('what begins like HTTP and is none is named in words', async () => {
  const { baseUrl } = await rawServer(['SSH-2.0-OpenSSH_9.6\r\n']);
  await expect(connected(baseUrl)(post)).rejects.toMatchObject({
    mayHaveHappened: 'maybe',
    message: expect.stringContaining('did not answer as HTTP does'),
  });
});
