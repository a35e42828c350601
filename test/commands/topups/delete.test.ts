import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { page, topUp } from '../../support/documents.ts';
import { recordedIn } from '../../support/recorded.ts';

const path = '/customers/external_customer_id/acme/credits/top_ups';
const gone = { method: 'DELETE', path: `${path}/topUp1`, answer: { status: 204 } };
const list = { method: 'GET', path: `${path}?limit=100`, answer: { json: page([topUp()]) } };

test('a script says the id twice, and gets a document that says it is gone', async () => {
  const result = await creditctl('topups delete acme topUp1 --yes --confirm topUp1 -o json', {
    exchanges: [gone],
    env: orb,
  });
  expect(result.code).toBe(0);
  expect(JSON.parse(result.stdout)).toEqual({ id: 'topUp1', deleted: true });
  expect(recordedIn(result.home).map(({ event }) => event)).toEqual(['noted', 'settled', 'acknowledged']);
});

test("by Orb's own id the path is the other one", async () => {
  const exchanges = [{ ...gone, path: '/customers/x/credits/top_ups/topUp1' }];
  const line = 'topups delete --customer-id x topUp1 --yes --confirm topUp1';
  expect((await creditctl(line, { exchanges, env: orb })).stdout).toBe('id       topUp1\ndeleted  true\n');
});

for (const [flags, message] of [
  ['', 'Without a terminal, nothing is written'],
  ['--yes', '--confirm is missing: this deletes the top-up'],
  ['--yes --confirm topUp2', '--confirm does not match the top-up id: "topUp2"'],
] as const) {
  test(`off a terminal "${flags}" is not consent enough`, async () => {
    const line = `topups delete acme topUp1 ${flags} -o json`;
    const result = await creditctl(line, { exchanges: [], env: orb });
    expect(result.code).toBe(10);
    expect(errorOf(result)).toMatchObject({ code: 'refused', applied: 'no' });
    expect(errorOf(result).message).toContain(message);
    expect(String(errorOf(result).next)).toContain('--confirm topUp1');
    expect(recordedIn(result.home)).toEqual([]);
  });
}

test('on a terminal customer and top-up are chosen, the figures shown, and the id typed back', async () => {
  const make =
    'topups create acme --threshold 5 --amount 6 --cost-basis 0 --net-terms 0 --sandbox --yes --json id';
  const { home, stdout } = await creditctl(make);
  const { id } = JSON.parse(stdout) as { id: string };
  const choose = [
    { message: 'Which customer?', answer: 'acme' },
    { message: 'Which top-up?', answer: `${id}  6 credits at or below 5` },
  ];
  const typed = (answer: string) => ({ message: 'This deletes the top-up. Type the top-up id', answer });
  const line = 'topups delete --sandbox';
  const slip = await creditctl(line, { home, terminal: 100, answers: [...choose, typed('no')] });
  expect(slip.code).toBe(10);
  const done = await creditctl(line, { home, terminal: 100, answers: [...choose, typed(id)] });
  expect(done.code, done.stderr).toBe(0);
  for (const part of [
    `Delete top-up ${id} of acme`,
    'top-up     6 credits at or below 5, for 0 each, which never expire',
    'invoices   unpaid invoices of its credits will be voided',
    `creditctl topups delete acme ${id} --sandbox --yes --confirm ${id}`,
  ])
    expect(done.stderr).toContain(part);
  expect(done.stdout).toContain(id);
  const none = await creditctl(line, { home, terminal: 100, answers: choose.slice(0, 1) });
  expect(none.code).toBe(1);
  expect(none.stderr).toContain('The customer has no top-ups');
  expect(none.stderr).toContain('creditctl topups create acme --sandbox');
});

test('a dry run shows what would be deleted, and is exit 4 if it is not there', async () => {
  const shown = await creditctl('topups delete acme topUp1 --dry-run', { exchanges: [list], env: orb });
  expect(shown.stdout).toContain(
    'top-up     500 credits at or below 100, for 0.2 each, which expire after 12 months',
  );
  expect(shown.stdout).toContain(`request    DELETE ${path}/topUp1`);
  const machine = await creditctl('topups delete acme topUp1 -n -o json', { exchanges: [list], env: orb });
  expect(JSON.parse(machine.stdout).effect).toEqual({ deletes: topUp() });
  const other = await creditctl('topups delete acme other -n -o json', { exchanges: [list], env: orb });
  expect([other.code, other.stdout]).toEqual([4, '']);
  expect(errorOf(other)).toMatchObject({
    message: 'The customer acme has no top-up "other"',
    applied: 'no',
    next: [
      expect.stringMatching(/confirm it: creditctl topups delete acme other --yes --confirm other$/),
      'List the top-ups: creditctl topups list acme',
    ],
  });
});

test('an unknown top-up is exit 4, an answer that is not empty leaves the outcome unknown', async () => {
  const unknown = await creditctl('topups delete acme other --sandbox --yes --confirm other -o json');
  expect(unknown.code).toBe(4);
  expect(errorOf(unknown)).toMatchObject({ code: 'not-found', status: 404, applied: 'no' });
  const line = 'topups delete acme topUp1 --yes --confirm topUp1 -o json';
  const exchanges = [{ ...gone, answer: { status: 200, json: { ok: true } } }];
  const odd = await creditctl(line, { exchanges, env: orb });
  expect(odd.code).toBe(11);
  expect(errorOf(odd).message).toContain('a document instead of nothing');
});

test('everything that is missing or wrong is said at once', async () => {
  expectUsage(await creditctl('topups delete', { exchanges: [], env: orb }), [
    '<customer> is missing',
    '<top-up> is missing',
  ]);
  expectUsage(await creditctl('topups delete acme ..', { exchanges: [], env: orb }), [
    '<top-up> is not a valid id',
  ]);
  const twice = await creditctl('topups delete acme t1 --customer-id x', { exchanges: [], env: orb });
  expectUsage(twice, ['<customer> is given twice: as "acme" and with --customer-id']);
  expect(twice.stderr).not.toContain('<top-up>');
});
