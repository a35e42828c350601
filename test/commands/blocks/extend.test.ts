import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb, sentBody } from '../../support/command.ts';
import { block, customer, made, page, searched } from '../../support/documents.ts';
import { expectAsTold, granted } from '../../support/granted.ts';

const acme = '/customers/external_customer_id/acme';
const who = (path = acme, changes = {}) => ({
  method: 'GET',
  path,
  answer: { json: customer(changes) },
});
const look = (changes: object = {}, id = 'b1') => ({
  method: 'GET',
  path: `/credit_blocks/${id}`,
  answer: { json: block({ id, ...changes }) },
});
const post = (path = acme) => ({
  method: 'POST',
  path: `${path}/credits/ledger_entry`,
  answer: {
    status: 201,
    json: made({
      customer: { id: 'x/y', external_customer_id: 'acme' },
      entry_type: 'expiration_change',
      new_block_expiry_date: '2027-06-30T07:00:00+00:00',
    }),
  },
});
/** Without an amount, the policy wants to know how many credits are moved. */
const listed = {
  method: 'GET',
  path: `${acme}/credits?limit=100`,
  answer: { json: page([block({ id: 'b1' })]) },
};

test('every flag reaches the body, after a look at the block', async () => {
  const line =
    'blocks extend --customer-id x/y b1 --to 2027-06-30 --amount 10.50 --currency EUR --description Renewed --metadata k=v --metadata l==w --yes --idempotency-key renew-1';
  const path = '/customers/x%2Fy';
  const search = searched(path, 'currency=EUR&entry_type=expiration_change');
  const exchanges = [who(path, { id: 'x/y' }), look(), search, post(path)];
  const { code, stderr, requests } = await creditctl(line, { exchanges, env: orb });
  expect(code, stderr).toBe(0);
  expect(requests[3]?.headers['idempotency-key']).toBe('renew-1');
  expect(sentBody(requests[3])).toEqual({
    entry_type: 'expiration_change',
    amount: 10.5,
    currency: 'EUR',
    description: 'Renewed',
    metadata: { k: 'v', l: '=w' },
    block_id: 'b1',
    target_expiry_date: '2027-06-30',
  });
});

test('a day that is not later is refused with the command that ends a block early, and nothing is written', async () => {
  // The block expires at the start of 2027-01-31 in Los Angeles.
  for (const [to, day] of [
    ['2027-01-30', '2027-01-30'],
    ['+7d', '2026-11-30'],
  ]) {
    const { code, stdout, stderr, requests } = await creditctl(`blocks extend acme b1 --to ${to} --yes`, {
      exchanges: [who(), look()],
      env: orb,
    });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(
      `--to ${day} is not later than the current expiry of block b1, at the start of 2027-01-31 (America/Los_Angeles). To end it earlier, use blocks expire`,
    );
    expect(stderr).toContain(`→ creditctl blocks expire acme b1 --on ${day}`);
    expect(requests.every(({ method }) => method === 'GET')).toBe(true);
  }
  const later = await creditctl('blocks extend acme b1 --to 2027-02-01 --yes', {
    exchanges: [who(), look(), listed, post()],
    env: orb,
  });
  expect(later.code, later.stderr).toBe(0);
});

test('a block that never expires cannot be extended', async () => {
  const result = await creditctl('blocks extend acme b1 --to +1y --yes -o json', {
    exchanges: [who(), look({ expiry_date: null })],
    env: orb,
  });
  expect(result.code).toBe(2);
  expect(errorOf(result)).toMatchObject({
    message: '[block] b1 never expires, so it cannot be extended',
    applied: 'no',
    next: ["To give it an expiry: creditctl blocks expire acme b1 --on '<date>'"],
  });
});

test('a block that is nowhere is refused with the way to those that are', async () => {
  const result = await creditctl('blocks extend acme nowhere --to +1y --sandbox --yes -o json');
  expect(result.code).toBe(4);
  expect(errorOf(result)).toMatchObject({
    code: 'not-found',
    next: ['List the blocks: creditctl blocks list acme --all-blocks --sandbox'],
  });
});

test('a block of another customer is not found, before and after a yes', async () => {
  const { home, block } = await granted('--amount 30 --expires 2027-01-31');
  const line = `blocks extend globex ${block} --to 2027-06-30 --sandbox`;
  const dry = await creditctl(`${line} --dry-run`, { home });
  expect(dry.stdout).toContain(`The API will refuse this: the customer has no block ${block} in credits.`);
  const result = await creditctl(`${line} --yes -o json`, { home });
  expect(result.code).toBe(4);
  expect(errorOf(result)).toMatchObject({
    code: 'not-found',
    applied: 'no',
    next: ['List the blocks: creditctl blocks list globex --all-blocks --sandbox'],
  });
});

