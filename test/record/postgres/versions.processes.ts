// What every store of the record promises, on each further version of PostgreSQL that is installed here.
import { afterAll, beforeAll, describe, test } from 'vitest';
import {
  addTemplate,
  clusterFolder,
  empty,
  freshDatabase,
  installedVersions,
  roles,
  startCluster,
  type TestDatabase,
} from '../../support/postgres.ts';
import { testReading } from '../reading-suite.ts';
import { type FreshRecord, testStore } from '../store-suite.ts';
import { openedAt } from './opened.ts';

const versions = installedVersions();

describe.each(versions)('$name', ({ name, programs }) => {
  const folder = clusterFolder();
  let database: TestDatabase;
  beforeAll(async () => {
    const cluster = await startCluster(folder.folder, [], programs);
    await addTemplate(cluster);
    database = await freshDatabase('template_record', cluster);
  });
  afterAll(folder.remove);

  async function fresh(): Promise<FreshRecord> {
    await empty(database);
    return { open: (who) => openedAt(database.url(who === 'owner' ? roles.owner : who)) };
  }
  testStore(name, fresh);
  testReading(name, fresh);
});

if (versions.length === 0)
  describe.skip('no other PostgreSQL is installed', () => test('every promise', () => {}));
