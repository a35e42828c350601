import path from 'node:path';
import { expect, test } from 'vitest';
import { CreditctlError } from '../../../src/errors.ts';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, errorOf, notesOf, posts } from '../../support/command.ts';
import { forget } from '../../support/forgotten.ts';
import { available, balances, granted } from '../../support/granted.ts';
import { imported } from '../../support/imported.ts';
import type { RunResult } from '../../support/run.ts';

const undo = (home: string, more = '--yes'): Promise<RunResult> =>
  creditctl(`batch undo b --sandbox ${more}`, { home });

const whichRows = 'See which rows: creditctl history list --batch b --not-undone --all --sandbox';

/** The rows that the printed command lists. */
async function leftRows(home: string): Promise<readonly unknown[]> {
  const { stdout } = await creditctl(`${whichRows.split(': creditctl ')[1]} --json row`, { home });
  return (JSON.parse(stdout) as { row: unknown }[]).map(({ row }) => row);
}

const grants = 'external_customer_id,amount\nacme,5\nglobex,7\nacme,5\n';

test('grants are voided, shown first, and running it again does nothing', async () => {
  const home = await imported(grants);
  expect(await available(home)).toBe(10);
  const dry = await undo(home, '--dry-run -o json');
  expect(dry.code, dry.stderr).toBe(0);
  expect(posts(dry)).toEqual([]);
  expect(notesOf(dry)).toContainEqual({ dry_run: true });
  expect(JSON.parse(dry.stdout)).toMatchObject({ rows: 3, writes: 3, credits: [{ voided: 17 }] });
  const result = await undo(home, '--yes -o json');
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({
    rows: 3,
    taken_back: 3,
    not_taken_back: 0,
    writes: 3,
    already: 0,
  });
  expect(await available(home)).toBe(0);
  const again = await undo(home, '--yes -o json');
  expect(again.code, again.stderr).toBe(0);
  expect(posts(again)).toEqual([]);
  expect(JSON.parse(again.stdout)).toMatchObject({ taken_back: 3, writes: 0, already: 3 });
});

test('an undo ends with one line of what it took back, and a second one says that nothing was sent', async () => {
  const home = await imported(grants);
  expect((await undo(home, '--dry-run')).stderr).not.toContain('took back');
  expect((await undo(home)).stderr).toMatch(/\n✓ Batch \S+: took back 3 rows \(voided 17 credits\)\n$/);
  const again = await undo(home);
  expect(again.stderr).toMatch(/\nAlready undone: 3 rows; nothing was sent\n$/);
  expect(again.stderr).not.toContain('✓');
});

test('an undo that finishes another one counts only its own credits as moved', async () => {
  const home = await imported(grants);
  const { stdout } = await creditctl('history list --batch b --sandbox --json row,key', { home });
  const rows = JSON.parse(stdout) as { row: number | null; key: string }[];
  await creditctl(`undo ${rows.find(({ row }) => row === 2)?.key} --sandbox --yes`, { home });
  const { code, stderr } = await undo(home);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/\n✓ Batch b: 3 rows are taken back by now; this run voided 10 credits\n$/);
});

test('deductions that drew on one block are given back one after the other', async () => {
  const { home } = await granted('--amount 100');
  await imported('external_customer_id,type,amount\nacme,decrement,30\nacme,decrement,20\n', home);
  expect(await available(home)).toBe(50);
  const result = await undo(home);
  expect(result.code, result.stderr).toBe(0);
  expect(await available(home)).toBe(100);
});

test('what was used since cannot be taken back: it is counted, and the exit code is 9', async () => {
  const home = await imported('external_customer_id,amount\nacme,5\nglobex,7\n');
  await creditctl('ledger add acme --type decrement --amount 2 --sandbox --yes', { home });
  const result = await undo(home, '--yes -o json');
  expect(result.code).toBe(9);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 2, taken_back: 1, not_taken_back: 1, writes: 2 });
  expect(errorOf(result)).toMatchObject({ code: 'partly-done', applied: 'yes', next: [whichRows] });
  expect(errorOf(result).message).toContain('2 of the 5 credits were used');
  expect(await available(home)).toBe(0);
  expect(await leftRows(home)).toEqual([1]);
  // What was used stays used, however often it is asked for.
  const again = await undo(home, '--yes -o json');
  expect(again.code).toBe(9);
  expect(JSON.parse(again.stdout)).toMatchObject({ taken_back: 1, not_taken_back: 1, writes: 0, already: 2 });
});

