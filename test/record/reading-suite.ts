// What every store of the record answers when it is asked: lists, runs of batches, plans, accounts, policy, erased texts.
import { createHash, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { eraseFound, foundToErase } from '../../src/commands/record/erase-customer.ts';
import { namesInRecord } from '../../src/record/customer-names.ts';
import type { AccountRecord, RecordStore, WriteFilter } from '../../src/record/record.ts';
import { verifyRecord } from '../../src/record/verify.ts';
import {
  acknowledged,
  author,
  begun,
  ended,
  grant,
  keepPlan,
  noted,
  otherRunner,
  planOfRuns,
  rowOf,
  runner,
  taken,
} from './facts.ts';
import { all, clientsOf, type FreshRecord, orb, otherLedger } from './store-suite.ts';

const toErase = (customer: string, record: AccountRecord) =>
  foundToErase({ record, customer, self: { runner, isAlive: () => true } });

const rowOfPlan = (place: number, customer: string) =>
  `${JSON.stringify({ row: place, line: place + 1, key: `b-${place}`, customer: { id: customer }, source: [`of ${customer}`] })}\n`;

const rowsOfTwo = Buffer.from(
  `{"creditctl_plan":2}\n${rowOfPlan(1, 'X1')}${rowOfPlan(2, 'X2')}{"end":true,"sha256":"`,
);

/** Keeps a plan with a row for X1 and one for X2; returns its SHA-256. */
async function keepRows(record: AccountRecord): Promise<string> {
  const plan = createHash('sha256').update(rowsOfTwo).digest('hex');
  const pieces = async function* () {
    yield rowsOfTwo;
  };
  await record.savePlan(plan, pieces());
  return plan;
}

export function testReading(engine: string, fresh: () => Promise<FreshRecord>): void {
  const opened: RecordStore[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });

  const clients = async () => clientsOf(await fresh(), opened);

  const keysOf = async (record: AccountRecord, filter: WriteFilter): Promise<readonly string[]> =>
    (await all(record.writes(filter))).map(({ key }) => key);

  describe(`${engine}: lists`, () => {
    test('writes come newest first, page by page, each once', async () => {
      const { ana } = await clients();
      const keys = Array.from({ length: 450 }, (_, index) => `k${index}`);
      for (let at = 0; at < keys.length; at += 150)
        await ana.append(keys.slice(at, at + 150).map((key) => ({ ...noted(key), texts: { request: key } })));
      const found = await all(ana.writes({}));
      expect(found.map(({ key }) => key)).toEqual(keys.toReversed());
      expect(found.every(({ key, texts }) => texts.request === key)).toBe(true);
    });

    test('signals arrive while a long list is read', async () => {
      const { ana } = await clients();
      const keys = Array.from({ length: 600 }, (_, index) => `k${index}`);
      await ana.append(keys.map((key) => ({ ...noted(key), texts: { request: key } })));
      const reads = { writes: ana.writes({}), events: ana.events(), histories: ana.histories() };
      for (const [what, rows] of Object.entries(reads)) {
        let hasTurned = false;
        setImmediate(() => {
          hasTurned = true;
        });
        const seen = await all<unknown>(rows);
        expect(seen, what).toHaveLength(600);
        expect(hasTurned, what).toBe(true);
      }
    });

    test('each filter finds what it names, and filters add up', async () => {
      const { ana, bob } = await clients();
      await ana.append([noted('a', { customer: 'acme' }), noted('b', { customer: 'globex', undoes: 'a' })]);
      await bob.append([noted('c', { customer: 'acme' }), begun('batch')]);
      await bob.append([rowOf('batch', 1), rowOf('batch', 2, { undoes: 'a' }), ended('c', 'settled')]);
      await ana.append([ended('a', 'settled', { block: 'block' }), ended('b', 'refused')]);
      await ana.append([ended('batch-1', 'unknown', { block: 'block' })]);
      const found = (filter: WriteFilter) => keysOf(ana, filter);
      expect(await found({})).toEqual(['c', 'b', 'a']);
      expect(await found({ withRows: true })).toEqual(['batch-2', 'batch-1', 'c', 'b', 'a']);
      expect(await found({ who: await bob.who() })).toEqual(['c']);
      expect(await found({ who: await bob.who(), withRows: true })).toEqual(['batch-2', 'batch-1', 'c']);
      expect(await found({ customer: 'acme' })).toEqual(['c', 'a']);
      expect(await found({ customer: 'acme', who: await ana.who() })).toEqual(['a']);
      expect(await found({ block: 'block' })).toEqual(['a']);
      expect(await found({ block: 'block', withRows: true })).toEqual(['batch-1', 'a']);
      expect(await found({ batch: 'batch' })).toEqual(['batch-2', 'batch-1']);
      expect(await found({ states: ['noted', 'unknown'] })).toEqual([]);
      expect(await found({ states: ['noted', 'unknown'], withRows: true })).toEqual(['batch-2', 'batch-1']);
      expect(await found({ states: ['settled'] })).toEqual(['c', 'a']);
      expect(await found({ states: ['settled', 'refused'] })).toEqual(['c', 'b', 'a']);
      expect(await found({ states: [] })).toEqual([]);
      expect(await found({ undoes: 'a' })).toEqual(['batch-2', 'b']);
      expect(await found({ isUndo: true, withRows: true })).toEqual(['batch-2', 'b']);
      expect(await found({ isUndo: false })).toEqual(['c', 'a']);
      expect(await ana.countWrites({ withRows: true })).toEqual(
        new Map([
          ['noted', 1],
          ['refused', 1],
          ['settled', 2],
          ['unknown', 1],
        ]),
      );
      expect(await ana.countWrites({ batch: 'batch', isUndo: true })).toEqual(new Map([['noted', 1]]));
      expect(await found({ isUndone: true })).toEqual([]);
      await bob.append([ended('batch-2', 'settled')]);
      expect(await found({ isUndone: true })).toEqual(['a']);
      expect(await found({ isUndone: false, states: ['settled'] })).toEqual(['c']);
      await bob.append([noted('d', { undoes: 'c', to_follow: 1 }), noted('e', { undoes: 'd' })]);
      await bob.append([ended('d', 'settled')]);
      expect(await found({ isUndone: true })).toEqual(['a']);
      expect(await found({ isUndone: 'in part' })).toEqual(['c', 'a']);
      await ana.append([{ fact: { kind: 'acknowledged', key: 'a', attempt: 1 } }]);
      expect(await found({ isReported: false, states: ['settled'] })).toEqual(['d', 'c']);
    });

    test('two filters together find what each of them finds, also nothing', async () => {
      const { ana, bob } = await clients();
      const reserves = { customer: 'X1', currency: 'USD', day: '2026-11-27', amount: '1' };
      await ana.append([noted('a', { customer: 'acme', reserves }), noted('b', { undoes: 'a' })]);
      await bob.append([noted('c', { customer: 'acme' }), begun('batch')]);
      await bob.append([rowOf('batch', 1, { reserves }), rowOf('batch', 2, { undoes: 'a' })]);
      await ana.append([ended('a', 'settled'), ended('b', 'refused'), ended('batch-2', 'unknown')]);
      const filters: readonly WriteFilter[] = [
        ...[{}, { who: await ana.who() }, { customer: 'acme' }, { holder: 'X1' }, { batch: 'batch' }],
        ...[{ states: ['settled'] }, { states: ['refused'] }, { states: ['noted', 'unknown'] }],
        ...[{ undoes: 'a' }, { isUndo: false }, { isUndone: false }, { until: '2000-01-01T00:00:00Z' }],
        ...[{ run: 1 }, { run: 2 }],
        { from: '2000-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' },
      ] as const;
      const alone = await Promise.all(filters.map((filter) => keysOf(ana, { ...filter, withRows: true })));
      for (const [a, first] of filters.entries()) {
        for (const [b, second] of filters.slice(0, a).entries()) {
          const names = [first, second].flatMap(Object.keys);
          if (new Set(names).size < names.length) continue;
          const filter = { ...first, ...second };
          const both = alone[a]?.filter((key) => alone[b]?.includes(key));
          expect([filter, await keysOf(ana, { ...filter, withRows: true })]).toEqual([filter, both]);
          // SQLite refuses an index that does not fit.
          await keysOf(ana, filter);
        }
      }
    });

    test('rows recorded under the external id are found by the id of the API, and the other way round', async () => {
      const { ana } = await clients();
      await ana.append([begun('batch')]);
      const reserves = { customer: 'X1', currency: 'USD', day: '2026-11-27', amount: '1' };
      await ana.append([
        rowOf('batch', 1, { customer: 'acme', reserves }),
        rowOf('batch', 2, { customer: 'acme' }),
        rowOf('batch', 3, { customer: 'globex', reserves: { ...reserves, customer: 'X2' } }),
        noted('hand', { customer: 'id:X1' }),
      ]);
      expect(await keysOf(ana, { holder: 'X1', withRows: true })).toEqual(['batch-1']);
      expect(await namesInRecord(ana, 'id:X1')).toEqual(['id:X1', 'acme']);
      expect(await namesInRecord(ana, 'acme')).toEqual(['acme', 'id:X1']);
      expect(await namesInRecord(ana, 'nobody')).toEqual(['nobody']);
    });

    test('rows of a holder come page by page, each once, whatever their day, currency and amount', async () => {
      const { ana } = await clients();
      await ana.append([begun('batch')]);
      const rows = Array.from({ length: 110 }, (_, row) => {
        const day = `2026-11-${10 + (row % 3)}`;
        const reserves = { customer: 'X1', currency: ['USD', 'credits'][row % 2] ?? '', day };
        return rowOf('batch', row, { reserves: { ...reserves, amount: row % 5 === 0 ? '10' : '9.5' } });
      });
      await ana.append(rows);
      const found = await keysOf(ana, { holder: 'X1', withRows: true });
      expect(found).toHaveLength(110);
      expect(new Set(found)).toEqual(new Set(rows.map((_, row) => `batch-${row}`)));
    });

    test('from is included and until is not', async () => {
      const { ana } = await clients();
      const times: string[] = [];
      for (const key of ['a', 'b', 'c']) {
        const appended = await ana.append([noted(key)]);
        times.push(appended.kind === 'appended' ? appended.at : '');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const [first = '', second = '', third = ''] = times;
      expect(await keysOf(ana, { from: second })).toEqual(['c', 'b']);
      expect(await keysOf(ana, { until: second })).toEqual(['a']);
      expect(await keysOf(ana, { from: first, until: third })).toEqual(['b', 'a']);
    });

    test('equal writes come oldest first, at most the newest 1,000; rows are equal to none', async () => {
      const { ana } = await clients();
      for (const key of ['a', 'b', 'c']) await ana.append([noted(key, { fingerprint: 'same' })]);
      await ana.append([noted('d'), begun('batch')]);
      await ana.append([rowOf('batch', 1)]);
      expect((await ana.equalWrites('same')).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
      expect(await ana.equalWrites('')).toEqual([]);
      const more = Array.from({ length: 998 }, (_, index) => noted(`k${index}`, { fingerprint: 'same' }));
      await ana.append(more);
      const newest = await ana.equalWrites('same');
      expect([newest.length, newest[0]?.key, newest.at(-1)?.key]).toEqual([1000, 'b', 'k997']);
    });

    test('a write is found by its entry, its request and the beginning of its key', async () => {
      const { ana } = await clients();
      await ana.append([noted('ab-1'), noted('ab-2'), noted('b_1'), noted('b%')]);
      await ana.append([
        ended('ab-1', 'settled', { entry: 'e1', request_id: 'r1' }),
        ended('ab-2', 'refused', { request_id: 'e1' }),
      ]);
      expect((await ana.writesNaming('r1')).map(({ key }) => key)).toEqual(['ab-1']);
      expect((await ana.writesNaming('e1')).map(({ key }) => key)).toEqual(['ab-2', 'ab-1']);
      expect(await ana.writesNaming('e')).toEqual([]);
      expect((await ana.writesBeginning('ab', 5)).map(({ key }) => key).sort()).toEqual(['ab-1', 'ab-2']);
      expect(await ana.writesBeginning('ab', 1)).toHaveLength(1);
      expect((await ana.writesBeginning('b%', 5)).map(({ key }) => key)).toEqual(['b%']);
      expect(await ana.writesBeginning('b_', 5)).toHaveLength(1);
    });

    test('1,024 keys are asked for at once', async () => {
      const { ana } = await clients();
      const keys = Array.from({ length: 1024 }, (_, index) => `k${index}`);
      await ana.append(keys.slice(0, 1000).map((key) => grant(key)));
      await ana.append([ended('k7', 'refused'), ended('k9', 'settled', { amount: '2.50' })]);
      const states = await ana.keyStates(keys);
      expect([...states.keys()].sort()).toEqual(keys.slice(0, 1000).sort());
      expect(states.get('k7')).toMatchObject({
        state: 'refused',
        attempt: 1,
        version: 1001,
        reserves: null,
        run: null,
        amount: null,
      });
      expect(states.get('k9')).toMatchObject({ state: 'settled', amount: '2.50' });
      expect(states.get('k8')).toMatchObject({ state: 'noted', version: 9, runner, plan: null, row: null });
      expect(states.get('k8')?.reserves).toEqual({
        customer: 'cus-acme',
        currency: 'USD',
        day: '2026-11-27',
        amount: '100',
      });
      expect(await ana.keyStates([])).toEqual(new Map());
    });

    test('the write that takes the last part back is named, once it is settled', async () => {
      const { ana } = await clients();
      await ana.append([
        noted('k'),
        noted('part', { undoes: 'k', to_follow: 1 }),
        noted('refused', { undoes: 'k' }),
        noted('rest', { undoes: 'k' }),
      ]);
      await ana.append([ended('k', 'settled'), ended('part', 'settled'), ended('refused', 'refused')]);
      expect(await ana.write('k')).toMatchObject({ undoneBy: null });
      await ana.append([ended('rest', 'settled')]);
      expect(await ana.write('k')).toMatchObject({ undoneBy: 'rest' });
      expect((await verifyRecord(ana)).fault).toBeUndefined();
    });
  });

  describe(`${engine}: batches`, () => {
    test('rows take author, runner, key, approval and command from their run', async () => {
      const { ana, bob } = await clients();
      await keepPlan(ana);
      await ana.append([begun('b', { api_key: 'hash', approved_by: ['eve'], undo: true })]);
      await ana.append([rowOf('b', 1), rowOf('b', 2)]);
      expect(await ana.write('b-1')).toMatchObject({
        ...{ author, runner, apiKey: 'hash', approvedBy: ['eve'], batch: 'b', run: 1, row: 1 },
        texts: { command: 'creditctl batch apply plan.ndjson' },
      });
      const [run] = await ana.batchRuns({});
      expect(run).toMatchObject({
        ...{ batch: 'b', run: 1, plan: planOfRuns, rows: 3, isUndo: true, author, runner },
        ...{
          command: 'creditctl batch apply plan.ndjson',
          results: '/tmp/results',
          counts: null,
          endedAt: null,
        },
        ...{ who: await ana.who(), approvedBy: ['eve'] },
      });
      await bob.append([begun('b', { run: 2, runner: otherRunner, api_key: 'other' })]);
      await bob.append([taken('b-1', { runner: undefined, author: undefined, run: 2 })]);
      const states = await ana.keyStates(['b-1', 'b-2']);
      expect(states.get('b-1')).toMatchObject({
        run: 2,
        runner: otherRunner,
        apiKey: 'hash',
        plan: planOfRuns,
      });
      expect(states.get('b-2')).toMatchObject({ run: 1, runner });
      expect(await keysOf(ana, { batch: 'b', run: 2 })).toEqual(['b-1']);
      expect(await keysOf(ana, { batch: 'b', run: 1 })).not.toContain('b-1');
      expect(await ana.write('b-1')).toMatchObject({ author, runner: otherRunner, who: await ana.who() });
      expect((await verifyRecord(ana)).fault).toBeUndefined();
    });

    test('a run that goes on keeps its rows, and ends with its counts', async () => {
      const { ana } = await clients();
      await ana.append([begun('b')]);
      await ana.append([rowOf('b', 1, { lease_ms: 10 })]);
      const lease = async () => Date.parse((await ana.keyStates(['b-1'])).get('b-1')?.leaseUntil ?? '');
      await ana.extendLease({ runner: otherRunner, batch: 'b' }, 7_200_000);
      expect((await lease()) - (await ana.now())).toBeLessThan(3_600_000);
      await ana.extendLease({ runner, batch: 'b' }, 7_200_000);
      expect((await lease()) - (await ana.now())).toBeGreaterThan(7_000_000);
      const counts = { succeeded: 1, failed: 2, unknown: 3, unprocessed: 4 };
      await ana.append([{ fact: { kind: 'batch_ended', batch: 'b', run: 1, ...counts } }]);
      expect((await lease()) - (await ana.now())).toBeLessThan(3_600_000);
      const [run] = await ana.batchRuns({ batch: 'b' });
      expect(run).toMatchObject({ counts, endedAt: expect.any(String) });
      await ana.extendLease({ runner, batch: 'b' }, 10_800_000);
      expect(await ana.batchRuns({ batch: 'b' })).toEqual([run]);
    });

    test('of two that begin one run, one does; lists are newest first', async () => {
      const { ana, bob } = await clients();
      const both = await Promise.all([ana.append([begun('b')]), bob.append([begun('b')])]);
      expect(both.map(({ kind }) => kind).sort()).toEqual(['appended', 'conflict']);
      expect(both.find(({ kind }) => kind === 'conflict')).toEqual({ kind: 'conflict', keys: ['b'] });
      await ana.append([begun('c')]);
      await bob.append([begun('b', { run: 2 })]);
      const runs = await ana.batchRuns({});
      expect(runs.map(({ batch, run }) => `${batch} ${run}`)).toEqual(['b 2', 'c 1', 'b 1']);
      expect((await ana.batchRuns({ batch: 'c', who: await bob.who() })).length).toBe(0);
      expect((await ana.batchRuns({ batch: 'c', who: await ana.who() })).length).toBe(1);
    });

    test('a plan comes back byte for byte, whatever its pieces, and only whole', async () => {
      const { ana, bob } = await clients();
      const plan = Buffer.concat([randomBytes(1_500_000), Buffer.from('{"row":1}\n'.repeat(100_000))]);
      const sha256 = createHash('sha256').update(plan).digest('hex');
      async function* pieces(size: number) {
        for (let at = 0; at < plan.length; at += size) yield plan.subarray(at, at + size);
      }
      await expect(ana.savePlan('f'.repeat(64), pieces(1_000_000))).rejects.toThrow(TypeError);
      expect(await ana.hasPlan('f'.repeat(64))).toBe(false);
      await ana.savePlan(sha256, pieces(65_536));
      await bob.savePlan(sha256, pieces(300_001));
      expect(await bob.hasPlan(sha256)).toBe(true);
      expect(await bob.plans()).toEqual([sha256]);
      expect(Buffer.concat(await all(bob.plan(sha256))).equals(plan)).toBe(true);
      await expect(all(ana.plan('0'.repeat(64)))).rejects.toMatchObject({ kind: 'refused' });
      expect((await ana.head()).link).toBe(0);
    });
  });

  describe(`${engine}: accounts`, () => {
    test('a key opens its account, at its origin alone', async () => {
      const { store, ana } = await clients();
      const hash = store.keyHash('secret');
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(store.keyHash('other')).not.toBe(hash);
      expect(await store.accountOfKey(orb.origin, hash)).toBeUndefined();
      await store.linkKey(ana.account, { keyHash: hash });
      expect(await store.accountOfKey(orb.origin, hash)).toEqual(ana.account);
      expect(await store.accountOfKey('https://elsewhere', hash)).toBeUndefined();
      const second = await store.addAccount(orb);
      expect(second.id).not.toBe(ana.account.id);
      await store.linkKey(second, { keyHash: hash });
      expect(await store.accountOfKey(orb.origin, hash)).toEqual(second);
    });

    test('the key of an account whose customers are known does not move to another account', async () => {
      const { store } = await clients();
      const account = await store.addAccount(orb, { keyHash: 'a', customers: ['c1'] });
      const decoy = await store.addAccount(orb, { customers: ['c2'] });
      await expect(store.linkKey(decoy, { keyHash: 'a' })).rejects.toThrow(TypeError);
      await store.linkKey(account, { keyHash: 'a' });
      expect(await store.accountOfKey(orb.origin, 'a')).toEqual(account);
    });

    test('who adds an account that has come by its key or by a customer gets that one', async () => {
      const { store } = await clients();
      const first = await store.addAccount(orb, { keyHash: 'k1', customers: ['c1'] });
      const second = await store.addAccount(orb, { keyHash: 'k2', customers: ['c2'] });
      expect(second.id).not.toBe(first.id);
      expect(await store.addAccount(orb, { keyHash: 'k3', customers: ['c9', 'c2'] })).toEqual(second);
      expect(await store.addAccount(orb, { keyHash: 'k1', customers: ['c8'] })).toEqual(first);
      const elsewhere = { ...orb, origin: 'https://orb.example.com' };
      const { id } = await store.addAccount(elsewhere, { keyHash: 'k2', customers: ['c2'] });
      expect([first.id, second.id]).not.toContain(id);
    });

    test('an embedded ledger is one account, whoever adds it', async () => {
      const { store } = await clients();
      const [first, again] = await Promise.all([
        store.addAccount(otherLedger),
        store.addAccount(otherLedger),
      ]);
      expect(first).toEqual(again);
      expect(await store.accountOfLedger('ledger-2')).toEqual(first);
      expect(await store.accountOfLedger('ledger-3')).toBeUndefined();
      expect((await store.accounts()).map(({ id }) => id)).toContain(first.id);
    });

    test('accounts share neither keys nor caps, batches, plans or chain', async () => {
      const { store, ana } = await clients();
      const other = store.of(await store.addAccount(otherLedger));
      await keepPlan(ana);
      await ana.append([grant('k'), begun('b')]);
      const before = [await ana.write('k'), await ana.batchRuns({})];
      expect(await other.batchRuns({})).toEqual([]);
      expect(await other.hasPlan(planOfRuns)).toBe(false);
      const theirs = { ...grant('k', { amount: '7' }), equalAfter: 0 };
      const cap = { scope: 'customer', customer: 'cus-acme', currency: 'USD', day: '2026-11-27' } as const;
      const caps = [{ ...cap, limit: '7', elsewhere: '0', name: 'customer_day_cap' }];
      expect((await other.append([theirs], { caps })).kind).toBe('appended');
      expect(await other.write('k')).toMatchObject({ reserved: '7', version: 1 });
      expect(await other.reserved(cap)).toBe('7');
      expect(await other.reserved({ scope: 'team', currency: 'USD' })).toBe('7');
      expect((await other.head()).link).toBe(1);
      expect(await all(other.events())).toHaveLength(1);
      // Nor does what happens in one change the other.
      await other.append([begun('b'), taken('k'), noted('back', { undoes: 'k' })]);
      await other.extendLease({ runner: otherRunner, keys: ['k'], batch: 'b' }, 3_600_000);
      await other.extendLease({ runner, keys: ['k'], batch: 'b' }, 3_600_000);
      await other.append([ended('k', 'settled'), acknowledged('k'), ended('back', 'settled')]);
      const counts = { succeeded: 1, failed: 0, unknown: 0, unprocessed: 0 };
      await other.append([
        { fact: { kind: 'batch_ended', batch: 'b', run: 1, ...counts } },
        begun('b', { run: 2 }),
      ]);
      expect([await ana.write('k'), await ana.batchRuns({})]).toEqual(before);
      expect((await ana.append([rowOf('b', 1)])).kind).toBe('appended');
    });

    test('customers of an account come oldest first, so that later ones displace none of them', async () => {
      const { store, ana } = await clients();
      await store.noteCustomers(ana.account, ['one']);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await store.noteCustomers(ana.account, ['two']);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await store.noteCustomers(ana.account, ['one', 'two', 'three']);
      expect(await ana.customers(2)).toEqual(['one', 'two']);
      expect(await ana.customers(9)).toEqual(['one', 'two', 'three']);
      expect(await store.of(await store.addAccount(orb)).customers(9)).toEqual([]);
    });

    test('what is kept is there for the next who opens the record', async () => {
      const record = await fresh();
      const first = await record.open('ana');
      const account = await first.addAccount(orb);
      await first.of(account).append([grant('k'), begun('b')]);
      const { id } = first;
      const hash = first.keyHash('secret');
      await first.close();
      const again = await record.open('ana');
      opened.push(again);
      expect(again.id).toBe(id);
      expect(again.keyHash('secret')).toBe(hash);
      expect(await again.of(account).write('k')).toMatchObject({ reserved: '100' });
    });
  });

  describe(`${engine}: the owner`, () => {
    test('a policy has a version, and the next one has the next', async () => {
      const { ana, owner } = await clients();
      const set = (version: number, text: string) =>
        owner.append([
          {
            fact: { kind: 'policy_set', version, sha256: createHash('sha256').update(text).digest('hex') },
            texts: { policy: text },
          },
        ]);
      expect(await ana.policy()).toBeUndefined();
      await set(1, 'entry_cap: 5');
      expect(await set(1, 'entry_cap: 6')).toEqual({ kind: 'conflict', keys: ['policy'] });
      await set(2, 'entry_cap: 7');
      expect(await ana.policy()).toMatchObject({ version: 2, text: 'entry_cap: 7' });
      expect((await verifyRecord(ana)).fault).toBeUndefined();
    });

    test('a customer is erased under each name, with its rows of kept plans and no others', async () => {
      const { ana, owner } = await clients();
      const row = (place: number, customer: object) =>
        `${JSON.stringify({ row: place, line: place + 1, key: `b-${place}`, customer, source: [`text ${place}`] })}\n`;
      const bytes = Buffer.from(
        `{"creditctl_plan":2}\n${row(1, { id: 'X1', external_customer_id: 'acme' })}${row(2, { id: 'X2', external_customer_id: 'acme 2' })}{"end":true,"sha256":"`,
      );
      const plan = createHash('sha256').update(bytes).digest('hex');
      await ana.savePlan(
        plan,
        (async function* () {
          yield bytes;
        })(),
      );
      const reserves = { customer: 'X1', currency: 'USD', day: '2026-11-27', amount: '1' };
      await ana.append([begun('b', { plan, rows: 2 })]);
      await ana.append([
        rowOf('b', 1, { customer: 'acme', reserves }),
        rowOf('b', 2, { customer: 'acme 2' }),
      ]);
      await ana.append([{ ...noted('hand', { customer: 'id:X1' }), texts: { request: 'by hand' } }]);
      const refused = { state: 'refused', texts: { message: 'why' } } as const;
      for (const key of ['b-1', 'b-2'])
        await ana.append([{ ...ended(key, 'refused'), texts: refused.texts }]);
      await expect(toErase('acme', owner)).rejects.toMatchObject({ kind: 'refused' });
      const counts = { succeeded: 0, failed: 2, unknown: 0, unprocessed: 0 };
      await ana.append([{ fact: { kind: 'batch_ended', batch: 'b', run: 1, ...counts } }]);
      expect(await eraseFound(await toErase('acme', owner))).toMatchObject({ writes: 2, plans: 1 });
      expect((await ana.write('hand'))?.texts.request).toBeNull();
      expect((await ana.write('b-1'))?.texts.message).toBeNull();
      expect((await ana.write('b-2'))?.texts.message).toBe('why');
      expect(await ana.hasPlan(plan)).toBe(false);
      await expect(all(ana.plan(plan))).rejects.toMatchObject({ kind: 'refused' });
      const left = async () => Buffer.concat(await all(ana.plan(plan, 'erased rows'))).toString();
      expect(await left()).not.toContain('text 1');
      expect(await left()).toContain('text 2');
      expect(await left()).toContain('"key":"b-1"');
      expect((await verifyRecord(ana)).fault).toBeUndefined();
      // Another customer of the same plan, and the same one once more.
      expect(await eraseFound(await toErase('acme 2', owner))).toMatchObject({ writes: 1, plans: 1 });
      expect(await eraseFound(await toErase('id:X1', owner))).toMatchObject({ writes: 0, plans: 0 });
      expect(await left()).not.toContain('text');
      expect((await verifyRecord(ana)).fault).toBeUndefined();
    });

    test('what another process works on is not called unknown when its customer is erased', async () => {
      const { ana, owner } = await clients();
      const erasing = { record: owner, customer: 'acme', self: { runner: otherRunner, isAlive: () => true } };
      await ana.append([noted('k')]);
      await expect(foundToErase(erasing)).rejects.toThrow('The write k for acme is under way: process');
      await ana.append([ended('k', 'settled')]);
      await keepPlan(ana);
      await ana.append([begun('b')]);
      await ana.append([rowOf('b', 1, { customer: 'acme' })]);
      await expect(foundToErase(erasing)).rejects.toThrow('The batch b is under way');
    });

    test('a write or a batch that was begun after the look keeps its texts', async () => {
      const { ana, owner } = await clients();
      await ana.append([{ ...noted('old'), texts: { request: 'by hand' } }]);
      await ana.append([ended('old', 'settled')]);
      // The writes are of a process that runs.
      const erasing = { record: owner, customer: 'acme', self: { runner: otherRunner, isAlive: () => true } };
      const found = await foundToErase(erasing);
      await ana.append([{ ...noted('new'), texts: { request: 'by hand' } }]);
      await expect(eraseFound(found)).rejects.toThrow('The write new for acme is under way: process');
      expect((await ana.write('new'))?.texts.request).toBe('by hand');
      expect((await ana.write('old'))?.texts.request).toBe('by hand');
      await ana.append([ended('new', 'settled')]);
      const again = await foundToErase(erasing);
      await ana.append([noted('other', { customer: 'globex' })]);
      expect(await eraseFound(again)).toMatchObject({ writes: 2 });
      const plan = await keepRows(ana);
      const unbegun = await foundToErase({ ...erasing, customer: 'X1' });
      await ana.append([begun('b', { plan })]);
      await expect(eraseFound(unbegun)).rejects.toThrow('The batch b is under way');
      expect(Buffer.concat(await all(ana.plan(plan)))).toHaveLength(rowsOfTwo.length);
    });

    test('of two customers of one plan who are erased at once, none is in a plan any more', async () => {
      const { ana, owner } = await clients();
      const plan = await keepRows(ana);
      const [first, second] = [await toErase('X1', owner), await toErase('X2', owner)];
      expect(await eraseFound(first)).toMatchObject({ plans: 1 });
      expect(await eraseFound(second)).toMatchObject({ plans: 1 });
      expect(await ana.plans()).toEqual([plan]);
      const left = Buffer.concat(await all(ana.plan(plan, 'erased rows'))).toString();
      expect(left).toContain('"key":"b-1"');
      expect(left).not.toContain('of X');
      expect((await verifyRecord(ana)).fault).toBeUndefined();
    });

    test('pieces of a plan that is not whole yet are erased, and saving it fails then', async () => {
      const { ana, owner } = await clients();
      const bytes = Buffer.alloc(1024 * 1024 + 1, 'text');
      const plan = createHash('sha256').update(bytes).digest('hex');
      const saved = (meanwhile: () => Promise<unknown>) =>
        ana.savePlan(
          plan,
          (async function* () {
            yield bytes.subarray(0, -1);
            await meanwhile();
            yield bytes.subarray(-1);
          })(),
        );
      await expect(saved(() => owner.erase(['acme']))).rejects.toMatchObject({ kind: 'refused' });
      expect(await ana.plans()).toEqual([]);
      await saved(async () => {});
      expect(await ana.hasPlan(plan)).toBe(true);
    });

    test('who was created without an external id is erased by the id that was made', async () => {
      const { ana, owner } = await clients();
      const texts = { request: 'Ada', answer: 'Ada' };
      await ana.append([
        { ...noted('a', { customer: undefined }), texts: { request: texts.request } },
        { ...noted('b', { customer: undefined }), texts: { request: texts.request } },
      ]);
      for (const [key, entry] of [
        ['a', 'cus-1'],
        ['b', 'cus-2'],
      ] as const)
        await ana.append([{ ...ended(key, 'settled', { entry }), texts: { answer: texts.answer } }]);
      expect(await owner.erase(['id:cus-1'])).toBe(1);
      expect((await ana.write('a'))?.texts).toMatchObject({ request: null, answer: null });
      expect((await ana.write('b'))?.texts).toMatchObject(texts);
      expect((await verifyRecord(ana)).fault).toBeUndefined();
    });

    test('a failed attempt is erased for its customer alone, where its key went on for another one', async () => {
      const { ana, owner } = await clients();
      const attempt = (number: number, customer: string, after: number | null) => ({
        ...noted('k', { attempt: number, customer }),
        texts: { request: `for ${customer}` },
        after,
      });
      const refused = (number: number) => ({
        ...ended('k', 'refused', { attempt: number }),
        texts: { message: 'why' },
      });
      await ana.append([attempt(1, 'acme', null)]);
      await ana.append([refused(1)]);
      await ana.append([attempt(2, 'globex', 2)]);
      await ana.append([refused(2)]);
      await ana.append([attempt(3, 'initech', 4)]);
      const texts = async () =>
        (await ana.eventsOf('k')).map(({ texts: { request, message } }) => request ?? message ?? null);
      expect(await owner.erase(['acme'])).toBe(1);
      expect(await texts()).toEqual([null, null, 'for globex', 'why', 'for initech']);
      expect(await owner.erase(['initech'])).toBe(1);
      expect(await texts()).toEqual([null, null, 'for globex', 'why', null]);
      expect((await verifyRecord(ana)).fault).toBeUndefined();
    });

    test('the texts of a customer are emptied in every attempt, and the chain still holds', async () => {
      const { ana, owner } = await clients();
      const texts = { request: 'secret of acme', command: 'c', message: 'm' };
      await ana.append([
        { ...noted('a'), texts },
        { ...noted('b', { customer: 'globex' }), texts },
      ]);
      await ana.append([{ ...ended('a', 'refused'), texts: { answer: 'no', message: 'm' } }]);
      await ana.append([{ ...noted('a', { attempt: 2 }), texts, after: 3 }]);
      await ana.append([{ ...noted('c', { customer: 'id:cus-1' }), texts }]);
      expect(await owner.erase(['cus-1'])).toBe(1);
      expect((await ana.write('c'))?.texts.request).toBeNull();
      expect(await owner.erase(['acme'])).toBe(1);
      expect(await owner.erase(['nobody'])).toBe(0);
      expect(Object.values((await ana.write('a'))?.texts ?? {}).filter((text) => text !== null)).toEqual([]);
      const [first, second] = await ana.eventsOf('a');
      expect(first?.texts).toEqual({ request: null, command: null, message: null });
      expect(second?.texts).toEqual({ answer: null, message: null });
      expect(await ana.text(1, 'request')).toBeUndefined();
      expect((await ana.write('b'))?.texts.request).toBe('secret of acme');
      expect((await verifyRecord(ana)).fault).toBeUndefined();
      // What is written afterwards is kept, and must be there.
      await ana.append([
        { ...ended('a', 'settled', { attempt: 2 }), texts: { answer: 'yes' } },
        { fact: { kind: 'acknowledged', key: 'a', attempt: 2 } },
      ]);
      expect((await ana.write('a'))?.texts.answer).toBe('yes');
      expect((await verifyRecord(ana)).fault).toBeUndefined();
    });
  });
}
