// What every store of the record promises, on PostgreSQL.
import { describe, test } from 'vitest';
import { empty, freshDatabase, hasPostgres, roles, type TestDatabase } from '../../support/postgres.ts';
import { testStore } from '../store-suite.ts';
import { openedAt } from './opened.ts';

let database: TestDatabase;

if (hasPostgres)
  testStore('PostgreSQL', async () => {
    database ??= await freshDatabase();
    // Faster than a database for each test.
    await empty(database);
    return { open: (who) => openedAt(database.url(who === 'owner' ? roles.owner : who)) };
  });
else
  describe.skip('the programs of PostgreSQL are missing', () => test('every promise of a store', () => {}));