test('a grant whose block was deleted since is left, and the reason names what the ledger lacks', async () => {
  const home = await imported('external_customer_id,amount\nacme,5\nglobex,7\n');
  const { stdout } = await creditctl('blocks list globex --sandbox --json id', { home });
  const [{ id = '' } = {}] = JSON.parse(stdout) as { id: string }[];
  await creditctl(`blocks delete ${id} --confirm ${id} --sandbox --yes`, { home });
  const result = await undo(home, '--yes -o json');
  expect(result.code).toBe(9);
  expect(errorOf(result).message).toContain(
    '1 row: The ledger has no entry of this write (entries are deleted with their block), so there',
  );
  expect(await leftRows(home)).toEqual([2]);
});

test('a grant counts as taken back although its invoice stays, and the preview says so', async () => {
  const rows = 'acme,5,0.20,30\nacme,7,,\n';
  const home = await imported(`external_customer_id,amount,cost-basis,invoice-net-terms\n${rows}`);
  const stays =
    'Not undone for 1 row: The invoice that the grant raised stays. To see it: creditctl blocks invoices <block>; ' +
    'to void it: creditctl invoices void <invoice>';
  const preview = await undo(home, '--dry-run -o json');
  expect(JSON.parse(preview.stdout)).toMatchObject({ not_taken_back: 0, writes: 2, reasons: [] });
  expect(preview.stderr).toContain(JSON.stringify({ note: stays }));
  const result = await undo(home);
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain(stays);
  expect(result.stderr).not.toContain('cannot be taken back');
  // Nothing is left to look up: the row is complete.
  expect((await undo(home)).requests.filter(({ path }) => path.endsWith('/ledger'))).toEqual([]);
});

test('it needs a yes, and a batch', async () => {
  const home = await imported(grants);
  const silent = await undo(home, '');
  expect(silent.code).toBe(10);
  expect(silent.requests).toEqual([]);
  const no = await creditctl('batch undo --sandbox', {
    home,
    terminal: 100,
    answers: [{ message: 'Undo batch b with 3 writes?', answer: false }],
  });
  expect(no.code).toBe(10);
  expect(posts(no)).toEqual([]);
  expect((await creditctl('batch undo --sandbox --yes')).code).toBe(4);
});

test('above the limit the number that was planned is given, though fewer rows are left to take back', async () => {
  const home = await imported('external_customer_id,amount\nacme,5\nacme,6\nglobex,2\n');
  const { stdout } = await creditctl('ledger list globex --sandbox -o json', { home });
  const [{ id = '' } = {}] = JSON.parse(stdout) as { readonly id?: string }[];
  expect((await creditctl(`undo ${id} --sandbox --yes`, { home })).code).toBe(0);
  await creditctl('config set kind sandbox --profile sandbox', { home });
  await creditctl('config set policy.batch_confirm_rows 1 --profile sandbox', { home });
  expect((await undo(home, '--yes --confirm 2')).code).toBe(10);
  expect((await undo(home, '--yes --confirm 3 -o json')).code).toBe(0);
  expect(await available(home)).toBe(0);
});

test('every file that went through under one name is taken back, each row once', async () => {
  const home = await imported(grants);
  await imported('external_customer_id,amount\nacme,5\nglobex,2\n', home);
  expect(await available(home)).toBe(10);
  const result = await undo(home, '--yes -o json');
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ rows: 4, taken_back: 4, writes: 4 });
  expect(await available(home)).toBe(0);
  const globex = await creditctl('balance globex --sandbox --json available', { home });
  expect(JSON.parse(globex.stdout)).toMatchObject({ available: 0 });
});

test('grants that the batch itself used are taken back after their use, and count as taken back', async () => {
  const home = await imported('external_customer_id,type,amount\nacme,increment,9\nacme,decrement,9\n');
  const both = { writes: 2, not_taken_back: 0, already: 0, credits: [{ voided: 9, given_back: 9 }] };
  // The one is foreseen where the other is shown.
  expect(JSON.parse((await undo(home, '--dry-run -o json')).stdout)).toMatchObject(both);
  const result = await undo(home, '--yes -o json');
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ ...both, taken_back: 2 });
  expect(await available(home)).toBe(0);
});

