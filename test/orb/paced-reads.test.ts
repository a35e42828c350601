import { expect, test } from 'vitest';
import { pacedReads } from '../../src/orb/paced-reads.ts';
import { limitRates, rateLimits } from '../../src/sandbox/server/rate-limits.ts';
import type { Exchange, WireRequest } from '../../src/wire/json.ts';

const asked = (path: string): WireRequest => ({ method: 'GET', path, query: [], headers: {} });

/** Sends all at once; resolves with the statuses, and the milliseconds that it took. */
async function sent(kind: 'live' | 'test' | 'sandbox', requests: readonly WireRequest[]) {
  let now = 0;
  const monotonic = () => now;
  const sleep = async (ms: number): Promise<void> => {
    now += ms;
  };
  const done: Exchange = async () => ({ status: 200, headers: {}, body: '{}' });
  const api = limitRates(done, { limits: rateLimits(kind === 'sandbox' ? 'live' : kind), monotonic });
  const paced = pacedReads(api, kind, { monotonic, sleep });
  const answers = await Promise.all(requests.map((request) => paced(request)));
  return { statuses: new Set(answers.map(({ status }) => status)), ms: now };
}

const balances = Array.from({ length: 60 }, (_, at) => asked(`/customers/c${at}/credits`));
const others = Array.from({ length: 300 }, (_, at) => asked(`/customers/c${at}/credits/ledger`));

test('reads of either kind meet no 429, whatever there are at once', async () => {
  for (const kind of ['live', 'test'] as const)
    for (const reads of [balances, others, [...balances, ...others]])
      expect([...(await sent(kind, reads)).statuses]).toEqual([200]);
});

test('each kind of read has a pace of its own, close to what the API takes', async () => {
  expect((await sent('live', balances)).ms / 1000).toBeLessThan(7);
  expect((await sent('live', others)).ms / 1000).toBeLessThan(3.5);
});

test('reads of the embedded ledger do not wait', async () => {
  expect((await sent('sandbox', balances)).ms).toBe(0);
});

test('a server that stalls counts no more in a second than it takes, whenever it gets to them', async () => {
  let now = 0;
  let gate: Promise<void> | undefined;
  const counted: number[] = [];
  // Every third second it stands still for half a second, and then counts at once what has come meanwhile.
  const stalling: Exchange = async () => {
    if (Math.floor(now / 500) % 6 === 5) {
      gate ??= new Promise((open) => setTimeout(open, 1));
      await gate;
      now = Math.ceil((now + 1) / 500) * 500;
      gate = undefined;
    }
    counted.push(now);
    return { status: 200, headers: {}, body: '{}' };
  };
  const sleep = async (ms: number): Promise<void> => {
    await new Promise((later) => setImmediate(later));
    now += ms;
  };
  const paced = pacedReads(stalling, 'live', { monotonic: () => now, sleep });
  await Promise.all(balances.map((request) => paced(request)));
  for (const [at, time] of counted.entries())
    expect((counted[at + 10] ?? Number.POSITIVE_INFINITY) - time).toBeGreaterThanOrEqual(1000);
});
