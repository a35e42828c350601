// What a write asks of the record takes no longer as the record grows: no statement goes through all rows of a table.
import { expect, onTestFinished, test } from 'vitest';
import { type Database, text } from '../../../src/database/driver.ts';
import type { WriteFilter } from '../../../src/record/record.ts';
import { SqliteAccountRecord } from '../../../src/record/sqlite/account-record.ts';
import { openRecordFile } from '../../../src/record/sqlite/open.ts';
import { temporaryFolder } from '../../sandbox/sandbox-at.ts';
import { begun, ended, grant, noted, rowOf, runner } from '../facts.ts';
import { orb } from '../store-suite.ts';

/** A record on a database that keeps the text of each statement. */
async function watchedRecord() {
  const file = `${temporaryFolder()}/record.db`;
  const database = await openRecordFile({ file, isToRead: false, fill: () => undefined });
  onTestFinished(() => database.close());
  const asked = new Set<string>();
  const watched = {
    ...database,
    prepare: (sql: string) => {
      asked.add(sql);
      return database.prepare(sql);
    },
  };
  const record = new SqliteAccountRecord(watched, { id: 1, ...orb }, { who: 'ana', now: Date.now });
  const planOf = (sql: string): readonly string[] =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((row) => text(row, 'detail'));
  return { record, asked, planOf, database };
}

/** A table that grows with each write is gone through, if only until the first row that is wanted. */
const isWalk = (step: string): boolean =>
  /^SCAN (w|u|t|e|writes|texts|events)\b/.test(step) ||
  /^SEARCH (w|u|t|e|writes|texts|events) USING (PRIMARY KEY|.*INDEX writes_\w+) \(account=\?( AND <expr>=\?)?\)/.test(
    step,
  );

test('no statement of a write or of a batch goes through a table', async () => {
  const { record, asked, planOf } = await watchedRecord();
  const cap = { scope: 'customer', customer: 'c', currency: 'USD', day: '2026-11-27' } as const;
  const caps = [{ ...cap, limit: '100', elsewhere: '0', name: 'cap' }];
  await record.append([begun('b'), rowOf('b', 1)]);
  await record.append([{ ...grant('k'), texts: { request: '{}' } }], { caps });
  await record.append([ended('k', 'refused'), { fact: noted('k', { attempt: 2 }).fact }]);
  await record.append([ended('b-1', 'settled')]);
  await record.extendLease({ runner, batch: 'b', keys: ['k'] }, 1000);
  await record.policy();
  await record.lostSpan();
  await record.age();
  await record.equalWrites('print of k');
  await record.write('k');
  await record.eventsOf('k');
  await record.writesNaming('entry');
  await record.writesBeginning('k', 5);
  await record.keyStates(['k']);
  await record.reserved(cap);
  await record.text(1, 'request');
  expect(asked.size).toBeGreaterThan(25);
  const walks = [...asked].filter((sql) => planOf(sql).some(isWalk));
  expect(walks).toEqual([]);
});

test('a list of writes comes in the order of its index, so that its first page takes as long as it is', async () => {
  const { record, asked, planOf } = await watchedRecord();
  const reserves = { customer: 'X1', currency: 'USD', day: '2026-11-27', amount: '1' };
  await record.append([begun('b')]);
  await record.append(Array.from({ length: 51 }, (_, row) => rowOf('b', row, { customer: 'c', reserves })));
  const filters = [{}, { customer: 'c' }, { holder: 'X1' }, { batch: 'b' }, { who: 'ana' }];
  asked.clear();
  for (const filter of filters) for await (const _ of record.writes({ ...filter, withRows: true }));
  const lists = [...asked].filter((sql) => sql.includes('ORDER BY w.') && sql.endsWith('LIMIT ?'));
  expect(lists).toHaveLength(2 * filters.length);
  const steps = (sql: string): readonly string[] => planOf(sql).filter((step) => /B-TREE|^SCAN/.test(step));
  expect(lists.filter((sql) => steps(sql).length > 0)).toEqual([]);
});

/** The next event gets a number of a later part of the record. */
const beginPart = (database: Database, part: number): void =>
  database.exec(`UPDATE links SET last = ${part * 32_768} WHERE link = (SELECT max(link) FROM links)`);

test('writes are found in each part of the record, the newest first', async () => {
  const { record, database } = await watchedRecord();
  const reserves = { customer: 'X1', currency: 'USD', day: '2026-11-27', amount: '1.5' };
  const keys: string[] = [];
  for (const part of [0, 1, 3]) {
    if (part > 0) beginPart(database, part);
    const [one, other] = [`${part}-a`, `${part}-b`];
    await record.append([one, other].map((key) => noted(key, { customer: 'c', reserves })));
    await record.append([ended(one, 'settled', { entry: `entry-${part}-x`, request_id: `request-${part}` })]);
    keys.unshift(other, one);
  }
  const found = async (filter: WriteFilter) => {
    const listed: string[] = [];
    for await (const { key } of record.writes(filter)) listed.push(key);
    return listed;
  };
  expect(await found({ customer: 'c' })).toEqual(keys);
  expect((await found({ holder: 'X1' })).toSorted()).toEqual(keys.toSorted());
  expect(await found({ customer: 'c', states: ['settled'] })).toEqual(['3-a', '1-a', '0-a']);
  expect(await found({ customer: 'another' })).toEqual([]);
  expect(await record.countWrites({ customer: 'c' })).toEqual(
    new Map([
      ['noted', 3],
      ['settled', 3],
    ]),
  );
  expect(await record.reserved({ scope: 'customer', ...reserves })).toBe('9');
  for (const part of [0, 1, 3]) {
    const byEntry = await record.writesNaming(`entry-${part}-x`);
    const byRequest = await record.writesNaming(`request-${part}`);
    expect([...byEntry, ...byRequest].map(({ key }) => key)).toEqual([`${part}-a`, `${part}-a`]);
  }
});
