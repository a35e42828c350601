import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { creditctl, csvOf } from '../../support/command.ts';
import { recordFile } from '../../support/recorded.ts';
import { freshHome } from '../../support/run.ts';

const grant = 'ledger add acme --amount 1 --sandbox --yes';

test('an account is listed with its writes, its head and what this machine saw', async () => {
  const { home } = await creditctl(grant);
  const { code, stdout, stderr } = await creditctl('record status --sandbox -o json', { home });
  expect(code).toBe(0);
  const [row, ...others] = JSON.parse(stdout) as Record<string, unknown>[];
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    account: 1,
    origin: 'sandbox',
    mode: 'sandbox',
    writes: 1,
    open: 0,
    holds_seen: true,
  });
  expect(row?.link).toBe(row?.seen_link);
  expect(stderr).toContain('record.db');
});

test('before the first write there is nothing to list, and nothing is made', async () => {
  const home = freshHome();
  const { code, stdout } = await creditctl('record status --sandbox -o csv', { home });
  expect([code, csvOf(stdout)]).toEqual([0, []]);
  expect(existsSync(recordFile(home))).toBe(false);
});

test('a restored record has lost writes: exit 1, and it says which links', async () => {
  const { home } = await creditctl(grant);
  const copy = `${recordFile(home)}.backup`;
  copyFileSync(recordFile(home), copy);
  await creditctl(grant, { home });
  copyFileSync(copy, recordFile(home));
  const { code, stdout } = await creditctl('record status --sandbox -o json', { home });
  expect(code).toBe(1);
  const [row] = JSON.parse(stdout) as Record<string, number>[];
  expect(row?.holds_seen).toBe(false);
  expect(row?.seen_link).toBeGreaterThan(row?.link ?? 0);
});

test('doctor fails for a record that has lost writes, as those are refused', async () => {
  const { home } = await creditctl('ledger add acme --amount 1 --sandbox --yes');
  const copy = `${recordFile(home)}.backup`;
  copyFileSync(recordFile(home), copy);
  await creditctl('ledger add acme --amount 2 --sandbox --yes', { home });
  copyFileSync(copy, recordFile(home));
  const { code, stdout } = await creditctl('doctor --sandbox -o json', { home });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toContainEqual(
    expect.objectContaining({
      check: 'record',
      status: 'failed',
      found: expect.stringContaining('has lost writes'),
    }),
  );
});

test('a record that was removed is noticed', async () => {
  const { home } = await creditctl(grant);
  rmSync(recordFile(home));
  await creditctl(grant, { home });
  expect((await creditctl('record status --sandbox', { home })).code).toBe(1);
});
