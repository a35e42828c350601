// What a row of a batch takes on the disk, with all indexes: what the documents promise to who makes room for a record.
import { mkdtempSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { NewFact } from '../../src/record/facts.ts';
import type { RecordStore } from '../../src/record/record.ts';
import { openSqliteRecord } from '../../src/record/sqlite/store.ts';
import { freshDatabase, hasPostgres } from '../support/postgres.ts';
import { begun, ended, rowOf } from './facts.ts';
import { openedAt } from './postgres/opened.ts';

const promised = 1536;
const rows = 8192;
const group = 512;

/** As long as those of the program: ids of Orb, a key of the batch's hash, and a customer's own id. */
const keyOf = (row: number): string => `3f2b8c1a9d7e4f60-${String(row).padStart(7, '0')}`;
const notedRow = (row: number): NewFact =>
  rowOf('b', row, {
    key: keyOf(row),
    customer: `customer-${row}`,
    reserves: { customer: `cus_${row % 997}`, currency: 'USD', day: '2026-11-27', amount: '12.5' },
  });
const endedRow = (row: number): NewFact =>
  ended(keyOf(row), 'settled', {
    ...{ status: 201, request_id: `req_${row}abcdefghijklm`, entry: `entry_${row}abcdefghijklmnop` },
    ...{ block: `block_${row}abcdefghijklmnop`, amount: '12.5' },
    ...{ starting_balance: '100', ending_balance: '112.5' },
  });

/** @param size of the record in bytes, once it is tidy */
async function bytesOfRow(store: RecordStore, size: () => Promise<number>): Promise<number> {
  const record = store.of(
    await store.addAccount({ origin: 'https://api.withorb.com', mode: 'live', ledger: null }),
  );
  await record.append([begun('b', { rows })]);
  const before = await size();
  for (let first = 1; first <= rows; first += group) {
    const places = Array.from({ length: group }, (_, place) => first + place);
    await record.append(places.map(notedRow));
    await record.append(places.map(endedRow));
    // What autovacuum frees in minutes is used again.
    if (first % (group * 4) === 1) await size();
  }
  expect(await record.countWrites({ batch: 'b' })).toEqual(new Map([['settled', rows]]));
  const grown = (await size()) - before;
  await store.close();
  return grown / rows;
}

test('a row takes no more than 1.5 KB on SQLite', async () => {
  const file = path.join(mkdtempSync(path.join(process.env.TMPDIR ?? os.tmpdir(), 'row-')), 'record.db');
  const store = await openSqliteRecord(file, { purpose: 'write', now: Date.now, process: { who: 'ana' } });
  const bytes = await bytesOfRow(store, async () => statSync(file).size);
  expect(bytes).toBeGreaterThan(300);
  expect(bytes).toBeLessThan(promised);
});

test.skipIf(!hasPostgres)('a row takes no more than 1.5 KB on PostgreSQL', async () => {
  const database = await freshDatabase();
  const bytes = await bytesOfRow(await openedAt(database.url('ana')), async () => {
    await database.sql('vacuum creditctl.write');
    const [found] = await database.sql<{ size: string }>(
      `select sum(pg_total_relation_size(oid))::text as size from pg_class
        where relnamespace = 'creditctl'::regnamespace and relkind = 'r'`,
    );
    return Number(found?.size);
  });
  expect(bytes).toBeGreaterThan(300);
  expect(bytes).toBeLessThan(promised);
});
