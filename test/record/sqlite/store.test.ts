// The record in a SQLite file keeps what every store promises.
import { openSqliteRecord } from '../../../src/record/sqlite/store.ts';
import { temporaryFolder } from '../../sandbox/sandbox-at.ts';
import { testReading } from '../reading-suite.ts';
import { type FreshRecord, testStore } from '../store-suite.ts';

async function fresh(): Promise<FreshRecord> {
  const file = `${temporaryFolder()}/state/record.db`;
  return { open: (who) => openSqliteRecord(file, { purpose: 'write', now: Date.now, process: { who } }) };
}

testStore('SQLite', fresh);
testReading('SQLite', fresh);
