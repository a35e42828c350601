import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../../src/database/driver.ts';
import { temporaryFolder } from '../sandbox-at.ts';

/** A ledger of every type of entry, hierarchies named from either side, and an invoice, dumped from a version 1 file. */
export async function versionOne(): Promise<string> {
  const path = join(temporaryFolder(), 'old.db');
  writeFileSync(path, '', { mode: 0o600 });
  const database = await openDatabase(path);
  database.prepare('PRAGMA journal_mode=WAL').get();
  database.exec(readFileSync(new URL('version-1.sql', import.meta.url), 'utf8'));
  database.close();
  return path;
}
