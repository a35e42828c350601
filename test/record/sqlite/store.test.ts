// The record in a SQLite file.
import { expect, test } from 'vitest';
import { openSqliteRecord } from '../../../src/record/sqlite/store.ts';
import { temporaryFolder } from '../../sandbox/sandbox-at.ts';

const author = { os_user: 'ana', host: 'h' };
const runner = { machine: 'm', pid: 7 };

async function all<Of>(rows: AsyncIterable<Of>): Promise<readonly Of[]> {
  const found: Of[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

test('a write is noted, ended and told of', async () => {
  const file = `${temporaryFolder()}/state/record.db`;
  const store = await openSqliteRecord(file, { purpose: 'write', now: Date.now, process: { who: 'ana' } });
  const account = await store.addAccount({ origin: 'https://x', mode: 'live', ledger: null });
  const record = store.of(account);
  const noted = await record.append([
    {
      fact: {
        kind: 'noted',
        key: 'k',
        attempt: 1,
        fingerprint: 'f',
        method: 'POST',
        customer: 'acme',
        reserves: { customer: 'cus', currency: 'USD', day: '2026-11-27', amount: '10.5' },
        lease_ms: 1000,
        author,
        runner,
      },
      texts: { request: '{"a":1}', command: 'x' },
      after: null,
    },
  ]);
  expect(noted.kind).toBe('appended');
  expect(
    await record.append([
      {
        fact: { kind: 'ended', key: 'k', attempt: 1, state: 'settled', entry: 'e1' },
        after: 1,
        texts: { answer: 'A' },
      },
    ]),
  ).toMatchObject({ kind: 'appended' });
  expect(await record.append([{ fact: { kind: 'acknowledged', key: 'k', attempt: 1 }, after: 1 }])).toEqual({
    kind: 'conflict',
    keys: ['k'],
  });
  const w = await record.write('k');
  expect(w).toMatchObject({ state: 'settled', texts: { request: '{"a":1}', answer: 'A' } });
  expect(await record.equalWrites('f')).toEqual([w]);
  expect(await record.writesNaming('e1')).toEqual([w]);
  expect(await all(record.writes({}))).toEqual([w]);
  expect([...(await record.keyStates(['k', 'l'])).keys()]).toEqual(['k']);
  expect((await all(record.events())).length).toBe(2);
  expect((await all(record.links())).length).toBe(2);
  expect(await record.reserved({ scope: 'person', currency: 'USD' })).toBe('10.5');
  await record.append([
    {
      fact: { kind: 'batch_begun', batch: 'b', run: 1, plan: 'p', rows: 1, lease_ms: 5, author, runner },
      texts: { command: 'c', results: 'r' },
    },
  ]);
  expect(await record.batchRuns({})).toMatchObject([{ batch: 'b', command: 'c' }]);
  expect(await record.erase('acme')).toBe(1);
  expect((await record.write('k'))?.texts.request).toBe(null);
  await record.extendLease({ runner, batch: 'b', keys: ['k'] }, 100000);
  expect(await record.eventsOf('k')).toHaveLength(2);
  await store.noteCustomers(account, ['cus']);
  expect(await record.customers(3)).toEqual(['cus']);
  expect([...(await record.writesBeginning('k', 3))].length).toBe(1);
  expect(await record.countWrites({})).toEqual(new Map([['settled', 1]]));
  expect(await record.policy()).toBe(undefined);
  await store.close();
});
