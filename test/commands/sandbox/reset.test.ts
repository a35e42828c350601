// `sandbox reset`: everything is erased, with consent.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freshHome, run } from '../../support/run.ts';

test('a load and the settings are erased, and the sample customers are there again', async () => {
  const home = freshHome();
  const db = `${home}/load.db`;
  await run(['sandbox', 'seed', '--customers', '3', '--entries', '40', '--db', db], { home });
  await run(['sandbox', 'faults', 'set', 'latency=0.5', '--db', db], { home });
  const reset = await run(['sandbox', 'reset', '--yes', '--db', db], { home });
  expect(reset).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining(`Erased ${db}`) });
  const empty = await run(['sandbox', 'status', '--db', db, '--json', 'customers,entries,faults'], { home });
  expect(JSON.parse(empty.stdout)).toEqual({ customers: 3, entries: 0, faults: null });
});

test('nothing is erased without consent', async () => {
  const home = freshHome();
  const db = `${home}/kept.db`;
  await run(['sandbox', 'clock', 'real', '--db', db], { home });
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

test('formats, fields and columns are refused before anything is erased', async () => {
  const home = freshHome();
  const db = `${home}/kept.db`;
  await run(['sandbox', 'clock', 'real', '--db', db], { home });
  const before = readFileSync(db);
  for (const words of [
    ['-o', 'xml'],
    ['--json', 'a'],
    ['--columns', 'a'],
  ])
    expect((await run(['sandbox', 'reset', '--yes', '--db', db, ...words], { home })).code).toBe(2);
  expect(readFileSync(db).equals(before)).toBe(true);
});