test('what is announced happens: the credits count as before, in a block that expires later', async () => {
  const { home, block } = await granted('--amount 30.25 --expires 2027-01-31');
  await granted('--amount 1', home);
  const effect = await expectAsTold(`blocks extend acme ${block} --to 2027-06-30 --amount 0.25`, home);
  expect(effect).toMatchObject({ balance_before: 31.25, balance_after: 31.25, notes: [] });
  await expectAsTold(`blocks extend acme ${block} --to 2027-06-30`, home);
  const { stdout } = await creditctl('blocks list acme --sandbox --json balance,expiry_date', { home });
  expect(JSON.parse(stdout)).toEqual([
    { balance: 30, expiry_date: '2027-06-30T07:00:00+00:00' },
    { balance: 0.25, expiry_date: '2027-06-30T07:00:00+00:00' },
    { balance: 1, expiry_date: null },
  ]);
});

test('on a terminal the block is picked from those that expire, and the day is asked for', async () => {
  const { home, block } = await granted('--amount 30 --expires 2027-01-31');
  const result = await creditctl('blocks extend acme --sandbox', {
    home,
    terminal: 100,
    answers: [
      { message: 'Which block?', answer: `${block}  30 of 30 left  expires 2027-01-31` },
      { message: 'New expiry date (after 2027-01-31, or "by 30 days")', answer: '2027-06-30' },
      { message: 'Description', answer: 'Renewed' },
      { message: 'Extend all credits in block', answer: true },
    ],
  });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain(`Extend all credits in block ${block} of acme to 2027-06-30`);
  expect(result.stderr).toContain('new block  30, expires at the start of 2027-06-30 (America/Los_Angeles)');
  expect(result.stderr).toContain(
    `creditctl blocks extend acme ${block} --to 2027-06-30 --description Renewed --sandbox --yes`,
  );
});

test('on a terminal a named block is looked at before the day is asked for', async () => {
  const { home, block } = await granted('--amount 30 --expires 2027-01-31');
  const never = await granted('--amount 1', home);
  const asked = creditctl(`blocks extend acme ${block} --sandbox`, {
    home,
    terminal: 100,
    answers: [{ message: 'New expiry date (after 2027-01-31,', answer: '+7d' }],
  });
  await expect(asked).rejects.toThrow('The date is not later than the current expiry');
  const refused = await creditctl(`blocks extend acme ${never.block} --sandbox`, { home, terminal: 100 });
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(`[block] ${never.block} never expires`);
});

test('"by 30 days" counts from the expiry that there is, and is shown as a date', async () => {
  const { home, block } = await granted('--amount 30 --expires 2027-01-31');
  const result = await creditctl(`blocks extend acme ${block} --sandbox`, {
    home,
    terminal: 100,
    answers: [
      { message: 'New expiry date (after 2027-01-31', answer: 'by 30 days' },
      { message: 'Description', answer: '' },
      { message: 'Extend all credits in block', answer: true },
    ],
  });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain(`creditctl blocks extend acme ${block} --to 2027-03-02`);
});

test('a block that was picked must expire before the day that was said', async () => {
  const { home, block } = await granted('--amount 30 --expires 2027-01-31');
  const result = await creditctl('blocks extend acme --to +7d --sandbox', {
    home,
    terminal: 100,
    answers: [{ message: 'Which block?', answer: block }],
  });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('--to 2026-11-30 is not later than the current expiry of block');
});

test('where every block is for ever nothing is asked, and it is said what to do', async () => {
  const { home } = await granted('--amount 30');
  const result = await creditctl('blocks extend acme --sandbox', { home, terminal: 100 });
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('The customer has no suitable block');
  expect(result.stderr).toContain('creditctl ledger add acme');
});

for (const [flags, ...sentences] of [
  ['b1', '--to is missing: an expiry change needs it'],
  ['', '[block] is missing', '--to is missing'],
  ['b1 --to 2027-02-30', '--to is not a day of the calendar: "2027-02-30"'],
  ['b1 --to 2027-12-01T10:00:00Z', '--to must be a date without a time'],
  ['b1 --to +1y --amount 0', '--amount must be above 0'],
  ['b1 --to +1y --metadata novalue', '--metadata must be key=value: "novalue"'],
  ['"" --to +1y', '[block] is empty'],
] as const) {
  test(`"blocks extend acme ${flags}" is refused, and nothing is sent`, async () => {
    expectUsage(await creditctl(`blocks extend acme ${flags} --yes`, { exchanges: [], env: orb }), sentences);
  });
}
