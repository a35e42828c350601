import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb, sentBody } from '../../support/command.ts';
import { block, customer, made, page, searched } from '../../support/documents.ts';
import { expectAsTold, granted } from '../../support/granted.ts';
import { freshHome } from '../../support/run.ts';

const acme = '/customers/external_customer_id/acme';
const who = (path = acme, timezone = 'Asia/Tokyo', changes = {}) => ({
  method: 'GET',
  path,
  answer: { json: customer({ timezone, ...changes }) },
});
const post = (path = acme, changes: object = {}) => ({
  method: 'POST',
  path: `${path}/credits/ledger_entry`,
  answer: { status: 201, json: made(changes) },
});

/** A live entry above the limit is typed back, so that the block has to be looked at where no amount is said. */
const looked = (path = acme) => ({
  method: 'GET',
  path: `${path}/credits?limit=100`,
  answer: { json: page([block({ id: 'b1' })]) },
});

const look = { method: 'GET', path: '/credit_blocks/b1', answer: { json: block({ id: 'b1' }) } };

test('a day later than the expiry is refused with the command that extends, and nothing is written', async () => {
  // The block expires at the start of 2027-01-31 in Los Angeles.
  const { code, stderr, requests } = await creditctl('blocks expire acme b1 --on 2027-02-01 --yes', {
    exchanges: [who(acme, 'America/Los_Angeles'), look],
    env: orb,
  });
  expect(code, stderr).toBe(2);
  expect(stderr).toContain(
    '--on 2027-02-01 is later than the current expiry of block b1, at the start of 2027-01-31',
  );
  expect(stderr).toContain('→ creditctl blocks extend acme b1 --to 2027-02-01');
  expect(requests.every(({ method }) => method === 'GET')).toBe(true);
});

test('a block ends today, in the zone of the customer, unless something else is said', async () => {
  // 16:00 UTC is already tomorrow in Tokyo.
  const now = Date.UTC(2026, 10, 23, 16);
  const { code, requests } = await creditctl('blocks expire acme b1 --yes', {
    exchanges: [who(), looked(), post()],
    env: orb,
    now,
  });
  expect(code).toBe(0);
  expect(sentBody(requests[2])).toEqual({
    entry_type: 'expiration_change',
    block_id: 'b1',
    target_expiry_date: '2026-11-24',
  });
});

test('every flag reaches the body', async () => {
  const line =
    'blocks expire --customer-id x/y b1 --amount 10.50 --on +7d --currency EUR --description "Trial over" --metadata k=v --metadata l==w --yes --idempotency-key nightly-1';
  const exchanges = [
    who('/customers/x%2Fy', 'Asia/Tokyo', { id: 'x/y' }),
    look,
    searched('/customers/x%2Fy', 'currency=EUR&entry_type=expiration_change'),
    post('/customers/x%2Fy', { customer: { id: 'x/y', external_customer_id: null } }),
  ];
  const { code, requests } = await creditctl(line, { exchanges, env: orb });
  expect(code).toBe(0);
  expect(requests[3]?.headers['idempotency-key']).toBe('nightly-1');
  expect(requests[3]?.body).toContain('"amount":10.5');
  expect(sentBody(requests[3])).toEqual({
    entry_type: 'expiration_change',
    amount: 10.5,
    currency: 'EUR',
    description: 'Trial over',
    metadata: { k: 'v', l: '=w' },
    block_id: 'b1',
    target_expiry_date: '2026-11-30',
  });
});

test('on a terminal a missing block is picked from the open ones, and the line that says the same is shown', async () => {
  const { home, code, stderr } = await creditctl(
    'ledger add acme --amount 30 --expires 2027-01-31 --sandbox --yes',
  );
  expect(code, stderr).toBe(0);
  const listed = await creditctl('blocks list acme --sandbox --json id', { home });
  const [{ id } = { id: '' }] = JSON.parse(listed.stdout) as { id: string }[];
  const result = await creditctl('blocks expire acme --amount 12 --sandbox', {
    home,
    terminal: 100,
    answers: [
      { message: 'Which block?', answer: `${id}  30 of 30 left  expires 2027-01-31` },
      { message: 'Description', answer: "Don't need it" },
      { message: 'Expire 12 credits in block', answer: true },
    ],
  });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain(`Expire 12 credits in block ${id} of acme on 2026-11-23`);
  expect(result.stderr).toContain('balance    30 → 18 credits');
  expect(result.stderr).toContain(
    `creditctl blocks expire acme ${id} --amount 12 --on today --description 'Don'\\''t need it' --sandbox --yes`,
  );
  const balance = await creditctl('balance acme --sandbox --json available', { home });
  expect(JSON.parse(balance.stdout)).toEqual({ available: 18 });
});

