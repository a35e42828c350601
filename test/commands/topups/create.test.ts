import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { block, customer, page, repeating, topUp } from '../../support/documents.ts';
import { recordedIn } from '../../support/recorded.ts';
import { losingAnswers, noon } from '../../support/run.ts';

const acme = '/customers/external_customer_id/acme';
const path = `${acme}/credits/top_ups`;
const least = '--threshold 100 --amount 500 --cost-basis 0.20 --net-terms 30';
const made = { method: 'POST', path, answer: { status: 201, json: repeating(topUp()) } };
const preview = [
  { method: 'GET', path: `${path}?limit=100`, answer: { json: page([topUp({ id: 'old' })]) } },
  { method: 'GET', path: `${acme}/credits?currency=credits&limit=100`, answer: { json: page([block()]) } },
  { method: 'GET', path: acme, answer: { json: { ...customer(), currency: 'USD' } } },
];

test('every flag reaches the body, under a key of its own', async () => {
  const line = `topups create acme ${least} --currency USD --auto-collect --memo "Auto top-up" --require-payment --expires-after 6m --active-from 2026-11-20 --yes -o json`;
  const exchanges = [{ method: 'GET', path: acme, answer: { json: customer() } }, made];
  const { code, stdout, requests, home } = await creditctl(line, { exchanges, env: orb });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ id: topUp().id });
  expect(requests[1]?.headers).toEqual({ 'idempotency-key': 'key-1' });
  expect(JSON.parse(requests[1]?.body ?? '')).toEqual({
    threshold: '100',
    amount: '500',
    per_unit_cost_basis: '0.2',
    currency: 'USD',
    invoice_settings: {
      auto_collection: true,
      net_terms: 30,
      memo: 'Auto top-up',
      require_successful_payment: true,
    },
    expires_after: 6,
    expires_after_unit: 'month',
    active_from: '2026-11-20T00:00:00-08:00',
  });
  expect(recordedIn(home).map(({ event }) => event)).toEqual(['noted', 'settled', 'acknowledged']);
});

test("by Orb's own id the path is the other one, and without a date no zone is asked for", async () => {
  const exchanges = [{ ...made, path: '/customers/x/credits/top_ups' }];
  const { code, stdout } = await creditctl(`topups create id:x ${least} --yes`, { exchanges, env: orb });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^id +topUp1$/m);
});

test('a dry run says which top-up gives way, with its figures, and writes nothing', async () => {
  const { code, stdout, requests } = await creditctl(`topups create acme ${least} --dry-run`, {
    exchanges: preview,
    env: orb,
  });
  expect(code).toBe(0);
  expect(requests.every(({ method }) => method === 'GET')).toBe(true);
  for (const part of [
    'Buy 500 credits for acme whenever 100 or less are left',
    'balance    40 credits now, so the first purchase happens immediately',
    'invoice    100 USD each time, due 30 days after issue',
    'replaces   old: 500 credits at or below 100, for 0.2 each, which expire after 12 months',
    `request    POST ${path}`,
  ])
    expect(stdout).toContain(part);
});

test('a dry run for a script has the top-up that gives way as it came', async () => {
  const exchanges = preview;
  const line = `topups create acme ${least} --dry-run -o json`;
  const document = JSON.parse((await creditctl(line, { exchanges, env: orb })).stdout);
  expect(document).toMatchObject({ dry_run: true, request: { method: 'POST', path } });
  expect(document.effect).toEqual({
    balance: 40,
    buys_at_once: true,
    invoice_total: '100',
    replaces: topUp({ id: 'old' }),
    notes: [],
  });
});

test('a top-up in another currency is not replaced', async () => {
  const other = page([topUp({ id: 'old', currency: 'USD' })]);
  const exchanges = [{ ...preview[0], method: 'GET', path: `${path}?limit=100`, answer: { json: other } }];
  const { stdout } = await creditctl(`topups create acme ${least} -n`, {
    exchanges: [...exchanges, ...preview.slice(1)],
    env: orb,
  });
  expect(stdout).toContain('replaces   nothing');
});

test('on a terminal what is missing is asked for, shown, and named as one line', async () => {
  const result = await creditctl('topups create --auto-collect --sandbox', {
    terminal: 100,
    answers: [
      { message: 'Which customer?', answer: 'acme' },
      { message: 'Buy credits when the balance is at or below', answer: '0' },
      { message: 'How many credits to buy each time', answer: '500' },
      { message: 'Price of one credit', answer: '0.20' },
      { message: 'Days until each invoice is due', answer: '0' },
      { message: 'Credits expire after', answer: '1m' },
      { message: 'Buy 500 credits for acme whenever 0 or less are left?', answer: true },
    ],
  });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain('so the first purchase happens immediately');
  expect(result.stderr).toContain(
    'creditctl topups create acme --threshold 0 --amount 500 --cost-basis 0.20 --net-terms 0 --auto-collect --expires-after 1m --sandbox --yes',
  );
  const { stdout } = await creditctl('topups list acme --sandbox -o json', { home: result.home });
  expect(JSON.parse(stdout)).toMatchObject([{ threshold: '0', amount: '500', expires_after: 1 }]);
  const balance = await creditctl('balance acme --sandbox --json available', { home: result.home });
  expect(JSON.parse(balance.stdout)).toEqual({ available: 500 });
});

