// `sandbox status`: size, settings and integrity, and exit code 1 for a broken database.
import { expect, test } from 'vitest';
import { openDatabase } from '../../../src/database/driver.ts';
import { freshHome, run } from '../../support/run.ts';

test('a load, the clock and the faults are shown', async () => {
  const home = freshHome();
  const db = `${home}/load.db`;
  await run(['sandbox', 'seed', '--customers', '3', '--entries', '40', '--db', db], { home });
  await run(['sandbox', 'clock', 'advance', '2h', '--db', db], { home });
  await run(['sandbox', 'faults', 'set', 'latency=0.5', '--db', db], { home });
  const status = await run(['sandbox', 'status', '--db', db, '-o', 'json'], { home });
  expect(status.code).toBe(0);
  expect(JSON.parse(status.stdout)).toMatchObject({
    database: db,
    customers: 6,
    ledgers: 3,
    entries: 40,
    now: '2026-11-23T14:00:00+00:00',
    clock_ahead_seconds: 7200,
    faults: { latency: 0.5 },
    is_intact: true,
    problems: [],
  });
});

test('a broken database is shown, named and answered with exit code 1', async () => {
  const home = freshHome();
  const db = `${home}/broken.db`;
  await run(['ledger', 'add', 'acme', '--amount', '5', '--sandbox', '--db', db, '--yes'], { home });
  const database = await openDatabase(db);
  database.exec("UPDATE ledgers SET balance = '6'");
  database.close();
  const { code, stdout, stderr } = await run(['sandbox', 'status', '--db', db, '-o', 'json'], { home });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ is_intact: false });
  expect(JSON.parse(stderr).error).toMatchObject({
    code: 'check-failed',
    message: expect.stringContaining('acme, credits: the last entry ends at 5, but the ledger says 6'),
  });
});
