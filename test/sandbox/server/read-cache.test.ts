// Answers given again: only within the second and the version of the database in which they were made.
import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { openSandbox } from '../../../src/sandbox/sandbox.ts';
import { rememberReads } from '../../../src/sandbox/server/read-cache.ts';
import { versionOf } from '../../../src/sandbox/store/version.ts';
import type { WireRequest } from '../../../src/wire/json.ts';
import { acme, sandboxAt } from '../sandbox-at.ts';
import { usageEvent } from '../usage.ts';

function counting() {
  let version = 'a';
  let now = 1000;
  let calls = 0;
  let onCall = () => {};
  const exchange = rememberReads(
    async ({ path }) => {
      calls += 1;
      onCall();
      return { status: 200, headers: {}, body: `${path} ${calls}` };
    },
    { version: () => version, now: () => now },
  );
  return {
    ask: async (path: string, more: Partial<WireRequest> = {}) =>
      (await exchange({ method: 'GET', path, query: [], headers: {}, ...more })).body,
    set: (next: { version?: string; now?: number; onCall?: () => void }) => {
      version = next.version ?? version;
      now = next.now ?? now;
      onCall = next.onCall ?? onCall;
    },
  };
}

test('the same question is answered once a second and version', async () => {
  const { ask, set } = counting();
  expect([await ask('/a'), await ask('/a'), await ask('/b'), await ask('/a')]).toEqual([
    '/a 1',
    '/a 1',
    '/b 2',
    '/a 1',
  ]);
  expect(await ask('/a', { query: [['limit', '1']] })).toBe('/a 3');
  set({ now: 1999 });
  expect(await ask('/a')).toBe('/a 1');
  set({ now: 2000 });
  expect(await ask('/a')).toBe('/a 4');
  set({ version: 'b' });
  expect(await ask('/a')).toBe('/a 5');
  expect(await ask('/a', { method: 'POST' })).toBe('/a 6');
});

test('an answer during which something was written is not kept', async () => {
  const { ask, set } = counting();
  set({ onCall: () => set({ version: 'during' }) });
  expect(await ask('/a')).toBe('/a 1');
  expect(await ask('/a')).toBe('/a 2');
  expect(await ask('/a')).toBe('/a 2');
});

test('a reader sees at once what it writes itself, what another process writes, and what falls due', async () => {
  const { add, at, path, sandbox } = await sandboxAt('2026-01-10T12:00:00Z');
  const other = await openSandbox({ path, now: () => Date.parse('2026-01-10T12:00:00Z'), randomBytes });
  onTestFinished(() => other.close());
  const remembering = rememberReads(sandbox.exchange, {
    version: () => versionOf(sandbox.database),
    now: sandbox.clock.now,
  });
  const read = async (where: string) => {
    const { body: text } = await remembering({
      method: 'GET',
      path: `${acme}${where}`,
      query: [],
      headers: {},
    });
    return JSON.parse(text).data;
  };
  const balances = async () => (await read('/credits')).map(({ balance }: { balance: number }) => balance);
  expect(await balances()).toEqual([]);
  await add({ entry_type: 'increment', amount: 1, expiry_date: '2026-01-10T12:00:05Z' });
  expect(await balances()).toEqual([1]);
  expect(await balances()).toEqual([1]);
  const body = '{"entry_type":"increment","amount":2}';
  const request = {
    method: 'POST',
    path: `${acme}/credits/ledger_entry`,
    query: [],
    headers: {},
    body,
  } as const;
  await other.exchange(request);
  expect(await balances()).toEqual([2, 1]);
  at('2026-01-10T12:00:05Z');
  expect(await balances()).toEqual([2]);
  const status = async () => (await read('/credits/ledger'))[0].entry_status;
  expect(await status()).toBe('pending');
  other.clock.set(Date.parse('2026-01-12T00:00:00Z'));
  expect(await status()).toBe('committed');
  expect(sandbox.clock.now()).toBeGreaterThanOrEqual(Date.parse('2026-01-12T00:00:00Z'));
});