test('a customer without blocks has nothing to pick from, and nothing is written', async () => {
  const result = await creditctl('blocks expire acme --sandbox', { home: freshHome(), terminal: 100 });
  expect(result.code).toBe(1);
  expect(result.stderr).toContain('The customer has no suitable block');
});

test('a dry run shows the request and the effect as a document', async () => {
  const exchanges = [who(), looked()];
  const { code, stdout } = await creditctl('blocks expire acme b1 -n -o json', { exchanges, env: orb });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    dry_run: true,
    request: { method: 'POST', path: `${acme}/credits/ledger_entry`, body: { block_id: 'b1' } },
    effect: { balance_before: 40, balance_after: 0, invoice_total: null },
  });
});

for (const [flags, sentence] of [
  ['b1 --on 2026-02-30', '--on is not a day of the calendar: "2026-02-30"'],
  ['b1 --on 2026-12-01T10:00:00Z', '--on must be a date without a time'],
  ['b1 --amount 0', '--amount must be above 0'],
  ['b1 --amount -5', '--amount must not be negative: "-5"'],
  ['b1 --metadata novalue', '--metadata must be key=value: "novalue"'],
  ['b1 --currency ""', '--currency is empty'],
  ['""', '[block] is empty'],
  ['', '[block] is missing: an expiry change needs it'],
  ['b1 --customer-id z', '<customer> is given twice: as "acme" and with --customer-id'],
  ['b1 --idempotency-key "a b"', '--idempotency-key must be 1 to 64 ASCII characters'],
] as const) {
  test(`"blocks expire acme ${flags}" is refused, and nothing is sent`, async () => {
    expectUsage(await creditctl(`blocks expire acme ${flags} --yes`, { exchanges: [], env: orb }), [
      sentence,
    ]);
  });
}

test('a block without credits left is refused as such', async () => {
  const { home, block: spent } = await granted('--amount 30');
  await creditctl('ledger add acme --type decrement --amount 30 --sandbox --yes', { home });
  const { code, stderr } = await creditctl(`blocks expire acme ${spent} --sandbox --yes`, { home });
  expect(code).toBe(5);
  expect(stderr).toContain(`Credit block ${spent} has no credits left.`);
});

test('a block that is missing leads to the blocks of this customer', async () => {
  const result = await creditctl('blocks expire globex --yes', { exchanges: [], env: orb });
  expectUsage(result, ['→ List the blocks: creditctl blocks list globex --all-blocks']);
});

test('all that is missing is named at once', async () => {
  const result = await creditctl('blocks expire --amount x --yes', { exchanges: [], env: orb });
  expectUsage(result, ['<customer> is missing', '[block] is missing', '--amount is not a decimal number']);
});

test('a block that ends at once is shown with its expiry; JSON is the one document that the API answered', async () => {
  const { home } = await granted('--amount 30');
  const listed = await creditctl('blocks list acme --sandbox --json id', { home });
  const [{ id } = { id: '' }] = JSON.parse(listed.stdout) as { id: string }[];
  const shown = await creditctl(
    `blocks expire acme ${id} --amount 10 --sandbox --yes -o csv --columns entry_type,change`,
    { home },
  );
  expect(shown.stdout).toBe('entry_type,change\nexpiration_change,0\ncredit_block_expiry,-10\n');
  const answered = await creditctl(`blocks expire acme ${id} --amount 5 --sandbox --yes -o json`, { home });
  expect(JSON.parse(answered.stdout)).toMatchObject({ entry_type: 'expiration_change', amount: 5 });
});

test('on a terminal a day later than the block expires already is refused with the command that extends', async () => {
  const { home, block } = await granted('--amount 30 --expires 2027-01-31');
  const result = await creditctl('blocks expire acme --on 2027-06-30 --sandbox', {
    home,
    terminal: 100,
    answers: [{ message: 'Which block?', answer: block }],
  });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain(`--on 2027-06-30 is later than the current expiry of block ${block}`);
  expect(result.stderr).toContain(`→ creditctl blocks extend acme ${block} --to 2027-06-30`);
});

test('what is announced happens, now and later', async () => {
  const { home, block } = await granted('--amount 30.5 --expires 2027-01-31');
  const now = await expectAsTold(`blocks expire acme ${block} --amount 0.5`, home);
  expect(now).toMatchObject({ balance_before: 30.5, balance_after: 30 });
  const later = await expectAsTold(`blocks expire acme ${block} --on +7d`, home);
  expect(later).toMatchObject({ balance_before: 30, balance_after: 30 });
});

test('a block that is nowhere is refused with the way to those that are', async () => {
  const result = await creditctl('blocks expire acme nowhere --sandbox --yes -o json');
  expect(result.code).toBe(4);
  expect(errorOf(result).next).toEqual([
    'List the blocks: creditctl blocks list acme --all-blocks --sandbox',
  ]);
});
