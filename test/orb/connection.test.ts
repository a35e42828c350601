// A connection that is closed: what is still under way then ends, and nothing is tried again.
import { expect, test } from 'vitest';
import { openConnection } from '../../src/orb/connection.ts';
import { makeSecrets } from '../../src/platform/secrets.ts';
import { type Exchange, TransportFailure } from '../../src/wire/json.ts';

const waiting = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
  });

const over = (exchange: Exchange) =>
  openConnection(
    { kind: 'orb', profile: 'p', mode: 'test', baseUrl: 'https://orb.example/v1', key: undefined },
    { kind: 'test', profile: 'p', host: 'orb.example' },
    {
      version: '1',
      now: () => 0,
      note: () => {},
      keyOf: async () => undefined,
      secrets: makeSecrets(() => ({ keys: [], passwords: [] })),
      interruption: new AbortController().signal,
      parts: {
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