test('a second top-up takes the place of the first, and no other', async () => {
  const { home } = await creditctl(`topups create acme ${least} --sandbox --yes`);
  await creditctl(`topups create acme ${least} --currency USD --sandbox --yes`, { home });
  const line = 'topups create acme --threshold 5 --amount 6 --cost-basis 0 --net-terms 0 --sandbox';
  const answers = [{ message: 'Buy 6 credits for acme whenever 5 or less are left?', answer: true }];
  const { stderr } = await creditctl(line, { home, terminal: 100, answers });
  expect(stderr).toMatch(/replaces {3}\w{16}: 500 credits at or below 100/);
  expect(stderr).not.toContain('To run this without questions');
  const { stdout } = await creditctl('topups list acme --sandbox --json currency,threshold', { home });
  expect(JSON.parse(stdout)).toEqual([
    { currency: 'credits', threshold: '5' },
    { currency: 'USD', threshold: '100' },
  ]);
});

test('an unknown customer is exit 4, and a refusal of the API exit 5', async () => {
  const nobody = await creditctl(`topups create nobody ${least} --sandbox --yes -o json`);
  expect(nobody.code).toBe(4);
  expect(errorOf(nobody)).toMatchObject({ code: 'not-found', status: 404, applied: 'no' });
  const euros = await creditctl(`topups create acme ${least} --currency EUR --sandbox --yes -o json`);
  expect(euros.code).toBe(5);
  expect(errorOf(euros)).toMatchObject({ code: 'rejected', status: 400, applied: 'no', retry_safe: true });
});

/** Before it is sent again: whether the external id is still the same customer's. */
const look = { method: 'GET', path: acme, answer: { json: customer() } };

test('an answer that cannot be read leaves the outcome unknown, and the next run settles it', async () => {
  const broken = { ...made, answer: { status: 201, json: topUp({ amount: null }) } };
  const line = `topups create acme ${least} --yes -o json`;
  const first = await creditctl(line, { exchanges: [broken], env: orb });
  expect(first.code).toBe(11);
  expect(errorOf(first)).toMatchObject({ code: 'outcome-unknown', applied: 'unknown', retry_safe: true });
  const list = { method: 'GET', path: `${path}?limit=100`, answer: { json: page([topUp()]) } };
  const exchanges = [look, made, list];
  const { code, requests } = await creditctl(line, { exchanges, env: orb, home: first.home });
  expect(code).toBe(0);
  expect(requests[1]?.headers['idempotency-key']).toBe('key-1');
});

test('one that was settled late but replaced since is not reported as there', async () => {
  const broken = { ...made, answer: { status: 500 }, again: true as const };
  const line = `topups create acme ${least} --yes -o json`;
  const first = await creditctl(line, { exchanges: [broken], env: orb });
  expect(first.code).toBe(11);
  const list = { method: 'GET', path: `${path}?limit=100`, answer: { json: page([topUp({ id: 'other' })]) } };
  const result = await creditctl(line, {
    exchanges: [look, made, list],
    env: orb,
    home: first.home,
    now: noon + 3_600_000,
  });
  expect(result.code).toBe(1);
  expect(errorOf(result)).toMatchObject({
    message: 'Top-up topUp1 was created earlier, but has been replaced or deleted since',
    applied: 'yes',
    retry_safe: false,
  });
});

for (const [flags, ...sentences] of [
  ['', '<customer> is', '--threshold is', '--amount is', '--cost-basis is', '--net-terms is missing'],
  [`acme ${least} --expires-after 2w`, '--expires-after must be days or months: write 14d: "2w"'],
  [`acme ${least} --active-from soon`, '--active-from is not a date: "soon"'],
  [`acme ${least} --idempotency-key ""`, '--idempotency-key must be 1 to 64'],
  ['acme --amount 0 --net-terms x', '--threshold is', '--amount must be above 0', '--net-terms must be a'],
  [`--customer-id x --external-customer-id y ${least}`, '--customer-id cannot be used with'],
] as const) {
  test(`"topups create ${flags}" is refused, and nothing is sent`, async () => {
    expectUsage(await creditctl(`topups create ${flags} --yes`, { exchanges: [], env: orb }), sentences);
  });
}

test('a start too far back is only known in the zone of the customer', async () => {
  const line = `topups create acme ${least} --active-from 2026-11-12 --yes`;
  const { code, stderr, requests } = await creditctl(line, { exchanges: [look], env: orb });
  expect(code).toBe(2);
  expect(stderr).toContain('--active-from is more than 10 days in the past: "2026-11-12"');
  expect(requests).toHaveLength(1);
});

test('a wrong flag is said on a terminal before anything is asked', async () => {
  const result = await creditctl('topups create acme --amount 0', { exchanges: [], env: orb, terminal: 100 });
  expectUsage(result, ['--amount must be above 0', '--threshold is missing']);
});

test('a top-up whose answer was lost is settled by the same words after midnight', async () => {
  const { home } = await creditctl('sandbox status');
  const line = `topups create acme ${least} --active-from +2d --sandbox --yes`;
  const lost = await creditctl(line, {
    home,
    ...losingAnswers,
  });
  expect(lost.code).toBe(11);
  const settled = await creditctl(line, { home, now: noon + 25 * 3_600_000 });
  expect(settled.code, settled.stderr).toBe(0);
  const { stdout: writes } = await creditctl('history list --sandbox --json outcome', { home });
  expect(JSON.parse(writes)).toEqual([{ outcome: 'settled' }]);
});
