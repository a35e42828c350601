import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { creditctl, expectUsage } from '../support/command.ts';
import { freshHome } from '../support/run.ts';

test.each([
  'balance acme --sandbox',
  'ledger add acme --amount 5 --sandbox --dry-run',
  'sandbox status',
  'sandbox clock show',
  'sandbox units list',
  'sandbox faults show',
  'sandbox webhooks log',
  'sandbox webhooks remove http://127.0.0.1:4011/',
  'sandbox prices list',
  'sandbox prices remove call',
])('%s creates no database that --db names, for the name may be mistyped', async (line) => {
  const home = freshHome();
  expectUsage(await creditctl(`${line} --db ${home}/typo.db`, { home }), [
    '--db names a database that does not',
  ]);
  expect(existsSync(`${home}/typo.db`)).toBe(false);
});

test('a write creates the database that --db names, and a read the usual one', async () => {
  const home = freshHome();
  const line = `ledger add acme --amount 5 --sandbox --yes --db ${home}/own.db`;
  expect((await creditctl(line, { home })).code).toBe(0);
  expect((await creditctl(`balance acme --sandbox --db ${home}/own.db`, { home })).code).toBe(0);
  expect((await creditctl('balance acme --sandbox', { home })).code).toBe(0);
});
