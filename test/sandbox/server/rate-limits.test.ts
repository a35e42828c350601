// Orb's limits per second on a served sandbox: over real HTTP, with the official client and with our own.
import Orb, { RateLimitError } from 'orb-billing';
import { expect, onTestFinished, test } from 'vitest';
import { serveSandbox } from '../../../src/sandbox/sandbox.ts';
import { built, cleanEnvironment } from '../../support/built-program.ts';
import { acme, sandboxAt, temporaryFolder } from '../sandbox-at.ts';
import { usageEvent } from '../usage.ts';

const apiKey = 'sandbox-key';
const credits = `${acme}/credits`;
const entries = `${credits}/ledger_entry`;
const grant = JSON.stringify({ entry_type: 'increment', amount: 1 });

/** A served sandbox whose limits go by the test's own clock. */
async function served(rateLimits: string | undefined) {
  const { sandbox, ledger, at } = await sandboxAt('2026-01-10T12:00:00Z');
  let now = 0;
  let asked = 0;
  let time = (_asked: number): number => now;
  const monotonic = (): number => {
    asked += 1;
    return time(asked);
  };
  const { baseUrl, close } = await serveSandbox(sandbox, { port: 0, apiKey, rateLimits, monotonic });
  onTestFinished(close);
  const send = (path: string, body?: string): Promise<Response> => {
    const headers = { authorization: `Bearer ${apiKey}` };
    return fetch(`${baseUrl}${path}`, body === undefined ? { headers } : { method: 'POST', headers, body });
  };
  return {
    baseUrl,
    ledger,
    at,
    send,
    /** The statuses of so many requests, one after the other. */
    statuses: async (count: number, ...request: [path: string, body?: string]) => {
      const seen: number[] = [];
      for (let index = 0; index < count; index += 1) seen.push((await send(...request)).status);
      return seen;
    },
    /** Lets the time follow from how many limited requests have come; answers a look at their number. */
    each: (timeOf: (asked: number) => number) => {
      time = timeOf;
      return () => asked;
    },
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

const times = (count: number, status: number): number[] => Array<number>(count).fill(status);

test.each([
  { account: 'live', balances: 10, reads: 100, writes: 50 },
  { account: 'test', balances: 5, reads: 50, writes: 5 },
  { account: 'trial', balances: 1, reads: 10, writes: 1 },
])('$account: writes, reads of balances and other reads are counted apart', async (limits) => {
  const { statuses, ledger } = await served(limits.account);
  expect(await statuses(limits.writes + 2, entries, grant)).toEqual([...times(limits.writes, 201), 429, 429]);
  expect(await statuses(limits.balances + 1, credits)).toEqual([...times(limits.balances, 200), 429]);
  expect(await statuses(limits.reads + 1, `${credits}/ledger`)).toEqual([...times(limits.reads, 200), 429]);
  // Nothing was done for those that were too many.
  expect(await ledger()).toHaveLength(limits.writes);
});

test('the limit holds for any one second, and what was refused does not count', async () => {
  const { statuses, pass } = await served('2');
  expect(await statuses(1, entries, grant)).toEqual([201]);
  pass(600);
  expect(await statuses(2, entries, grant)).toEqual([201, 429]);
  pass(399);
  expect(await statuses(1, entries, grant)).toEqual([429]);
  pass(1);
  expect(await statuses(2, entries, grant)).toEqual([201, 429]);
  pass(600);
  expect(await statuses(2, entries, grant)).toEqual([201, 429]);
});

test('a number limits writes alone, and both ids of a customer share one limit', async () => {
  const { statuses, send } = await served('1');
  // More than any account may read of balances.
  expect(await statuses(12, credits)).toEqual(times(12, 200));
  const { id } = (await (await send(acme)).json()) as { id: string };
  expect(await statuses(1, `/customers/${id}/credits/ledger_entry`, grant)).toEqual([201]);
  expect(await statuses(1, entries, grant)).toEqual([429]);
});

test('both ids of a customer lead to the limit of balances, and a customer called credits does not', async () => {
  const { statuses, send } = await served('trial');
  const { id } = (await (await send(acme)).json()) as { id: string };
  expect(await statuses(1, `/customers/${id}/credits?limit=1`)).toEqual([200]);
  expect(await statuses(1, credits)).toEqual([429]);
  expect(await statuses(1, '/customers/external_customer_id/credits')).toEqual([404]);
});

test('without limits there are none', async () => {
  const { statuses } = await served(undefined);
  expect(await statuses(52, entries, grant)).toEqual(times(52, 201));
});

test('the refusal is as in the contract, and says when to come again', async () => {
  const { send } = await served('1');
  await send(entries, grant);
  const refused = await send(entries, grant);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await refused.json()).toEqual({
    type: 'https://docs.withorb.com/reference/error-responses#429-too-many-requests',
    status: 429,
    title: 'Too many requests were made.',
    detail: 'At most 1 writes are allowed per second.',
  });
});

test("the ledger's clock is not what the limits go by, nor do events count as writes", async () => {
  const { statuses, at } = await served('1');
  expect(await statuses(1, entries, grant)).toEqual([201]);
  at('2026-02-10T12:00:00Z');
  expect(await statuses(1, entries, grant)).toEqual([429]);
  expect(await statuses(2, '/ingest', '{"events":[]}')).toEqual([200, 200]);
});

test('events count by the minute, over all calls, and a call that has too many is not taken at all', async () => {
  const { send, pass, ledger } = await served('trial');
  const ingest = async (from: number, count: number) => {
    const events = Array.from({ length: count }, (_, index) => ({
      ...usageEvent(1, {}, Date.parse('2026-01-10T12:00:00Z')),
      idempotency_key: `key-${from + index}`,
    }));
    const answer = await send('/ingest', JSON.stringify({ events }));
    return [answer.status, answer.headers.get('retry-after')];
  };
  expect(await ingest(0, 60)).toEqual([200, null]);
  pass(10_000);
  expect(await ingest(60, 40)).toEqual([200, null]);
  expect(await ingest(100, 1)).toEqual([429, '50']);
  expect(await ingest(100, 61)).toEqual([429, '60']);
  pass(49_000);
  expect(await ingest(100, 1)).toEqual([429, '1']);
  pass(1_000);
  expect(await ingest(100, 60)).toEqual([200, null]);
  expect(await ingest(160, 101)).toEqual([429, '60']);
  expect(await ledger()).toMatchObject([{ amount: 160 }]);
});

test('a body that is no list of events counts as none', async () => {
  const { statuses } = await served('live');
  for (const body of ['{', '[]', '{"events":{}}']) expect(await statuses(1, '/ingest', body)).toEqual([400]);
});

test('the official client throws its RateLimitError', async () => {
  const { baseUrl } = await served('1');
  const orb = new Orb({ apiKey, baseURL: baseUrl, maxRetries: 0 });
  const add = () =>
    orb.customers.credits.ledger.createEntryByExternalID('acme', { entry_type: 'increment', amount: 1 });
  await add();
  const error = await add().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RateLimitError);
  expect(error).toMatchObject({
    status: 429,
    type: expect.stringMatching(/#429-too-many-requests$/),
  });
});

test('our own client waits as long as it should, and gets through under the same key, once', async () => {
  const { baseUrl, send, ledger, each } = await served('1');
  await send(entries, grant);
  // A second has passed when it comes again, and not before.
  const seen = each((writes) => (writes <= 2 ? 0 : 1000));
  const env = cleanEnvironment(temporaryFolder(), { ORB_API_KEY: apiKey, ORB_BASE_URL: baseUrl });
  const run = await built(['ledger', 'add', 'acme', '--amount', '5', '--yes', '-o', 'json'], env);
  expect(run).toMatchObject({ code: 0 });
  expect(JSON.parse(run.stdout)).toMatchObject({ amount: 5 });
  expect((await ledger()).map(({ amount }) => amount)).toEqual([1, 5]);
  expect(seen()).toBe(3);
});
