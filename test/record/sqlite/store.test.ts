// The record in a SQLite file keeps what every store promises.
import { openSqliteRecord } from '../../../src/record/sqlite/store.ts';
import { temporaryFolder } from '../../sandbox/sandbox-at.ts';
import { testStore } from '../store-suite.ts';

testStore('SQLite', async () => {
  const file = `${temporaryFolder()}/state/record.db`;
  return {
    open: (who) => openSqliteRecord(file, { purpose: 'write', now: Date.now, process: { who } }),
  };
});
