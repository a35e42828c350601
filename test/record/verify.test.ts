// Whatever is changed in a record behind the program's back is found, table by table and column by column.
import { createHash } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase, text } from '../../src/database/driver.ts';
import { openSqliteRecord } from '../../src/record/sqlite/store.ts';
import { verifyRecord } from '../../src/record/verify.ts';
import { temporaryFolder } from '../sandbox/sandbox-at.ts';
import { freshHome } from '../support/run.ts';
import { acknowledged, begun, ended, grant, noted, rowOf, taken } from './facts.ts';
import { orb } from './store-suite.ts';

const open = (file: string) =>
  openSqliteRecord(file, { purpose: 'write', now: Date.now, process: { who: 'ana' } });

const plan = Buffer.from('{"row":1}\n'.repeat(1000));
const sha256 = createHash('sha256').update(plan).digest('hex');
async function* planPieces() {
  yield plan;
}

/** A record with something in every table and every column; a test changes a copy of it. */
let original: string;

beforeAll(async () => {
  original = await richRecord();
});

async function richRecord(): Promise<string> {
  const file = `${freshHome()}/record.db`;
  const store = await open(file);
  const record = store.of(await store.addAccount(orb));
  const more = {
    named: true,
    api_key: 'h',
    approved_by: ['eve'],
    ledger_at: '2026-11-27T12:00:00.000Z',
  } as const;
  await record.savePlan(sha256, planPieces());
  await record.append([
    { ...grant('a', {}, more), texts: { request: 'r', command: 'c' } },
    grant('b', { amount: '7' }),
    noted('c', { undoes: 'a', to_follow: 1 }),
    { ...noted('e', { customer: 'erased' }), texts: { request: 'gone' } },
  ]);
  await record.append([begun('batch', { undo: true, plan: sha256, api_key: 'k', approved_by: ['eve'] })]);
  await record.append([rowOf('batch', 1), rowOf('batch', 2)]);
  const made = { status: 201, request_id: 'q', entry: 'n', block: 'o', amount: '100' } as const;
  await record.append([
    {
      ...ended('a', 'settled', { ...made, replayed: true, found: true }),
      texts: { answer: '{}', message: 'm' },
    },
    ended('b', 'refused'),
    taken('c'),
    ended('batch-1', 'settled'),
  ]);
  await record.append([
    acknowledged('a'),
    {
      fact: {
        kind: 'batch_ended',
        batch: 'batch',
        run: 1,
        succeeded: 1,
        failed: 0,
        unknown: 0,
        unprocessed: 1,
      },
    },
  ]);
  await record.append([
    { fact: { kind: 'policy_set', version: 1, sha256: 'f'.repeat(64) }, texts: { policy: 'p' } },
    { fact: { kind: 'accepted', seen_link: 1, seen_hash: 'x' } },
    { fact: { kind: 'approved', plan: sha256, principal: 'eve', key_fingerprint: 'SHA256:x' } },
  ]);
  await record.erase(['erased']);
  await record.append([{ ...noted('f', { customer: 'erased' }), texts: { request: 'after the erasure' } }]);
  expect((await verifyRecord(record)).fault).toBeUndefined();
  await store.close();
  return file;
}

/** What verifying says after a change by plain SQL to a copy of the record. */
async function faultAfter(change: (database: Database) => void): Promise<string | undefined> {
  const file = `${temporaryFolder()}/changed.db`;
  copyFileSync(original, file);
  const database = await openDatabase(file);
  try {
    change(database);
  } finally {
    database.close();
  }
  const store = await open(file);
  try {
    const [account] = await store.accounts();
    if (account === undefined) throw new Error('the account is gone');
    return (await verifyRecord(store.of(account))).fault?.message;
  } finally {
    await store.close();
  }
}

/** The tables that the chain covers, or that follow from it. */
const tables = ['events', 'links', 'texts', 'writes', 'runs', 'counters', 'plan_pieces'];
/** A lease may have been made longer, which nobody chains; the number of a plan's pieces shows in its bytes. */
const changedTo: Readonly<Record<string, string>> = { lease_until: 'lease_until - 1', bytes: "x'00'" };

