// `--timeout` ends a run that waits: a write on its way is of unknown outcome, and a read was a read.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { built, cleanEnvironment } from '../support/built-program.ts';
import { customer, page } from '../support/documents.ts';
import { freshHome } from '../support/run.ts';

/** Answers reads, but never a write, and never a read of the ledger. */
const server = http.createServer(({ method, url = '' }, response) => {
  if (method !== 'GET' || url.includes('/ledger')) return;
  response.setHeader('content-type', 'application/json');
  const isList = url.includes('/credits') || url.startsWith('/v1/customers?');
  response.end(JSON.stringify(isList ? page([]) : customer()));
});
let env: Record<string, string> = {};
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  env = { ORB_API_KEY: 'key_of_a_test_1', ORB_BASE_URL: `http://127.0.0.1:${port}/v1` };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ran = (words: string) => built(words.split(' '), cleanEnvironment(freshHome(), env));

test('a read that takes longer exits 8, and says which flag', async () => {
  const { code, stderr } = await ran('ledger list acme --timeout 400ms');
  expect(code).toBe(8);
  expect(stderr).toContain('--timeout');
});

test('a write that was on its way is of unknown outcome', async () => {
  const { code, stderr } = await ran('ledger add acme --amount 1 --yes --timeout 3s -o json');
  expect(code).toBe(11);
  expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
    error: { applied: 'unknown', retry_safe: true },
  });
}, 60_000);

test('work that is done in time is not kept waiting', async () => {
  const { code } = await ran('ledger list acme --sandbox --timeout 1h');
  expect(code).toBe(0);
});

test('a time that is not valid is refused before anything is opened', async () => {
  const { code, stderr } = await ran('ledger list acme --timeout soon');
  expect(code).toBe(2);
  expect(stderr).toContain('--timeout');
});
