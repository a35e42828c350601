// `sandbox status`, `sandbox seed` and `sandbox reset` from the command line.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../src/sandbox/store/driver.ts';
import { freshHome, run } from '../../support/run.ts';

test('a load is added, told of, found intact, and erased', async () => {
  const home = freshHome();
  const db = `${home}/load.db`;
  const seed = await run(
    ['sandbox', 'seed', '--customers', '3', '--entries', '40', '--db', db, '-o', 'json'],
    { home },
  );
  expect(JSON.parse(seed.stdout)).toEqual({
    customers: 3,
    entries: 40,
    seed: 1,
    external_id_prefix: 'load-1-',
    seconds: 0,
  });
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
  const again = await run(['sandbox', 'seed', '--db', db], { home });
  expect(again.code).toBe(10);
  const reset = await run(['sandbox', 'reset', '--yes', '--db', db], { home });
  expect(reset).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining(`Erased ${db}`) });
  const empty = await run(['sandbox', 'status', '--db', db, '--json', 'customers,entries,faults'], { home });
  expect(JSON.parse(empty.stdout)).toEqual({ customers: 3, entries: 0, faults: null });
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

test('nothing is erased without consent', async () => {
  const home = freshHome();
  const db = `${home}/kept.db`;
  await run(['customers', 'list', '--sandbox', '--db', db], { home });
  const before = readFileSync(db);
  const alone = await run(['sandbox', 'reset', '--db', db], { home });
  expect(alone.code).toBe(10);
  const message = `Erase every customer, ledger and setting in ${db}?`;
  const declined = await run(['sandbox', 'reset', '--db', db], {
    home,
    terminal: 80,
    answers: [{ message, answer: false }],
  });
  expect(declined.code).toBe(10);
  expect(readFileSync(db).equals(before)).toBe(true);
  const agreed = await run(['sandbox', 'reset', '--db', db], {
    home,
    terminal: 80,
    answers: [{ message, answer: true }],
  });
  expect(agreed.code).toBe(0);
});

test('wrong counts are all named at once', async () => {
  const { code, stderr } = await run([
    'sandbox',
    'seed',
    '--customers',
    '0',
    '--entries',
    'many',
    '--seed',
    '-1',
  ]);
  expect(code).toBe(2);
  for (const flag of ['--customers', '--entries', '--seed']) expect(stderr).toContain(flag);
});
