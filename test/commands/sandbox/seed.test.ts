// `sandbox seed`: a load is added once, and reported.
import { expect, test } from 'vitest';
import { freshHome, run } from '../../support/run.ts';

test('a load is added once and reported', async () => {
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
  // A customer of the user's whose id begins like those of a load is none of it.
  const own = ['--external-id', 'load-2-mine', '--name', 'Mine', '--email', 'mine@example.com'];
  const made = await run(['customers', 'create', ...own, '--sandbox', '--db', db, '--yes'], { home });
  expect(made.code, made.stderr).toBe(0);
  const other = await run(['sandbox', 'seed', '--seed', '2', '--customers', '1', '--db', db], { home });
  expect(other.code, other.stderr).toBe(0);
  const again = await run(['sandbox', 'seed', '--db', db], { home });
  expect(again.code).toBe(10);
  expect(again.stderr).toContain('already has the load of seed 1');
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
