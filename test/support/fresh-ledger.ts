// A new embedded ledger for a test: its tables are made once and copied, because to make them takes ten times as long.
import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { shortId } from '../../src/sandbox/server/ids.ts';
import { insertSampleCustomers } from '../../src/sandbox/server/sample-customers.ts';
import { openStore } from '../../src/sandbox/store/open.ts';

let tables: Promise<string> | undefined;

async function makeTables(): Promise<string> {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'creditctl-tables-')), 'sandbox.db');
  const { database } = await openStore(file, () => {});
  // Closing alone leaves them in the log, for as long as a statement is not collected.
  database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  database.close();
  return file;
}

/** What `openSandbox` makes where there is no file yet, but for `created`. */
export async function freshSandbox(options: Parameters<typeof openSandbox>[0]): Promise<Sandbox> {
  tables ??= makeTables();
  mkdirSync(path.dirname(options.path), { recursive: true, mode: 0o700 });
  copyFileSync(await tables, options.path);
  const sandbox = await openSandbox(options);
  const freshId = () => shortId(options.randomBytes);
  sandbox.database.write(() => insertSampleCustomers(sandbox.database, { now: options.now(), freshId }));
  return sandbox;
}
