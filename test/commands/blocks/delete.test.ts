import { existsSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, errorOf, expectUsage, notesOf, orb } from '../../support/command.ts';
import { block } from '../../support/documents.ts';
import { available, balances, granted, use } from '../../support/granted.ts';
import { recordedIn, recordFile } from '../../support/recorded.ts';
import { freshHome } from '../../support/run.ts';

const path = '/credit_blocks/b1';
const remove = { method: 'DELETE', path, answer: { status: 204 } };
const look = { method: 'GET', path, answer: { json: block({ id: 'b1' }) } };
const notThere = {
  status: 404,
  json: {
    type: 'https://docs.withorb.com/reference/error-responses#404-resource-not-found',
    status: 404,
    title: 'A specified resource was not found.',
    detail: 'Could not find a resource of type CreditBlock with identifier: b1.',
  },
};
const invoice = (status: string, number: number) => ({
  id: `inv${number}`,
  invoice_number: `JYEFHK-0000${number}`,
  status,
  customer: { id: 'c1', external_customer_id: 'acme' },
  subscription: null,
});
const invoices = (...statuses: readonly string[]) => ({
  method: 'GET',
  path: `${path}/invoices`,
  answer: {
    json: {
      block: block({ id: 'b1' }),
      invoices: statuses.map((status, index) => invoice(status, index + 1)),
    },
  },
});
const agreed = 'blocks delete b1 --yes --confirm b1';

test('with --yes and --confirm it is deleted, and what is gone is said in every format', async () => {
  const done = { exchanges: [invoices('paid'), remove], env: orb };
  const json = await creditctl(`${agreed} -o json`, done);
  expect(json.code, json.stderr).toBe(0);
  expect(JSON.parse(json.stdout)).toEqual({ id: 'b1', deleted: true });
  expect(json.requests[1]?.body).toBeUndefined();
  expect(recordedIn(json.home)).toMatchObject([
    { event: 'noted', customer: 'acme' },
    { event: 'settled' },
    { event: 'acknowledged' },
  ]);
  expect((await creditctl(`${agreed} -o csv`, done)).stdout).toBe('id,deleted\nb1,true\n');
  expect((await creditctl(agreed, done)).stdout).toContain('b1');
});

test.each([
  ['', 'pass --yes', ['To write, add --yes --confirm b1', 'To preview, add --dry-run']],
  ['--confirm b1', 'pass --yes', ['To write, add --yes --confirm b1', 'To preview, add --dry-run']],
  ['--yes', '--confirm is missing', ['Add --confirm b1']],
  [
    '--yes --confirm b2',
    '--confirm does not match the block id: "b2"',
    ['If you are sure, add --confirm b1'],
  ],
])('off a terminal "%s" is not enough, and nothing is sent', async (flags, sentence, next) => {
  const result = await creditctl(`blocks delete b1 ${flags} -o json`, { exchanges: [], env: orb });
  expect(result.code).toBe(10);
  const error = errorOf(result);
  expect(error).toMatchObject({ code: 'refused', applied: 'no' });
  expect(error.message).toContain(sentence);
  expect((error.next as string[]).map((line, index) => line.startsWith(next[index] ?? '?'))).not.toContain(
    false,
  );
  expect(recordedIn(result.home)).toEqual([]);
});

test('on a terminal everything it does is shown, and the id is typed back', async () => {
  const exchanges = [look, invoices('draft', 'issued', 'paid', 'void', 'synced')];
  const message = 'This changes past ledger entries and cannot be undone. Type the block id';
  const declined = await creditctl('blocks delete b1', {
    exchanges,
    env: orb,
    terminal: 100,
    answers: [{ message, answer: 'no' }],
  });
  expect(declined.code).toBe(10);
  for (const part of [
    'Delete block b1',
    'balance    40 of 100 granted',
    'expires    2027-01-31 08:00Z',
    'customer   acme',
    'JYEFHK-00001, draft: will be deleted',
    'JYEFHK-00002, issued: will be voided',
    'JYEFHK-00003, paid: will get a credit note',
    'JYEFHK-00004, void: stays void',
    'JYEFHK-00005, synced: not documented what happens to it',
    'The ledger is recalculated',
    'This cannot be undone',
  ])
    expect(declined.stderr).toContain(part);
  const done = await creditctl('blocks delete b1', {
    exchanges: [look, invoices(), remove],
    env: orb,
    terminal: 100,
    answers: [{ message, answer: ' b1 ' }],
  });
  expect(done.code, done.stderr).toBe(0);
  expect(done.stderr).toContain('customer   unknown (the API does not say)');
  expect(done.stderr).toContain('invoices   none');
});

