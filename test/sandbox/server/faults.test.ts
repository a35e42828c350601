// Faults on purpose, met by the program's own client: whatever strikes, every write happens exactly once.
import { expect, onTestFinished, test } from 'vitest';
import { connectHttp } from '../../../src/orb/http-exchange.ts';
import { retryPolicy } from '../../../src/orb/retry.ts';
import { sender } from '../../../src/orb/send.ts';
import { serveSandbox } from '../../../src/sandbox/sandbox.ts';
import { type FaultKind, faultKinds } from '../../../src/sandbox/server/faults.ts';
import { type Exchange, TransportFailure, type WireAnswer } from '../../../src/wire/json.ts';
import { acme, sandboxAt, type TestSandbox } from '../sandbox-at.ts';

const path = `${acme}/credits/ledger_entry`;
const body = { entry_type: 'increment', amount: 1 };

type Way = (box: TestSandbox) => Promise<Exchange>;
const ways: readonly (readonly [string, Way])[] = [
  ['in-process', async ({ sandbox }) => sandbox.exchange],
  [
    'over HTTP',
    async ({ sandbox }) => {
      const served = await serveSandbox(sandbox, { port: 0, apiKey: 'k' });
      onTestFinished(() => served.close());
      const client = connectHttp({ baseUrl: served.baseUrl, apiKey: 'k', userAgent: 'test' });
      onTestFinished(() => client.close());
      return client.exchange;
    },
  ],
];

async function faulty(probabilities: Partial<Record<FaultKind, number>>, seed = 1) {
  const box = await sandboxAt('2026-01-10T12:00:00Z');
  box.sandbox.operations().faults.set({ seed, probabilities });
  return box;
}

/** Sends writes as the program does, without its pauses and as often as it takes; answers how often it had to try again. */
async function writeAll(exchange: Exchange, count: number): Promise<number> {
  let retries = 0;
  const send = sender(exchange, {
    now: () => 0,
    random: () => 0,
    sleep: async () => {},
    policy: { ...retryPolicy, attemptsMax: 100 },
    onRetry: () => {
      retries += 1;
    },
  });
  for (let write = 0; write < count; write += 1) {
    await send(
      { method: 'POST', path, body: { ...body, metadata: { write: String(write) } } },
      `key-${write}`,
    );
  }
  return retries;
}

async function writesIn({ sandbox, ledger }: TestSandbox): Promise<string[]> {
  sandbox.operations().faults.clear();
  return (await ledger()).map(({ metadata }) => metadata.write);
}

test.each(ways)('with everything going wrong at once nothing is lost or done twice, %s', async (_, way) => {
  const { latency: _none, ...instant } = Object.fromEntries(faultKinds.map((kind) => [kind, 0.15]));
  const box = await faulty(instant);
  const retries = await writeAll(await way(box), 100);
  expect(retries).toBeGreaterThan(60);
  expect(await writesIn(box)).toEqual(Array.from({ length: 100 }, (_none, write) => String(write)));
});

test.each(
  ways.flatMap(([where, way]) =>
    (['reset-before', '429', '409-in-flight', '500', 'reset-after', 'truncate'] as const).map(
      (kind) => [kind, where, way] as const,
    ),
  ),
)('%s, %s: every write once', async (kind, _, way) => {
  const box = await faulty({ [kind]: 0.5 });
  const retries = await writeAll(await way(box), 25);
  expect(retries).toBeGreaterThan(8);
  expect(await writesIn(box)).toHaveLength(25);
});

/** What one request meets: the answer, or the failure that the client makes of it. */
const once = (exchange: Exchange, key = 'k'): Promise<WireAnswer | TransportFailure> =>
  exchange({
    method: 'POST',
    path,
    query: [],
    headers: { 'idempotency-key': key },
    body: JSON.stringify(body),
  }).catch((error: unknown) => {
    if (error instanceof TransportFailure) return error;
    throw error;
  });

test.each(ways)('each kind is what it says it is, %s', async (_, way) => {
  const box = await faulty({});
  const exchange = await way(box);
  const { faults } = box.sandbox.operations();
  const meet = (kind: FaultKind, seed = 1) => {
    faults.set({ seed, probabilities: { [kind]: 1 } });
    return once(exchange, `${kind} ${seed}`);
  };
  const done = async () => {
    faults.clear();
    return (await box.ledger()).length;
  };
  expect(await meet('reset-before')).toMatchObject({ mayHaveHappened: 'maybe' });
  const named = (kind: FaultKind) => ({
    'idempotency-key': `${kind} 1`,
    'creditctl-ledger': box.sandbox.ledger(),
  });
  const many = await meet('429');
  expect(many).toMatchObject({ status: 429, headers: { 'retry-after': '1', ...named('429') } });
  const flying = await meet('409-in-flight');
  expect(flying).toMatchObject({ status: 409, headers: named('409-in-flight') });
  expect((flying as WireAnswer).body).toContain('#409-resource-conflict');
  expect(await done()).toBe(0);
  expect(await meet('reset-after')).toBeInstanceOf(TransportFailure);
  expect(await meet('truncate')).toMatchObject({
    mayHaveHappened: 'maybe',
    message: expect.stringMatching(/cut/),
  });
  expect(await done()).toBe(2);
  const begun = performance.now();
  expect(await meet('latency')).toMatchObject({ status: 201 });
  expect(performance.now() - begun).toBeGreaterThan(45);
  expect(await done()).toBe(3);
});

test('a 500 comes before the work or after it', async () => {
  const box = await faulty({ '500': 1 });
  for (let n = 0; n < 40; n += 1) {
    expect(await once(box.sandbox.exchange, `${n}`)).toMatchObject({
      status: 500,
      headers: { 'transient-error': 'true' },
    });
  }
  const done = (await writesIn(box)).length;
  expect(done).toBeGreaterThan(5);
  expect(done).toBeLessThan(35);
});

test('a delay ends when the request is given up', async () => {
  const { sandbox } = await faulty({ latency: 1 });
  const giveUp = new AbortController();
  const request = sandbox.exchange({ method: 'GET', path: '/ping', query: [], headers: {} }, giveUp.signal);
  giveUp.abort(new Error('given up'));
  await expect(request).rejects.toThrow('given up');
});

async function statuses(seed: number): Promise<string> {
  const { get } = await faulty({ '429': 0.3, '500': 0.2 }, seed);
  const seen: number[] = [];
  for (let n = 0; n < 60; n += 1) seen.push((await get('/ping')).status);
  return seen.join(' ');
}

test('the same seed meets the same faults, another seed others, each about as often as asked for', async () => {
  const first = await statuses(7);
  expect(await statuses(7)).toBe(first);
  expect(await statuses(8)).not.toBe(first);
  expect(first.split('429').length - 1).toBeGreaterThan(8);
  expect(first.split('429').length - 1).toBeLessThan(30);
});