/** Writes of each kind that is no ledger entry, and where a reader would see them. */
type Target = { readonly alert: string; readonly block: string; readonly topUp: string; readonly id: string };
type Written = readonly [
  name: string,
  request: (of: Target) => Pick<WireRequest, 'method' | 'path'> & { readonly body?: object },
  seenAt: (of: Target) => string,
];
const credits = `${acme}/credits`;
const topUp = {
  currency: 'credits',
  threshold: '1',
  amount: '7',
  per_unit_cost_basis: '0',
  invoice_settings: { auto_collection: true, net_terms: 0 },
};
const written: readonly Written[] = [
  [
    'a block is deleted',
    ({ block }) => ({ method: 'DELETE', path: `/credit_blocks/${block}` }),
    () => credits,
  ],
  [
    'usage is reported',
    () => ({
      method: 'POST',
      path: '/ingest',
      body: { events: [usageEvent(1, {}, Date.parse('2026-01-10T12:00:00Z'))] },
    }),
    () => `${credits}/ledger`,
  ],
  [
    'a top-up takes the place of another',
    () => ({ method: 'POST', path: `${credits}/top_ups`, body: { ...topUp, threshold: '2' } }),
    () => `${credits}/top_ups`,
  ],
  [
    'a top-up is deleted',
    (of) => ({ method: 'DELETE', path: `${credits}/top_ups/${of.topUp}` }),
    () => `${credits}/top_ups`,
  ],
  ['a customer is edited', () => ({ method: 'PUT', path: acme, body: { name: 'Other' } }), () => acme],
  ['a customer is deleted', ({ id }) => ({ method: 'DELETE', path: `/customers/${id}` }), () => '/customers'],
  [
    'an alert is edited',
    ({ alert }) => ({ method: 'PUT', path: `/alerts/${alert}`, body: { thresholds: [{ value: 3 }] } }),
    ({ alert }) => `/alerts/${alert}`,
  ],
  [
    'an alert is disabled',
    ({ alert }) => ({ method: 'POST', path: `/alerts/${alert}/disable` }),
    ({ alert }) => `/alerts/${alert}`,
  ],
  [
    'an alert is deleted',
    ({ alert }) => ({ method: 'DELETE', path: `/alerts/${alert}` }),
    ({ alert }) => `/alerts/${alert}`,
  ],
];

async function prepared() {
  const box = await sandboxAt('2026-01-10T12:00:00Z');
  const block = (await box.add({ entry_type: 'increment', amount: 5 })).json.credit_block.id;
  const alert = await box.post('/alerts/external_customer_id/acme', {
    currency: 'credits',
    type: 'credit_balance_dropped',
    thresholds: [{ value: 1 }],
  });
  const bought = await box.post(`${credits}/top_ups`, topUp);
  const { id } = (await box.get(acme)).json;
  return { box, of: { alert: alert.json.id, block, topUp: bought.json.id, id } };
}

test.each(
  written.flatMap((each) =>
    (['the same', 'another'] as const).map((connection) => [each[0], connection, each] as const),
  ),
)('%s through %s connection, and the next read shows it', async (_, connection, [, request, seenAt]) => {
  const { box, of } = await prepared();
  const other = await openSandbox({
    path: box.path,
    now: () => Date.parse('2026-01-10T12:00:00Z'),
    randomBytes,
  });
  onTestFinished(() => other.close());
  let asked = 0;
  const remembering = rememberReads(
    (request, signal) => {
      asked += 1;
      return box.sandbox.exchange(request, signal);
    },
    { version: () => versionOf(box.sandbox.database), now: box.sandbox.clock.now },
  );
  const read = () => remembering({ method: 'GET', path: seenAt(of), query: [], headers: {} });
  const before = await read();
  expect(await read()).toEqual(before);
  expect(asked).toBe(1);
  const { body, ...named } = request(of);
  const exchange = connection === 'another' ? other.exchange : remembering;
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  expect((await exchange({ ...named, query: [], headers: {}, ...text })).status).toBeLessThan(300);
  const fresh = await box.sandbox.exchange({ method: 'GET', path: seenAt(of), query: [], headers: {} });
  expect(fresh).not.toEqual(before);
  expect(await read()).toEqual(fresh);
});