test('what a row left behind that was taken back before its credits were given back is counted as still there', async () => {
  const home = await imported('external_customer_id,type,amount\nacme,increment,50\nacme,decrement,10\n');
  const list = await creditctl('ledger list acme --type increment --sandbox -o json', { home });
  const [{ id = '' } = {}] = JSON.parse(list.stdout) as { readonly id?: string }[];
  expect((await creditctl(`undo ${id} --sandbox --yes`, { home })).code).toBe(0);
  const result = await undo(home, '--yes -o json');
  expect(result.code).toBe(9);
  expect(errorOf(result).message).toContain('10 of the 50 credits');
  expect(JSON.parse(result.stdout)).toMatchObject({
    taken_back: 1,
    not_taken_back: 1,
    writes: 1,
    already: 1,
  });
  expect(await available(home)).toBe(10);
});

test('rows of all five types: what is shown is what is done, and all is as it was', async () => {
  const { home, block } = await granted('--amount 100 --expires 2027-06-01');
  const kept = await granted('--amount 40', home);
  const before = await balances(home);
  const header = 'external_customer_id,type,amount,block,target-expires\n';
  const rows = [
    'acme,decrement,30,,',
    `acme,amendment,10,${block},`,
    'acme,increment,7,,',
    `acme,expiration_change,20,${block},2027-08-01`,
    `acme,void,5,${kept.block},`,
    'acme,decrement,3,,',
  ];
  await imported(`${header}${rows.join('\n')}\n`, home);
  const shown = JSON.parse((await undo(home, '--dry-run -o json')).stdout) as object;
  const result = await undo(home, '--yes -o json');
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ ...shown, taken_back: 6 });
  expect(shown).toMatchObject({ rows: 6, writes: 6, not_taken_back: 0 });
  expect(await available(home)).toBe(Object.values(before).reduce((sum, each) => sum + each, 0));
});

/** More of acme than a page of the API holds. */
const many = Array.from({ length: 110 }, (_, row) => `acme,${row + 1}\n${row % 5 === 0 ? 'globex,1\n' : ''}`);

/** Extends by 30 days what expires within the next months, as batch `b`. */
async function extended(home: string): Promise<void> {
  const plan = path.join(home, 'b.plan');
  const select = `batch select --expiring-before 2027-02-28 --extend +30d --batch-id b --out ${plan} --sandbox`;
  for (const line of [select, `batch apply ${plan} --sandbox --yes`])
    expect((await creditctl(line, { home })).code).toBe(0);
}

test('equal blocks that a batch extended are moved back, each once', async () => {
  const { home } = await granted('--amount 100 --expires 2027-01-31');
  await creditctl('ledger add acme --amount 100 --expires 2027-01-31 --sandbox --yes', { home });
  await extended(home);
  const result = await undo(home, '--yes -o json');
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ taken_back: 2, writes: 2, reasons: [] });
  const { stdout } = await creditctl('blocks list acme --sandbox --json balance,expiry_date', { home });
  const block = { balance: 100, expiry_date: '2027-01-31T08:00:00+00:00' };
  expect(JSON.parse(stdout)).toEqual([block, block]);
  const again = await undo(home, '--yes -o json');
  expect(posts(again)).toEqual([]);
  expect(JSON.parse(again.stdout)).toMatchObject({ taken_back: 2, writes: 0, already: 2 });
});

test('of an extended block, what was used since is reported as not taken back, before and after', async () => {
  const { home } = await granted('--amount 100 --expires 2027-01-31');
  await extended(home);
  await creditctl('ledger add acme --type decrement --amount 40 --sandbox --yes', { home });
  const missing = {
    taken_back: 0,
    not_taken_back: 1,
    reasons: [{ reason: expect.stringContaining('40 of the 100') }],
  };
  for (const more of ['--dry-run -o json', '--yes -o json', '--yes -o json'])
    expect(JSON.parse((await undo(home, more)).stdout), more).toMatchObject(missing);
});

test('a row that was moved back before moves no equal block that another change made since', async () => {
  const { home } = await granted('--amount 100 --expires 2027-01-31');
  await extended(home);
  expect((await undo(home)).code).toBe(0);
  forget(home, { rows: 'undoes IS NOT NULL' });
  const others = 8;
  for (let made = 0; made < others; made += 1) {
    const add = 'ledger add acme --amount 100 --expires 2027-01-31 --sandbox --yes --json credit_block.id';
    const { credit_block: block } = JSON.parse((await creditctl(add, { home })).stdout) as {
      credit_block: { id: string };
    };
    await creditctl(`blocks extend acme ${block.id} --to 2027-03-02 --sandbox --yes`, { home });
  }
  const result = await undo(home, '--yes -o json');
  expect(posts(result), result.stderr).toEqual([]);
  const { stdout } = await creditctl('blocks list acme --sandbox --json expiry_date', { home });
  expect(stdout.match(/2027-03-02/g)).toHaveLength(others);
});

