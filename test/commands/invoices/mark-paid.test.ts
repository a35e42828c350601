import { expect, test } from 'vitest';
import { creditctl, expectUsage, orb } from '../../support/command.ts';
import { customer, invoice } from '../../support/documents.ts';
import { losingAnswers, noon } from '../../support/run.ts';

const looks = [
  { method: 'GET', path: '/invoices/inv1', answer: { json: invoice() } },
  { method: 'GET', path: '/customers/4QYWy9UbDY8yXKKd', answer: { json: customer() } },
];
const paying = {
  method: 'POST',
  path: '/invoices/inv1/mark_paid',
  answer: { json: invoice({ status: 'paid' }) },
};

/** It is still the 9th in Los Angeles. */
const now = Date.parse('2026-01-10T03:00:00Z');

for (const [typed, day] of [
  ['today', '2026-01-09'],
  ['2026-01-05', '2026-01-05'],
] as const) {
  test(`--received ${typed} is ${day} for the customer`, async () => {
    const line = `invoices mark-paid inv1 --received ${typed} --yes -o json`;
    const result = await creditctl(line, { exchanges: [...looks, paying], env: orb, now });
    expect(result.code).toBe(0);
    expect(JSON.parse(result.requests.at(-1)?.body ?? '')).toEqual({ payment_received_date: day });
  });
}

test('a day to come is refused, and nothing is written', async () => {
  const line = 'invoices mark-paid inv1 --received 2026-01-10 --yes';
  const result = await creditctl(line, { exchanges: looks, env: orb, now });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('--received is in the future: 2026-01-10');
  expect(result.requests.every(({ method }) => method === 'GET')).toBe(true);
});

test('the day must be said, and be a day', async () => {
  for (const [flag, problem] of [
    ['', '--received is missing'],
    ['--received soon', '--received is not a date'],
    ['--received 2026-01-05T10:00:00Z', '--received must be a day'],
  ] as const)
    expectUsage(await creditctl(`invoices mark-paid inv1 ${flag} --yes`, { exchanges: [], env: orb }), [
      problem,
    ]);
});

test('on a terminal the day is asked for, in the zone of the customer, and shown before consent', async () => {
  const { code, stderr, requests } = await creditctl('invoices mark-paid inv1', {
    exchanges: [...looks, ...looks, looks[1], paying, looks[1]].flatMap((each) => each ?? []),
    env: orb,
    now,
    terminal: 100,
    answers: [
      { message: 'Day of the payment (in America/Los_Angeles)', answer: 'yesterday' },
      { message: 'Mark invoice inv1 as paid?', answer: true },
    ],
  });
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('received   2026-01-08');
  expect(stderr).toContain('creditctl invoices mark-paid inv1 --received 2026-01-08 --yes');
  expect(requests.map(({ body }) => body ?? '').join('')).toBe('{"payment_received_date":"2026-01-08"}');
});

test('invoice and day are asked for, one after the other', async () => {
  const { home, stdout } = await creditctl(
    'ledger add acme --amount 10 --cost-basis 1 --invoice-net-terms 0 --sandbox --yes --json created_invoices',
  );
  const { created_invoices: [made] = [] } = JSON.parse(stdout) as { created_invoices: { id: string }[] };
  const { code, stderr } = await creditctl('invoices mark-paid --sandbox', {
    home,
    terminal: 100,
    answers: [
      { message: 'Which customer?', answer: 'acme' },
      { message: 'Which invoice?', answer: made?.id ?? '' },
      { message: 'Day of the payment', answer: 'today' },
      { message: `Mark invoice ${made?.id} as paid?`, answer: true },
    ],
  });
  expect(code, stderr).toBe(0);
});

test('credits that waited are active afterwards, on the embedded ledger', async () => {
  const sell =
    'ledger add acme --amount 10 --cost-basis 1 --invoice-net-terms 0 --require-payment --sandbox --yes -o json';
  const { home, stdout } = await creditctl(sell);
  const [{ id } = { id: '' }] = (JSON.parse(stdout) as { created_invoices: { id: string }[] })
    .created_invoices;
  const balance = async () => {
    const line = 'ledger list acme --limit 1 --sandbox --json ending_balance';
    return JSON.parse((await creditctl(line, { home })).stdout) as unknown;
  };
  expect(await balance()).toEqual([{ ending_balance: 0 }]);
  const pay = `invoices mark-paid ${id} --received today --sandbox --yes`;
  expect((await creditctl(pay, { home })).code).toBe(0);
  expect(await balance()).toEqual([{ ending_balance: 10 }]);
  // It is not paid twice.
  expect((await creditctl(pay, { home })).code).toBe(5);
  const verified = await creditctl('ledger verify acme --sandbox', { home });
  expect(verified.code, verified.stderr + verified.stdout).toBe(0);
});

const sale =
  'ledger add acme --amount 5 --cost-basis 2 --invoice-net-terms 30 --require-payment --sandbox --yes';

test.each([
  '',
  ' --idempotency-key k1',
])('a payment whose answer was lost is settled by the same words%s after midnight', async (key) => {
  const { home, stdout } = await creditctl(`${sale} --jq .created_invoices[0].id`);
  const line = `invoices mark-paid ${stdout.trim()} --received today --sandbox --yes${key}`;
  const lost = await creditctl(line, {
    home,
    ...losingAnswers,
  });
  expect(lost.code).toBe(11);
  const settled = await creditctl(line, { home, now: noon + 25 * 3_600_000 });
  expect(settled.code, settled.stderr).toBe(0);
  const { stdout: writes } = await creditctl('history list --sandbox --json outcome', { home });
  expect(JSON.parse(writes)).toEqual([{ outcome: 'settled' }, { outcome: 'settled' }]);
});
