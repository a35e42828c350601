// A connection: its clock, and its end, with which what is still under way ends and nothing is tried again.
import { expect, test } from 'vitest';
import { openConnection } from '../../src/orb/connection.ts';
import { makeSecrets } from '../../src/platform/secrets.ts';
import { type Exchange, TransportFailure } from '../../src/wire/json.ts';
import { creditctl, notesOf, orb } from '../support/command.ts';
import { page } from '../support/documents.ts';

const waiting = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
  });

const over = (exchange: Exchange) =>
  openConnection(
    { kind: 'orb', profile: 'p', mode: 'test', baseUrl: 'https://orb.example/v1', key: undefined },
    {
      version: '1',
      now: () => 0,
      note: () => {},
      keyOf: async () => undefined,
      secrets: makeSecrets(() => ({ keys: [], passwords: [] })),
      interruption: new AbortController().signal,
      system: {
        monotonic: () => 0,
        random: () => 0.5,
        sleep: (_, signal) => waiting(signal),
        exchange: async () => ({ exchange, close: () => {} }),
      },
    },
  );

test.each([
  ['waits to be tried again', () => Promise.reject(new TransportFailure('no route', 'no'))],
  ['is on its way', (_, signal) => waiting(signal)],
] satisfies [string, Exchange][])('a read that %s ends with the connection', async (_, exchange) => {
  let attempts = 0;
  const connection = await over((request, signal) => {
    attempts += 1;
    return exchange(request, signal);
  });
  const read = connection.send({ method: 'GET', path: '/customers' });
  const ended = expect(read).rejects.toThrow('closed');
  await new Promise((resolve) => setImmediate(resolve));
  await connection.close();
  await ended;
  expect(attempts).toBe(1);
});

test.each([
  [86_400_000, 86_400_000],
  [-1, 0],
  [253_000_000_000_000, 0],
  [8_999_999_999_999_999, 0],
  [0.5, 0],
])("a served ledger's clock is not moved out of the years of dates: by %s", async (moved, now) => {
  const headers = { 'creditctl-ledger': 'l', 'creditctl-ledger-ahead': String(moved) };
  const connection = await over(async () => ({ status: 200, headers, body: '{}' }));
  await connection.send({ method: 'GET', path: '/customers' });
  expect(connection.now()).toBe(now);
});

test.each([
  ['Sat, 01 Jan 2028 00:00:00 GMT', ['2028-01-01']],
  ['next year\u001b[31m', []],
])('that the API says it will stop to answer is said once: %s', async (sunset, days) => {
  const answers = [page([{ id: 'a' }], 'more'), page([{ id: 'b' }])];
  const exchanges = answers.map((json, index) => ({
    method: 'GET',
    path: index === 0 ? '/items' : '/items?limit=100&cursor=more',
    answer: { json, headers: { sunset } },
  }));
  const result = await creditctl('api GET /items --paginate', { exchanges, env: orb });
  expect(result.code, result.stderr).toBe(0);
  expect(notesOf(result)).toEqual(
    days.map((day) => ({
      warning: `From ${day} the API no longer answers a request that this version of creditctl sends`,
    })),
  );
});
