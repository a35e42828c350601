// A write whose answer cannot be shown was applied all the same, and whether its line can be run again depends on its key.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, errorOf } from '../support/command.ts';
import { recordedIn } from '../support/recorded.ts';
import { freshHome } from '../support/run.ts';

const topUp = 'topups create acme --threshold 5 --amount 1 --cost-basis 0 --net-terms 0';

for (const [line, isSafe] of [
  ['ledger add acme --amount 5', false],
  ['ledger add acme --amount 5 --idempotency-key once', true],
  ['undo last', false],
  ['customers update acme --name Hooli', false],
  [`${topUp} --idempotency-key once`, true],
  ['api POST /customers -F name=A -F email=a@example.com --idempotency-key once', true],
  ['sandbox usage acme --amount 1 --idempotency-key once', true],
  ['ledger import FILE', true],
] as const)
  test(`"${line}" was applied, and can${isSafe ? '' : 'not'} be repeated, where stdout is full`, async () => {
    const home = freshHome();
    const file = path.join(home, 'grants.csv');
    writeFileSync(file, 'external_customer_id,amount\nacme,5\n');
    if (line === 'undo last') await creditctl('ledger add acme --amount 5 --sandbox --yes', { home });
    const words = `${line.replace('FILE', file)} --sandbox${line.includes('usage') ? '' : ' --yes'} -o json`;
    const failed = await creditctl(words, { home, fullStdout: true });
    expect(failed.code, failed.stderr).toBe(1);
    expect(errorOf(failed)).toMatchObject({ code: 'failure', applied: 'yes', retry_safe: isSafe });
    // The rows of a batch have a key each, and usage is not in the record.
    const lastKey = recordedIn(home).findLast(({ event }) => event === 'noted')?.key ?? 'once';
    expect(errorOf(failed).idempotency_key).toBe(line.includes('import') ? null : lastKey);
    if (!isSafe) return;
    const noted = (): number => recordedIn(home).filter(({ event }) => event === 'noted').length;
    const before = noted();
    const again = await creditctl(words, { home });
    expect(again.code, again.stderr).toBe(0);
    expect(noted()).toBe(before);
  });

test.each([
  ['clock advance 1d', false],
  ['clock set 2027-01-31', true],
  ['faults set latency=0', true],
  ['units add tokens', true],
  ['prices add call --credits 1', true],
  ['webhooks add http://127.0.0.1:4011/hook', true],
  ['seed --customers 1 --entries 1', true],
])('"sandbox %s" was applied where stdout is full', async (line, isSafe) => {
  const failed = await creditctl(`sandbox ${line} -o json`, { fullStdout: true });
  expect(failed.code, failed.stderr).toBe(1);
  expect(errorOf(failed)).toMatchObject({ code: 'failure', applied: 'yes', retry_safe: isSafe });
});