test('a change of any column of any row is found', async () => {
  const reader = await openDatabase(original);
  const columns = tables.flatMap((table) =>
    reader
      .prepare('SELECT name, type FROM pragma_table_info(?)')
      .all(table)
      .map((row) => ({ table, column: text(row, 'name'), type: text(row, 'type') })),
  );
  reader.close();
  expect(columns.length).toBeGreaterThan(70);
  const missed: string[] = [];
  for (const { table, column, type } of columns) {
    const value =
      changedTo[column] ??
      { INTEGER: `coalesce(${column}, 0) + 1000`, TEXT: `coalesce(${column}, '') || '1'`, BLOB: "x'0102'" }[
        type
      ];
    // The account is where a row lies: moving one away leaves a gap.
    const change = `UPDATE ${table} SET ${column} = ${value} WHERE rowid_or_first`;
    const fault = await faultAfter((database) => {
      const key = { events: 'seq = 1', links: 'link = 1', texts: "seq = 1 AND name = 'request'" }[table];
      const first = {
        writes: "key = 'a'",
        runs: 'run = 1',
        counters: "sum = '100'",
        plan_pieces: 'piece = 0',
      }[table];
      database.exec(change.replace('rowid_or_first', key ?? first ?? '1'));
    });
    if (fault === undefined) missed.push(`${table}.${column}`);
  }
  expect(missed).toEqual([]);
});

test.each([
  ['an event left out', 'DELETE FROM events WHERE seq = 2'],
  ['a link left out', 'DELETE FROM links WHERE link = 2'],
  [
    'the last link and its events left out',
    'DELETE FROM links WHERE link = 8; DELETE FROM events WHERE link = 8',
  ],
  ['a text left out', "DELETE FROM texts WHERE name = 'answer'"],
  ['a text of another customer than the erased one', "DELETE FROM texts WHERE seq = 1 AND name = 'command'"],
  ['a text from after the erasure of its customer', "DELETE FROM texts WHERE name = 'request' AND seq > 5"],
  ['a text too many', "INSERT INTO texts VALUES (1, 2, 'request', x'00')"],
  ['a text after the last event', "INSERT INTO texts VALUES (1, 99, 'request', x'00')"],
  ['a write left out', "DELETE FROM writes WHERE key = 'b'"],
  ['a run left out', 'DELETE FROM runs'],
  ['a counter left out', 'DELETE FROM counters'],
  ['a counter too many', "INSERT INTO counters VALUES (1, '2026-01-01', 'USD', 'bob', '1')"],
  [
    'an event after the last link',
    'INSERT INTO events SELECT account, 99, 9, at, who, prev, body, hash FROM events WHERE seq = 1',
  ],
  ['a piece of a plan left out', 'DELETE FROM plan_pieces'],
  ['a plan left out', 'DELETE FROM plans'],
  [
    'a plan that is called erased',
    "UPDATE plan_pieces SET bytes = x'011f00e0ff7b2263726564697463746c5f706c616e5f657261736564223a747275657d0a'",
  ],
])('%s is found', async (_, sql) => {
  const fault = await faultAfter((database) => database.exec(sql));
  expect(fault).toEqual(expect.any(String));
});

test('a lease that was made longer is no fault', async () => {
  const fault = await faultAfter((database) =>
    database.exec(
      'UPDATE writes SET lease_until = lease_until + 5; UPDATE runs SET lease_until = lease_until + 5',
    ),
  );
  expect(fault).toBeUndefined();
});

test('what is added while a record is verified is left to the next time', async () => {
  const file = `${temporaryFolder()}/record.db`;
  copyFileSync(original, file);
  const [store, other] = [await open(file), await open(file)];
  const [account = { id: 0, ...orb }] = await store.accounts();
  const meanwhile = [
    [grant('late-1'), taken('c')],
    [ended('c', 'refused'), grant('late-2')],
  ];
  const busy = new Proxy(store.of(account), {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...values: unknown[]) => {
        // Somebody writes before the chain is read, and again before the table of writes is.
        const facts = name === 'links' || name === 'histories' ? meanwhile.shift() : undefined;
        if (facts !== undefined) void other.of(account).append(facts);
        return Reflect.apply(value, target, values);
      };
    },
  });
  expect((await verifyRecord(busy)).fault).toBeUndefined();
  expect(meanwhile).toEqual([]);
  expect((await verifyRecord(store.of(account))).fault).toBeUndefined();
  await store.close();
  await other.close();
});

test('what undid writes is looked up for many writes together', async () => {
  const store = await open(`${freshHome()}/record.db`);
  const record = store.of(await store.addAccount(orb));
  const keys = Array.from({ length: 20 }, (_, at) => `w${at}`);
  const undoings = keys.map((key) => noted(`undo-${key}`, { undoes: key }));
  await record.append([...keys.map((key) => noted(key)), ...undoings]);
  await record.append(keys.flatMap((key) => [ended(key, 'settled'), ended(`undo-${key}`, 'settled')]));
  let underWay = 0;
  let most = 0;
  const counting = new Proxy(record, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'write') return value.bind(target);
      return async (key: string) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise(setImmediate);
        underWay -= 1;
        return target.write(key);
      };
    },
  });
  expect((await verifyRecord(counting)).fault).toBeUndefined();
  // Each write that was undone, and each that undid one.
  expect(most).toBe(40);
  await store.close();
});
