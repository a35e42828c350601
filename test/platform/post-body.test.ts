// Posting a body: what counts as taken, and how it ends where nobody answers.
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { isAccepted, type Posting, postBody } from '../../src/platform/post-body.ts';
import { certificate } from '../support/certificates.ts';

async function server(listener: RequestListener, opened = createServer(listener)): Promise<string> {
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    opened.closeAllConnections();
    opened.close();
  });
  return `http://127.0.0.1:${(opened.address() as AddressInfo).port}/`;
}

const post = (url: string, more: Partial<Posting> = {}) =>
  postBody({ url, headers: { 'x-a': 'b' }, body: Buffer.from('Zoë'), timeout: 5000, ...more });

test('the bytes and headers arrive as they are', async () => {
  const got: unknown[] = [];
  const url = await server((incoming, response) => {
    incoming.setEncoding('utf8').on('data', (text: string) => {
      got.push([incoming.method, incoming.headers['x-a'], incoming.headers['content-length'], text]);
      response.end();
    });
  });
  expect(await post(url)).toEqual({ status: 200 });
  expect(got).toEqual([['POST', 'b', '4', 'Zoë']]);
});

test.each([
  [200, true],
  [204, true],
  [302, false],
  [400, false],
  [503, false],
])('status %i is taken: %s, and a redirect is not followed', async (status, taken) => {
  let requests = 0;
  const url = await server((_, response) => {
    requests += 1;
    response.writeHead(status, { location: '/elsewhere' }).end();
  });
  const end = await post(url);
  expect(end).toEqual({ status });
  expect(isAccepted(end)).toBe(taken);
  expect(requests).toBe(1);
});

test('no answer, no server, and an end from outside differ', async () => {
  const silent = await server(() => {});
  expect(await post(silent, { timeout: 50 })).toEqual({ failure: 'no answer within 0.05 s' });
  const stop = new AbortController();
  const waiting = post(silent, { signal: stop.signal });
  stop.abort();
  expect(await waiting).toEqual({ failure: 'given up: the program ended' });
  expect(await post('http://127.0.0.1:1/')).toEqual({ failure: 'ECONNREFUSED' });
});

test('a certificate is checked whatever Node is set to', async () => {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  let requests = 0;
  const taking: RequestListener = (_, response) => {
    requests += 1;
    response.end();
  };
  const url = await server(taking, createTlsServer(await certificate({ host: '127.0.0.1' }), taking));
  const end = await post(url.replace('http:', 'https:'));
  expect({ end, requests }).toEqual({ end: { failure: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, requests: 0 });
});
