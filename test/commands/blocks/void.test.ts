import { expect, test } from 'vitest';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, errorOf, expectUsage, orb, sentBody } from '../../support/command.ts';
import { block, customer, made, searched, unmarked } from '../../support/documents.ts';
import { available, expectAsTold, granted, use } from '../../support/granted.ts';
import { recordedIn } from '../../support/recorded.ts';
import { freshHome } from '../../support/run.ts';

const acme = '/customers/external_customer_id/acme';
const initiated = made({
  entry_type: 'void_initiated',
  new_block_expiry_date: '2026-11-23T12:00:00+00:00',
  void_reason: 'refund',
});
const look = (changes: object = {}) => ({
  method: 'GET',
  path: '/credit_blocks/b1',
  answer: { json: block({ id: 'b1', ...changes }) },
});
const post = {
  method: 'POST',
  path: `${acme}/credits/ledger_entry`,
  answer: { status: 201, json: initiated },
};

test('a void beyond what the block ever had is refused before it is asked', async () => {
  const { home, block: id } = await granted('--amount 30');
  const result = await creditctl(`blocks void acme ${id} --amount 31 --sandbox`, { home, terminal: 200 });
  expect(result.code).toBe(10);
  expect(result.stderr).toContain(`31 is more than the 30 granted in block ${id}; 30 are left`);
  expect(result.requests.filter(({ method }) => method === 'POST')).toEqual([]);
});

test('every flag reaches the body, and with an amount nothing has to be looked up', async () => {
  const line =
    'blocks void acme b1 --amount 10.50 --reason refund --currency EUR --description Mistake --metadata k=v --yes --idempotency-key void-1 -o json';
  const { code, requests } = await creditctl(line, {
    exchanges: [searched(acme, 'currency=EUR&entry_type=void_initiated'), post],
    env: orb,
  });
  expect(code).toBe(0);
  expect(requests[1]?.headers['idempotency-key']).toBe('void-1');
  expect(sentBody(requests[1])).toEqual({
    entry_type: 'void',
    amount: 10.5,
    currency: 'EUR',
    description: 'Mistake',
    metadata: { k: 'v' },
    block_id: 'b1',
    void_reason: 'refund',
  });
});

test('without an amount it is what is left in the block, with all its digits', async () => {
  const left = look();
  const json = JSON.stringify(left.answer.json).replace('"balance":40', '"balance":1234.56789012345678');
  const { code, stderr, requests } = await creditctl('blocks void acme b1 --yes -o json', {
    exchanges: [{ ...left, answer: { body: json } }, post],
    env: orb,
  });
  expect(code, stderr).toBe(0);
  expect(requests[1]?.body).toContain('"amount":1234.56789012345678');
});

test('the preview names the figure, and what is announced happens', async () => {
  const { home, block: id } = await granted('--amount 30.25');
  await granted('--amount 1', home);
  await use('0.25', home);
  const dry = await creditctl(`blocks void acme ${id} --sandbox --dry-run`, { home });
  expect(dry.stdout).toContain(`Void 30 credits of acme in block ${id}`);
  expect(dry.stdout).toContain('balance    31 → 1 credit\n');
  expect(dry.stdout).toContain('revenue    none recognised');
  const some = await expectAsTold(`blocks void acme ${id} --amount 10 --reason refund`, home);
  expect(some).toMatchObject({ balance_before: 31, balance_after: 21, notes: [] });
  const all = await expectAsTold(`blocks void acme ${id}`, home);
  expect(all).toMatchObject({ balance_before: 21, balance_after: 1 });
  const used = await expectAsTold(`blocks void acme ${id} --amount 0.25`, home);
  expect(used).toMatchObject({
    balance_after: 1,
    notes: [
      '0.25 of these credits are already used. Voiding them does not change the balance; it reverses their revenue.',
    ],
  });
});

test('nothing left to void is a usage error that says what could be voided still', async () => {
  const { home, block: id } = await granted('--amount 30');
  await use('30', home);
  const result = await creditctl(`blocks void acme ${id} --sandbox --yes`, { home });
  expect(result.code).toBe(2);
  expect(result.stdout).toBe('');
  expect(result.stderr).toContain(
    `--amount is missing: block ${id} has nothing left. To void used credits, set an amount (at most 30, less what was voided or moved before)`,
  );
  const debt = await creditctl('blocks void acme b1 --yes', {
    exchanges: [look({ balance: -5, maximum_initial_balance: 0 })],
    env: orb,
  });
  expect(debt.stderr).toContain('has nothing left');
});

test('more than the block ever held is named in the preview, which shows no change, and refused by the API', async () => {
  const { home, block: id } = await granted('--amount 5');
  const line = `blocks void acme ${id} --amount 6 --sandbox`;
  const dry = await creditctl(`${line} -n`, { home });
  expect(dry.stdout).toContain('The API will refuse this: only 5 were granted in this block.');
  expect(dry.stdout).toContain('balance    5 credits\n');
  expect(dry.stdout).not.toContain('→');
  const document = await creditctl(`${line} -n -o json`, { home });
  expect(JSON.parse(document.stdout)).toMatchObject({
    effect: {
      balance_before: 5,
      balance_after: 5,
      blocks: [],
      revenue_recognised: null,
      invoice_total: null,
    },
  });
  const possible = await creditctl(`blocks void acme ${id} --amount 4 --sandbox -n`, { home });
  expect(possible.stdout).toContain('balance    5 → 1 credit\n');
  const result = await creditctl(`${line} --yes -o json`, { home });
  expect(result.code).toBe(5);
  expect(errorOf(result)).toMatchObject({ code: 'rejected', status: 400, applied: 'no', retry_safe: true });
  expect(await available(home)).toBe(5);
});

