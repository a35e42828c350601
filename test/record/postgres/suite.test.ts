// What every store of the record promises, on PostgreSQL.
import { afterAll, describe, test } from 'vitest';
import type { RecordStore } from '../../../src/record/record.ts';
import { empty, freshDatabase, hasPostgres, roles, type TestDatabase } from '../../support/postgres.ts';
import { testReading } from '../reading-suite.ts';
import { type FreshRecord, testStore } from '../store-suite.ts';
import { openedAt } from './opened.ts';

let database: TestDatabase;

/** By role. A store keeps nothing of a record but its identity, and a server process for each test took most of the time. */
const opened = new Map<string, RecordStore>();
afterAll(async () => {
  await Promise.all([...opened.values()].map((store) => store.close()));
});

async function fresh(): Promise<FreshRecord> {
  database ??= await freshDatabase();
  // Faster than a database for each test.
  await empty(database);
  return {
    open: async (who) => {
      const role = who === 'owner' ? roles.owner : who;
      const store = opened.get(role) ?? (await openedAt(database.url(role)));
      opened.set(role, store);
      return staysOpen(store);
    },
  };
}

const staysOpen = (store: RecordStore): RecordStore =>
  new Proxy(store, {
    get: (_, name: keyof RecordStore) => {
      if (name === 'close') return async () => {};
      const member = store[name];
      return typeof member === 'function' ? member.bind(store) : member;
    },
  });

if (hasPostgres) {
  testStore('PostgreSQL', fresh);
  testReading('PostgreSQL', fresh);
} else
  describe.skip('the programs of PostgreSQL are missing', () => test('every promise of a store', () => {}));
