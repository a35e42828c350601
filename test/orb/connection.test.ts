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

const over = (
  exchange: Exchange,
  sleep: (ms: number, signal: AbortSignal) => Promise<void> = (_, signal) => waiting(signal),
) =>
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
        sleep,
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

test("the API's clock is the latest that an answer showed: a cached answer shows an earlier one", async () => {
  const dates = [600_000, 0, 1_200_000];
  const connection = await over(async () => ({
    status: 200,
    headers: { date: new Date(dates.shift() ?? 0).toUTCString() },
    body: '{}',
  }));
  const ahead = [connection.ahead()];
  while (dates.length > 0) {
    await connection.send({ method: 'GET', path: '/customers' });
    ahead.push(connection.ahead());
  }
  expect(ahead).toEqual([undefined, 600_000, 600_000, 1_200_000]);
  expect(connection.now()).toBe(1_200_000);
});

test('the clock of a machine that is ahead of the API is not put back, for a cache has old answers too', async () => {
  const headers = { date: new Date(-600_000).toUTCString() };
  const connection = await over(async () => ({ status: 200, headers, body: '{}' }));
  await connection.send({ method: 'GET', path: '/customers' });
  expect([connection.ahead(), connection.now()]).toEqual([-600_000, 0]);
});

test.each([
  [-90_000_000, -90_000_000],
  [-30_000, 0],
])('an embedded ledger says its own time also to a machine that is ahead of it: by %s ms', async (date, now) => {
  const headers = { date: new Date(date).toUTCString(), 'creditctl-ledger': 'l' };
  const connection = await over(async () => ({ status: 200, headers, body: '{}' }));
  await connection.send({ method: 'GET', path: '/customers' });
  expect(connection.now()).toBe(now);
});

test('a row is tried for the whole time budget, and only its success times the limiter', async () => {
  const statuses = [...Array<number>(7).fill(500), 200];
  const exchange: Exchange = async () => ({ status: statuses.shift() ?? 404, headers: {}, body: '{}' });
  const connection = await over(exchange, async () => {});
  let successes = 0;
  const send = connection.rowSender(async () => () => {
    successes += 1;
  });
  const body = { entry_type: 'increment', amount: 5 };
  const request = { method: 'POST', path: '/customers/c/credits/ledger_entry', body } as const;
  const sent = send(request, 'k', { inDoubt: false, onRetry: () => {} });
  await expect(sent).rejects.toMatchObject({ kind: 'outcome-unknown' });
  expect({ left: statuses.length, successes }).toEqual({ left: 0, successes: 1 });
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