test('a block that is nowhere is refused with the way to those that are', async () => {
  for (const currency of ['', ' --currency USD'])
    for (const amount of ['', '--amount 5']) {
      const line = `blocks void acme nowhere ${amount}${currency} --sandbox --yes -o json`;
      const result = await creditctl(line);
      expect(result.code).toBe(4);
      const list = `creditctl blocks list acme --all-blocks${currency} --sandbox`;
      expect(errorOf(result).next).toEqual([`List the blocks: ${list}`]);
    }
});

test('on a terminal the block is picked, then how much of it; Enter means all that is left', async () => {
  const { home, block: id } = await granted('--amount 30 --expires 2027-01-31');
  const half = await creditctl('blocks void acme --sandbox', {
    home,
    terminal: 100,
    answers: [
      { message: 'Which block?', answer: `${id}  30 of 30 left` },
      { message: 'How many credits?', answer: '15' },
      { message: 'Description', answer: '' },
      { message: 'Void 15 credits of acme (Acme Corp) in block', answer: false },
    ],
  });
  expect(half.code, half.stderr).toBe(10);
  const result = await creditctl('blocks void acme --reason refund --sandbox', {
    home,
    terminal: 100,
    answers: [
      { message: 'Which block?', answer: `${id}  30 of 30 left` },
      { message: 'How many credits?', answer: '' },
      { message: 'Description', answer: '' },
      { message: 'Void 30 credits of acme (Acme Corp) in block', answer: true },
    ],
  });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain(`Void 30 credits of acme in block ${id}`);
  expect(result.stderr).toContain(
    `creditctl blocks void acme ${id} --amount 30 --reason refund --sandbox --yes`,
  );
  expect(await available(home)).toBe(0);
  const again = await creditctl('blocks void acme --sandbox', { home, terminal: 100 });
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('To void used credits, name their block and --amount');
});

test('the same line settles the void of what was left, though other credits are left by now', async () => {
  const home = freshHome();
  const line = 'blocks void acme b1 --yes -o json';
  const cut = {
    ...post,
    fail: new TransportFailure('the connection was cut', 'maybe'),
    again: true,
  } as const;
  const lost = await creditctl(line, { home, exchanges: [look(), cut], env: orb });
  expect(lost.code).toBe(11);
  const exchanges = [look({ balance: 35 }), ...unmarked(), post];
  const settled = await creditctl(line, { home, exchanges, env: orb });
  expect(settled.code, settled.stderr).toBe(0);
  expect(sentBody(settled.requests.at(-1))).toMatchObject({ amount: 40 });
  expect(new Set(recordedIn(home).map(({ key }) => key)).size).toBe(1);
});

test('where the outcome is not known, the line that settles it has the figure', async () => {
  const home = freshHome();
  const cut = {
    ...post,
    fail: new TransportFailure('the connection was cut', 'maybe'),
    again: true,
  } as const;
  const result = await creditctl('blocks void acme b1 --yes -o json', {
    home,
    exchanges: [look(), cut],
    env: orb,
  });
  expect(result.code).toBe(11);
  expect(errorOf(result)).toMatchObject({
    applied: 'unknown',
    // The block may have other credits left by then, and the same write is meant.
    retry_safe: true,
    next: [
      'Run the same command with --amount 40 within 12 hours: it settles this write under its key',
      expect.stringMatching(/^Settle it by its key: creditctl history settle /),
    ],
  });
  const settled = await creditctl('blocks void acme b1 --amount 40 --yes -o json', {
    home,
    exchanges: [...unmarked(), post],
    env: orb,
  });
  expect(settled.code, settled.stderr).toBe(0);
  const keys = recordedIn(home).map(({ key }) => key);
  expect(new Set(keys).size).toBe(1);
});

for (const [flags, ...sentences] of [
  ['', '[block] is missing: a void needs it'],
  ['b1 --amount 0', '--amount must be above 0'],
  ['b1 --amount 1,000', '--amount must not have separators: "1,000"; write 1000'],
  ['b1 --reason spite', '--reason must be refund: "spite"'],
  ['b1 --metadata novalue', '--metadata must be key=value: "novalue"'],
  ['b1 --idempotency-key k1', '--amount is missing: --idempotency-key needs'],
  ['"" --amount 5', '[block] is empty'],
] as const) {
  test(`"blocks void acme ${flags}" is refused, and nothing is sent`, async () => {
    expectUsage(await creditctl(`blocks void acme ${flags} --yes`, { exchanges: [], env: orb }), sentences);
  });
}

test('the customer is looked at only where a preview needs the time zone', async () => {
  const page = { data: [block({ id: 'b1' })], pagination_metadata: { has_more: false, next_cursor: null } };
  const { code, stdout } = await creditctl('blocks void acme b1 -n', {
    exchanges: [
      look(),
      { method: 'GET', path: acme, answer: { json: customer() } },
      { method: 'GET', path: `${acme}/credits?limit=100`, answer: { json: page } },
    ],
    env: orb,
  });
  expect(code).toBe(0);
  expect(stdout).toContain('Void 40 credits of acme in block b1');
});
