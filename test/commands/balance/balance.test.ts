import { expect, test } from 'vitest';
import { creditctl, csvOf, expectUsage, orb } from '../../support/command.ts';
import { block, page } from '../../support/documents.ts';

const blocks = (query: string, path = '/customers/external_customer_id/acme') => [
  {
    method: 'GET',
    path: `${path}/credits?${query}`,
    answer: {
      json: page([
        block({ id: 'now', balance: 40.25 }),
        block({ id: 'later', balance: 5, effective_date: '2027-01-01T00:00:00+00:00' }),
        block({ id: 'unpaid', balance: 7, status: 'pending_payment' }),
        block({ id: 'forever', balance: 0.75, expiry_date: null }),
      ]),
    },
  },
];

test('the balance shows what is available, pending, not yet effective and next to expire, by block', async () => {
  const { code, stdout, stderr } = await creditctl('balance acme -o json', {
    exchanges: blocks('limit=100'),
    env: orb,
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({
    customer: 'acme',
    currency: 'credits',
    available: 41,
    pending_payment: 7,
    not_yet_effective: 5,
    next_expiry: { at: '2027-01-31T08:00:00+00:00', amount: 40.25 },
    blocks: [{ id: 'now' }, { id: 'later' }, { id: 'unpaid' }, { id: 'forever' }],
  });
});

test("a served ledger's moved clock counts from its first answer on", async () => {
  const headers = { 'creditctl-ledger': 'l', 'creditctl-ledger-ahead': String(60 * 86_400_000) };
  const exchanges = blocks('limit=100').map(({ answer, ...rest }) => ({
    ...rest,
    answer: { ...answer, headers },
  }));
  const { stdout } = await creditctl('balance acme -o json', { exchanges, env: orb });
  expect(JSON.parse(stdout)).toMatchObject({ available: 46, not_yet_effective: 0 });
});

test('as CSV the balance is its blocks', async () => {
  const { stdout } = await creditctl('balance acme -o csv', { exchanges: blocks('limit=100'), env: orb });
  expect(csvOf(stdout).map(({ id, balance }) => [id, balance])).toEqual([
    ['now', '40.25'],
    ['later', '5'],
    ['unpaid', '7'],
    ['forever', '0.75'],
  ]);
});

test('another currency and a customer by the id of Orb are asked for as such', async () => {
  const exchanges = blocks('currency=EUR&limit=100', '/customers/4QYW%2F');
  const { stdout } = await creditctl('balance id:4QYW/ --currency EUR -o json', { exchanges, env: orb });
  expect(JSON.parse(stdout)).toMatchObject({ customer: 'id:4QYW/', currency: 'EUR' });
});

for (const [least, code] of [
  ['41.0000000000000001', 1],
  ['41', 0],
  ['0', 0],
  ['-20', 0],
] as const) {
  test(`--fail-below ${least} exits ${code} where 41 are available`, async () => {
    const line = `balance acme --fail-below ${least}`;
    const result = await creditctl(line, { exchanges: blocks('limit=100'), env: orb });
    expect(result.code).toBe(code);
    expect(result.stdout).toContain('41');
    expect(result.stderr).toBe(code === 0 ? '' : `creditctl: 41 credits available, below ${least}\n`);
  });
}

for (const [flags, sentence] of [
  ['--fail-below 1,000', '--fail-below must not have separators: "1,000"; write 1000'],
  ['--fail-below NaN', '--fail-below is not a decimal number: "NaN"'],
  ['--fail-below ""', '--fail-below is empty'],
  ['--currency ""', '--currency is empty'],
] as const) {
  test(`"balance acme ${flags}" is refused before anything is asked`, async () => {
    expectUsage(await creditctl(`balance acme ${flags}`, { exchanges: [], env: orb }), [sentence]);
  });
}

test('without a customer off a terminal every problem is named at once', async () => {
  const result = await creditctl('balance --fail-below x', { exchanges: [], env: orb });
  expectUsage(result, ['<customer> is missing', '--fail-below is not a decimal number']);
});
