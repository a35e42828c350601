// Whoever owns the database can change it, and verifying finds every change; persons share caps without a gap.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccountRecord, RecordStore } from '../../../src/record/record.ts';
import { verifyRecord } from '../../../src/record/verify.ts';
import { empty, freshDatabase, hasPostgres, type TestDatabase } from '../../support/postgres.ts';
import { ended, noted, opened } from './opened.ts';

let database: TestDatabase;
let stores: RecordStore[] = [];
beforeAll(async () => {
  if (hasPostgres) database = await freshDatabase();
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  stores = [];
});

async function person(role: string): Promise<AccountRecord> {
  const { store, record } = await opened(database, role);
  stores.push(store);
  return record;
}

const reserves = { customer: 'cus', currency: 'USD', day: '2026-11-27', amount: '100' };

const changes: Readonly<Record<string, string>> = {
  'what an event says': `update creditctl.event set body = replace(body, '"100"', '"900"') where seq = 1`,
  'who an event names': `update creditctl.event set who = 'bob' where seq = 1`,
  'when an event was': `update creditctl.link set at = at - interval '1 hour' where link = 2`,
  'what came before an event': `update creditctl.event set prev = 0 where seq = 2`,
  'an event that goes': 'delete from creditctl.event where seq = 3',
  'the last link that goes': `delete from creditctl.link where link = 3; delete from creditctl.event where link = 3;
    update creditctl.account set link = 2, seq = 3, hash = (select encode(hash, 'hex') from creditctl.link where link = 2)`,
  'a link that goes': 'delete from creditctl.link where link = 2',
  'a link': `update creditctl.link set hash = sha256('x') where link = 2`,
  'a text': `update creditctl.fact_text set content = 'other' where name = 'request' and seq = 1`,
  'how a write stands': `update creditctl.write set state = 'refused' where key = 'k1'`,
  'what a write made': `update creditctl.write set entry = 'another' where key = 'k1'`,
  'a write that was undone': `update creditctl.write set undone_by = null where key = 'k1'`,
  'a write whose undo has no outcome': `update creditctl.write set undone_by = 'k3' where key = 'k2'`,
  'a write that goes': `delete from creditctl.write where key = 'k1'`,
  "a person's counter": `update creditctl.counter set total = 1 where scope = 'person'`,
  "a customer's counter": `update creditctl.counter set total = 1 where scope = 'customer'`,
  "a customer's counter that goes": `delete from creditctl.counter where scope = 'customer'`,
  "a team's counter": `update creditctl.counter set total = 1 where scope = 'team'`,
  'whose credits a write reserves': `update creditctl.write set reserve_customer = 'other' where key = 'k1'`,
  'which event ended a write': `update creditctl.write set ended_seq = 5 where key = 'k1'`,
  'which run noted a write': `update creditctl.write set noted_run = 1 where key = 'k1'`,
};

for (const [what, statement] of Object.entries(changes))
  test.skipIf(!hasPostgres)(`verifying finds a change of ${what}`, async () => {
    await empty(database);
    const record = await person('ana');
    await record.append([noted('k1', { reserves })]);
    await record.append([ended('k1'), noted('k2', { undoes: 'k1', to_follow: 0 })]);
    await record.append([ended('k2'), noted('k3', { undoes: 'k2', to_follow: 0 })]);
    expect((await verifyRecord(record)).fault).toBeUndefined();
    await database.sql(statement);
    expect((await verifyRecord(record)).fault).toBeDefined();
  });

test.skipIf(!hasPostgres)('sixty grants of two persons at once share a cap: ten pass', async () => {
  await empty(database);
  // The first one adds the account that all of them write to.
  const first = await person('ana');
  const people = [first, ...(await Promise.all(['bob', 'ana', 'bob', 'ana', 'bob'].map(person)))];
  const scope = { scope: 'customer', customer: 'cus', currency: 'USD', day: '2026-11-27' } as const;
  const caps = [{ ...scope, limit: '1000', elsewhere: '0', name: 'customer_day_cap' }];
  const ends = await Promise.all(
    Array.from({ length: 60 }, (_, place) =>
      people[place % people.length]?.append([noted(`g${place}`, { reserves })], { caps }),
    ),
  );
  expect(ends.filter((end) => end?.kind === 'appended')).toHaveLength(10);
  expect(ends.filter((end) => end?.kind === 'over')).toHaveLength(50);
  expect(await first.reserved(scope)).toBe('1000');
});
