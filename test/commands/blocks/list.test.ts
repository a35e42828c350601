import { expect, test } from 'vitest';
import { creditctl, expectUsage, orb } from '../../support/command.ts';
import { block, customer, page } from '../../support/documents.ts';

const acme = '/customers/external_customer_id/acme';

test('every filter travels, with dates in the zone of the customer', async () => {
  const query = [
    ...['currency=EUR', 'include_all_blocks=true', 'effective_date[gte]=2026-01-01T08:00:00+00:00'],
    ...['effective_date[lt]=2027-01-01T08:00:00+00:00', 'limit=3'],
  ].join('&');
  const exchanges = [
    { method: 'GET', path: acme, answer: { json: customer() } },
    { method: 'GET', path: `${acme}/credits?${query}`, answer: { json: page([block()]) } },
  ];
  const line =
    'blocks list acme --all-blocks --currency EUR --effective-since 2026-01-01 --effective-until 2026-12-31 --limit 3 -o json';
  const { code, stdout } = await creditctl(line, { exchanges, env: orb });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual([block()]);
});

test('open blocks alone are asked for unless --all-blocks is said', async () => {
  const exchanges = [
    {
      method: 'GET',
      path: `${acme}/credits?limit=20`,
      answer: {
        json: page(
          Array.from({ length: 20 }, (_, at) => block({ id: `block${at + 1}` })),
          'c9',
        ),
      },
    },
  ];
  const { stdout, stderr } = await creditctl('blocks list acme', { exchanges, env: orb });
  expect(stdout).toContain('block1');
  expect(stderr).toContain('--cursor c9');
});

test('where no block has credits left, the way to the others is named once', async () => {
  for (const [line, words] of [
    ['blocks list acme --sandbox', 'expired ones: creditctl blocks list acme --all-blocks --sandbox\n'],
    ['blocks list acme --currency EUR --sandbox', 'blocks list acme --all-blocks --currency EUR --sandbox\n'],
    ['balance acme --sandbox', 'expired ones: creditctl blocks list acme --all-blocks --sandbox\n'],
    ['balance acme --currency EUR --sandbox', 'blocks list acme --all-blocks --currency EUR --sandbox\n'],
    ['blocks list acme --all-blocks --sandbox', 'no blocks\n'],
    ['blocks list acme --effective-since +1y --sandbox', 'no blocks match\n'],
  ] as const)
    expect((await creditctl(line)).stderr).toContain(words);
});

test('--all follows every page', async () => {
  const exchanges = [
    { method: 'GET', path: `${acme}/credits?limit=100`, answer: { json: page([block()], 'c1') } },
    {
      method: 'GET',
      path: `${acme}/credits?limit=100&cursor=c1`,
      answer: { json: page([block({ id: 'b2' })]) },
    },
  ];
  const { stdout } = await creditctl('blocks list acme --all --json id', { exchanges, env: orb });
  expect(JSON.parse(stdout)).toEqual([{ id: 'block1' }, { id: 'b2' }]);
});

test('what is wrong is said at once, before anything is asked', async () => {
  const line = 'blocks list --effective-since 2026-13-01 --effective-until x --limit -1 --currency ""';
  expectUsage(await creditctl(line, { exchanges: [], env: orb }), [
    '<customer> is missing',
    '--effective-since is not a day of the calendar: "2026-13-01"',
    '--effective-until is not a date: "x"',
    '--limit must be a whole number above 0: "-1"',
    '--currency is empty',
  ]);
});

test("on a terminal, a served ledger's moved clock counts from its first answer on", async () => {
  const headers = { 'creditctl-ledger': 'l', 'creditctl-ledger-ahead': String(60 * 86_400_000) };
  const expiry_date = '2027-02-01T08:00:00Z';
  const exchanges = [
    {
      method: 'GET',
      path: `${acme}/credits?limit=20`,
      answer: { json: page([block({ expiry_date })]), headers },
    },
    { method: 'GET', path: acme, answer: { json: customer(), headers } },
  ];
  const { stdout } = await creditctl('blocks list acme', { exchanges, env: orb, terminal: 160 });
  expect(stdout).toMatch(/2027-02-01, in 10 days/);
});
