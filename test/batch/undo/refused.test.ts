import { expect, test } from 'vitest';
import type { WireRequest } from '../../../src/wire/json.ts';
import { errorOf } from '../../support/command.ts';
import { balances, granted } from '../../support/granted.ts';
import { endOf, imported, stateOf, undo } from '../../support/imported.ts';
import type { RunOptions } from '../../support/run.ts';

/** Refuses each write for good of which `isRefused` says so. */
const refusing =
  (isRefused: (request: WireRequest) => boolean): NonNullable<RunOptions['between']> =>
  async (request, exchange) => {
    if (request.method !== 'POST' || !isRefused(request)) return exchange(request);
    const type = 'https://docs.withorb.com/reference/error-responses#400-constraint-violation';
    const body = JSON.stringify({
      type,
      status: 400,
      title: 'Validation Failed',
      detail: 'Account is on hold',
    });
    return { status: 400, headers: { 'content-type': 'application/json' }, body };
  };

const whichRows = 'See which rows: creditctl history list --batch b --not-undone --all --sandbox';

test('a write that the API refuses is reported with its reason, and no repeat is promised', async () => {
  const home = await imported('external_customer_id,amount\nacme,1\nacme,2\nglobex,3\nglobex,4\n');
  const result = await undo(home, {
    between: refusing(({ body = '' }) => /"amount":\s*"?[24]\b/.test(body)),
  });
  expect(result.code).toBe(9);
  expect(JSON.parse(result.stdout)).toMatchObject({
    rows: 4,
    taken_back: 2,
    not_taken_back: 2,
    writes: 2,
    reasons: [{ rows: 2, reason: expect.stringContaining('Account is on hold') }],
  });
  expect(errorOf(result)).toMatchObject({ code: 'partly-done', applied: 'yes', next: [whichRows] });
  expect(errorOf(result).message).toContain('Account is on hold');
  expect(endOf(home)).toMatchObject({ succeeded: 2, failed: 2, unknown: 0, unprocessed: 0 });
  expect(await stateOf(home)).toBe('partly_undone');
  const again = await undo(home);
  expect(again.code, again.stderr).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ taken_back: 4, writes: 2, already: 2 });
});

test('where every write is refused nothing was applied, and the reason is the ending', async () => {
  const home = await imported(
    'external_customer_id,type,amount\nacme,increment,9\nacme,decrement,1\nacme,decrement,2\n',
  );
  const result = await undo(home, { between: refusing(() => true) });
  expect(result.code).toBe(9);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 3, taken_back: 0, not_taken_back: 3, writes: 0 });
  expect(errorOf(result)).toMatchObject({ code: 'partly-done', applied: 'no', next: [whichRows] });
  expect(errorOf(result).message).toContain('Account is on hold');
});

test('a row of which one part was refused is not undone until that part is', async () => {
  const { home, block } = await granted('--amount 100 --expires 2027-06-30');
  await granted('--amount 50', home);
  await imported('external_customer_id,type,amount\nacme,decrement,130\n', home);
  const result = await undo(home, { between: refusing(({ body = '' }) => body.includes(block)) });
  expect(result.code, result.stderr).toBe(9);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 1, taken_back: 0, not_taken_back: 1, writes: 1 });
  expect(errorOf(result).message).toContain('Account is on hold');
  expect(Object.values(await balances(home)).sort()).toEqual([0, 50]);
  expect(await stateOf(home)).toBe('partly_undone');
  const again = await undo(home);
  expect(again.code, again.stderr).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ taken_back: 1, writes: 1, already: 1 });
  expect(Object.values(await balances(home)).sort()).toEqual([100, 50]);
  expect(await stateOf(home)).toBe('undone');
});
