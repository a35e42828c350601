// What every store of the record promises, on PostgreSQL.
import { describe, test } from 'vitest';
import { empty, freshDatabase, hasPostgres, roles, type TestDatabase } from '../../support/postgres.ts';
import { testReading } from '../reading-suite.ts';
import { type FreshRecord, testStore } from '../store-suite.ts';
import { openedAt } from './opened.ts';

let database: TestDatabase;

async function fresh(): Promise<FreshRecord> {
  database ??= await freshDatabase();
  // Faster than a database for each test.
  await empty(database);
  return { open: (who) => openedAt(database.url(who === 'owner' ? roles.owner : who)) };
}

if (hasPostgres) {
  testStore('PostgreSQL', fresh);
  testReading('PostgreSQL', fresh);
} else
  describe.skip('the programs of PostgreSQL are missing', () => test('every promise of a store', () => {}));