test('many rows of a customer, cut off in the middle: undone again, each is taken back once', async () => {
  const home = await imported(`external_customer_id,amount\n${many.join('')}`);
  expect((await undo(home)).code).toBe(0);
  // As a kill leaves it: all were begun and sent, and of every third the outcome was noted.
  forget(home, { outcomes: "key LIKE 'undo-%' AND row % 3 <> 0" });
  const again = await undo(home, '--yes -o json');
  expect(again.code, again.stderr).toBe(0);
  expect(posts(again)).toEqual([]);
  expect(JSON.parse(again.stdout)).toMatchObject({ rows: 132, taken_back: 132, writes: 0, already: 132 });
  const list = await creditctl('ledger list acme --all --type void --sandbox --json amount', { home });
  expect(JSON.parse(list.stdout)).toHaveLength(110);
});

test('interrupted, and undone again, it takes back the rest', async () => {
  const home = await imported(`external_customer_id,amount\n${many.slice(0, 40).join('')}`);
  const interruption = new AbortController();
  interruption.abort(new CreditctlError('interrupted', 'Interrupted'));
  const line = 'batch undo b --sandbox --yes --rate 1';
  const result = await creditctl(line, { home, signal: interruption.signal });
  expect(result.code).toBe(130);
  const again = await undo(home, '--yes -o json');
  expect(again.code, again.stderr).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ rows: 48, taken_back: 48, not_taken_back: 0 });
  expect(await available(home)).toBe(0);
});

test('credits that come back by a grant count toward what a customer may get in a day', async () => {
  const { home, block } = await granted('--amount 100');
  await imported(`external_customer_id,type,amount,block\nacme,void,60,${block}\n`, home);
  await creditctl('config set kind sandbox --profile sandbox', { home });
  const capped = async (credits: number) => {
    await creditctl(`config set policy.customer_day_cap ${credits} --profile sandbox`, { home });
    return creditctl('batch undo b --profile sandbox --yes', { home });
  };
  const refused = await capped(159);
  expect(refused.code, refused.stderr).toBe(10);
  expect(refused.stderr).toContain(
    '60 credits for acme is too much: a customer may get 159 in a day, and 100 are granted',
  );
  expect(refused.stderr).toContain('→ Ask whoever keeps the policy to change the rule');
  expect(posts(refused)).toEqual([]);
  const done = await capped(160);
  expect(done.code, done.stderr).toBe(0);
  expect(await available(home)).toBe(100);
});

test('a rule that the undo breaks is named with the line of the row in its file', async () => {
  const home = await imported('external_customer_id,amount\nacme,5\n');
  await creditctl('config set policy.allowed_types increment --profile sandbox', { home });
  const refused = await creditctl('batch undo b --sandbox --yes', { home });
  expect(refused.code, refused.stderr).toBe(10);
  expect(refused.stderr).toContain('row 1 (line 2): the type void is not allowed');
  expect(refused.stderr).not.toContain('plan again');
});

test('an undo gives its own description, and the pattern for descriptions applies to one that a person gives', async () => {
  const home = await imported('external_customer_id,amount,description\nacme,5,SUP-1\nacme,6,SUP-2\n');
  await creditctl('ledger add acme --amount 7 --sandbox --yes', { home });
  await creditctl('config set policy.description_pattern ^SUP-[0-9] --profile sandbox', { home });
  const ledger = await creditctl('ledger list acme --sandbox --json id', { home });
  const ids = (JSON.parse(ledger.stdout) as { id: string }[]).map(({ id }) => id);
  const refused = await creditctl(`undo ${ids[1]} --description other --sandbox --yes`, { home });
  expect([refused.code, refused.stderr]).toEqual([10, expect.stringContaining('must match ^SUP-[0-9]')]);
  const lost = await creditctl(`undo ${ids[0]} --sandbox --yes`, {
    home,
    between: async (request, exchange) => {
      if (request.method !== 'POST') return exchange(request);
      throw new TransportFailure('orb.example cut the connection', 'maybe');
    },
  });
  expect(lost.code, lost.stderr).toBe(11);
  for (const line of [`undo ${ids[0]}`, `undo ${ids[1]}`, 'batch undo b']) {
    const undone = await creditctl(`${line} --sandbox --yes`, { home });
    expect(undone.code, undone.stderr).toBe(0);
  }
  expect(await available(home)).toBe(0);
});
