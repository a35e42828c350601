// Answers given again: only within the second and the version of the database in which they were made.
import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { openSandbox } from '../../../src/sandbox/sandbox.ts';
import { rememberReads } from '../../../src/sandbox/server/read-cache.ts';
import { versionOf } from '../../../src/sandbox/store/version.ts';
import type { WireRequest } from '../../../src/wire/message.ts';
import { acme, sandboxAt } from '../sandbox-at.ts';

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
