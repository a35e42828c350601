import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb, sentBody } from '../../support/command.ts';
import { made, searched } from '../../support/documents.ts';
import { available, expectAsTold, granted, use } from '../../support/granted.ts';

const acme = '/customers/external_customer_id/acme';
const post = {
  method: 'POST',
  path: `${acme}/credits/ledger_entry`,
  answer: { status: 201, json: made() },
};

test('every flag reaches the body', async () => {
  const line =
    'blocks amend acme b1 --amount 10.50 --currency EUR --description "Counted twice" --metadata k=v --yes --idempotency-key amend-1 -o json';
  const { code, requests } = await creditctl(line, {
    exchanges: [searched(acme, 'currency=EUR&entry_type=amendment'), post],
    env: orb,
  });
  expect(code).toBe(0);
  expect(requests[1]?.headers['idempotency-key']).toBe('amend-1');
  expect(sentBody(requests[1])).toEqual({
    entry_type: 'amendment',
    amount: 10.5,
    currency: 'EUR',
    description: 'Counted twice',
    metadata: { k: 'v' },
    block_id: 'b1',
  });
});

test('what is announced happens, also for a block that is used up and in no list of open ones', async () => {
  const { home, block } = await granted('--amount 30');
  await use('30', home);
  const some = await expectAsTold(`blocks amend acme ${block} --amount 0.1`, home);
  expect(some).toMatchObject({
    balance_before: 0,
    balance_after: 0.1,
    blocks: [{ id: block, balance_before: 0, balance_after: 0.1 }],
    notes: [],
  });
  await expectAsTold(`blocks amend acme ${block} --amount 29.9`, home);
  expect(await available(home)).toBe(30);
});

test('a block that is full is named in the preview and refused by the API', async () => {
  const { home, block } = await granted('--amount 30');
  const line = `blocks amend acme ${block} --amount 5 --sandbox`;
  const dry = await creditctl(`${line} -n`, { home });
  expect(dry.stdout).toContain(
    'The API will refuse this: the block would hold more than the 30 first granted.',
  );
  const result = await creditctl(`${line} --yes -o json`, { home });
  expect(result.code).toBe(5);
  expect(errorOf(result)).toMatchObject({ code: 'rejected', status: 400, applied: 'no' });
  expect(await available(home)).toBe(30);
});

test('a block of another customer is not found, with the way to those that are', async () => {
  const { home, block } = await granted('--amount 30');
  await use('5', home);
  const result = await creditctl(`blocks amend globex ${block} --amount 5 --sandbox --yes -o json`, { home });
  expect(result.code).toBe(4);
  expect(errorOf(result).next).toEqual([
    'List the blocks: creditctl blocks list globex --all-blocks --sandbox',
  ]);
});

test('on a terminal everything missing is asked for, and used up blocks are offered', async () => {
  const { home, block } = await granted('--amount 30');
  await use('30', home);
  await granted('--amount 7', home);
  const result = await creditctl('blocks amend acme --sandbox', {
    home,
    terminal: 100,
    answers: [
      { message: 'Which block?', answer: `${block}  0 of 30 left` },
      { message: 'How many credits?', answer: '12.5' },
      { message: 'Description', answer: 'Counted twice' },
      { message: 'Give 12.5 credits back to acme (Acme Corp) in block', answer: true },
    ],
  });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain(`Give 12.5 credits back to acme in block ${block}`);
  expect(result.stderr).toContain('balance    7 → 19.5 credits');
  expect(result.stderr).toContain(
    `creditctl blocks amend acme ${block} --amount 12.5 --description 'Counted twice' --sandbox --yes`,
  );
});

test('where every block is full nothing is asked, and it is said what to do', async () => {
  const { home } = await granted('--amount 30');
  const result = await creditctl('blocks amend acme --sandbox', { home, terminal: 200 });
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('credits can be given back only to a block');
  expect(result.stderr).toContain('creditctl ledger add acme');
  expect(result.stderr).toContain('→ List the blocks: creditctl blocks list acme --all-blocks');
});

for (const [flags, ...sentences] of [
  ['', '[block] is missing: an amendment needs it', '--amount is missing: an amendment needs it'],
  ['b1', '--amount is missing: an amendment needs it'],
  ['b1 --amount -5', '--amount must not be negative: "-5"'],
  ['b1 --amount 5 --currency ""', '--currency is empty'],
  ['"" --amount 5', '[block] is empty'],
] as const) {
  test(`"blocks amend acme ${flags}" is refused, and nothing is sent`, async () => {
    expectUsage(await creditctl(`blocks amend acme ${flags} --yes`, { exchanges: [], env: orb }), sentences);
  });
}