test('--yes alone on a terminal still has the id typed back', async () => {
  const { code } = await creditctl('blocks delete b1 --yes', {
    exchanges: [look, invoices(), remove],
    env: orb,
    terminal: 100,
    answers: [{ message: 'This changes', answer: 'b1' }],
  });
  expect(code).toBe(0);
});

test('a dry run is a document with the block and the fate of each invoice', async () => {
  const dry = await creditctl('blocks delete b1 --dry-run -o json', {
    exchanges: [look, invoices('issued')],
    env: orb,
  });
  expect(dry.code, dry.stderr).toBe(0);
  expect(JSON.parse(dry.stdout)).toEqual({
    dry_run: true,
    request: { method: 'DELETE', path, body: null },
    effect: {
      block: block({ id: 'b1' }),
      invoices: [{ ...invoice('issued', 1), becomes: 'voided' }],
      notes: [expect.stringContaining('recalculated'), expect.stringContaining('cannot be undone')],
    },
  });
  expect(existsSync(recordFile(dry.home))).toBe(false);
});

test('where the API does not list the invoices, that is said and nothing else is lost', async () => {
  const unavailable = {
    status: 400,
    json: {
      type: 'https://docs.withorb.com/reference/error-responses#404-feature-not-available',
      status: 400,
    },
  };
  const dry = await creditctl('blocks delete b1 -n', {
    exchanges: [look, { method: 'GET', path: `${path}/invoices`, answer: unavailable }],
    env: orb,
  });
  expect(dry.code, dry.stderr).toBe(0);
  expect(dry.stdout).toContain('invoices   unknown (the API does not list them here)');
  expect(dry.stdout).toContain('request    DELETE /credit_blocks/b1');
});

test('whose block it is says who chose it, else the record, and an invoice where there is one', async () => {
  const { home, block: id } = await granted('--amount 5');
  const line = `blocks delete ${id} --sandbox`;
  const typed = { message: 'This changes', answer: 'no' };
  const shown = await creditctl(line, { home, terminal: 100, answers: [typed] });
  expect(shown.stderr).toContain('customer   acme\n');
  // What others granted is not in the record.
  const state = dirname(recordFile(home));
  for (const file of ['record.db', 'heads.json']) rmSync(`${state}/${file}`);
  const chosen = await creditctl('blocks delete --sandbox', {
    home,
    terminal: 100,
    answers: [{ message: 'Which customer?', answer: 'acme' }, { message: 'Which block?', answer: id }, typed],
  });
  expect(chosen.stderr).toContain('customer   acme\n');
  expect((await creditctl(`${line} -n`, { home })).stdout).toContain('customer   unknown');
});

test('where the API does not know the list of invoices, a block of unknown owner is deleted all the same', async () => {
  const unlisted = { method: 'GET', path: `${path}/invoices`, answer: { status: 404, body: 'not here' } };
  const { code, home } = await creditctl(agreed, { exchanges: [unlisted, remove], env: orb });
  expect(code).toBe(0);
  expect(recordedIn(home)[0]).not.toHaveProperty('customer');
  const down = { ...unlisted, answer: { status: 401 } };
  const failed = await creditctl(agreed, { exchanges: [down], env: orb });
  expect([failed.code, recordedIn(failed.home)]).toEqual([3, []]);
});

test('a fault of the list of invoices keeps no block from being deleted', async () => {
  const { home, block: id } = await granted('--amount 5');
  rmSync(recordFile(home));
  rmSync(`${dirname(recordFile(home))}/heads.json`);
  const { code, stderr } = await creditctl(`blocks delete ${id} --sandbox --yes --confirm ${id}`, {
    home,
    between: async (request, exchange) =>
      request.path.endsWith('/invoices') ? { status: 500, headers: {}, body: '{}' } : exchange(request),
  });
  expect(code, stderr).toBe(0);
  expect(recordedIn(home)[0]).not.toHaveProperty('customer');
});

test('what was drawn from the block is drawn from another one, and its invoice is voided', async () => {
  const { home, block: doomed } = await granted(
    '--amount 100 --cost-basis 0.1 --invoice-net-terms 30 --expires 2027-01-31',
  );
  const { block: other } = await granted('--amount 50', home);
  await use('30', home);
  const dry = await creditctl(`blocks delete ${doomed} --sandbox -n`, { home });
  expect(dry.stdout).toContain('balance    70 of 100 granted');
  expect(dry.stdout).toContain('issued: will be voided');
  const line = `blocks delete ${doomed} --sandbox --yes --confirm ${doomed} -o json`;
  const done = await creditctl(line, { home });
  expect(done.code, done.stderr).toBe(0);
  expect(await balances(home)).toEqual({ [other]: 20 });
  expect(await available(home)).toBe(20);
  const again = await creditctl(line, { home });
  expect(again.code).toBe(4);
  expect(errorOf(again)).toMatchObject({
    code: 'not-found',
    applied: 'no',
    next: ['List the blocks: creditctl blocks list <customer> --all-blocks --sandbox'],
  });
});

test('a deletion whose reply was lost is done where the block is gone', async () => {
  const cut = { method: 'DELETE', path, fail: new TransportFailure('the connection was cut', 'maybe') };
  const gone = { method: 'DELETE', path, answer: notThere };
  const result = await creditctl(`${agreed} -o json`, { exchanges: [invoices(), cut, gone], env: orb });
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toEqual({ id: 'b1', deleted: true });
});

test('a deletion of unknown outcome is settled by the same line, in the next run', async () => {
  const home = freshHome();
  const cut = {
    method: 'DELETE',
    path,
    fail: new TransportFailure('the connection was cut', 'maybe'),
    again: true,
  } as const;
  const unknown = await creditctl(`${agreed} -o json`, { home, exchanges: [invoices(), cut], env: orb });
  expect(unknown.code).toBe(11);
  expect(errorOf(unknown)).toMatchObject({ applied: 'unknown', retry_safe: true });
  // Whoever only looks reads that it took place, and how to settle it.
  const person = await creditctl('blocks delete b1', {
    home,
    exchanges: [{ method: 'GET', path, answer: notThere }],
    env: orb,
    terminal: 100,
  });
  expect(person.code).toBe(4);
  expect(person.stderr).toContain('creditctl blocks delete b1 --yes --confirm b1');
  const gone = { method: 'DELETE', path, answer: notThere };
  const settled = await creditctl(`${agreed} -o json`, { home, exchanges: [gone], env: orb });
  expect(settled.code, settled.stderr).toBe(0);
  expect(notesOf(settled)).toContainEqual({ write: { manner: 'resumed', idempotency_key: 'key-1' } });
  expect(JSON.parse(settled.stdout)).toEqual({ id: 'b1', deleted: true });
});

test('the same key by hand is one deletion', async () => {
  const { home, block: id } = await granted('--amount 5');
  const line = `blocks delete ${id} --sandbox --yes --confirm ${id} --idempotency-key cleanup-1 -o json`;
  const first = await creditctl(line, { home });
  const second = await creditctl(line, { home });
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(second.stdout).toBe(first.stdout);
  expect(second.requests).toEqual([]);
});

test('a missing or impossible id, and a bad key, are usage errors', async () => {
  const none = { exchanges: [], env: orb };
  expectUsage(await creditctl('blocks delete --yes', none), ['<block> is missing']);
  expectUsage(await creditctl('blocks delete .. --yes', none), ['<block> is not a valid id: ".."']);
  expectUsage(await creditctl('blocks delete b1 --idempotency-key "a b" --yes', none), [
    '--idempotency-key must be 1 to 64 ASCII characters',
  ]);
});

test('on a terminal a block without an id is picked: the customer first, then any of the blocks', async () => {
  const { home, block: id } = await granted('--amount 30');
  const asked = {
    home,
    terminal: 100,
    answers: [
      { message: 'Which customer?', answer: 'acme' },
      { message: 'Which block?', answer: `${id}  30 of 30 left` },
      { message: 'This changes past ledger entries and cannot be undone. Type the block id', answer: id },
    ],
  };
  const { code, stderr } = await creditctl('blocks delete --sandbox', asked);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(`creditctl blocks delete ${id} --sandbox --yes --confirm ${id}`);
  expect(await available(home)).toBe(0);
});
