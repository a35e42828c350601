import { expect, test } from 'vitest';
import { creditctl, csvOf, errorOf, expectUsage, linesOf, notesOf, orb } from '../../support/command.ts';
import { customer, entry, page } from '../../support/documents.ts';
import type { PlannedExchange } from '../../support/run.ts';

const acme = '/customers/external_customer_id/acme';
const zone = (timezone: string): PlannedExchange => ({
  method: 'GET',
  path: acme,
  answer: { json: customer({ timezone }) },
});
const entries = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => entry({ id: `e${from + index}` }));
const asked = (query: string, json: object = page([]), path = acme): PlannedExchange => ({
  method: 'GET',
  path: `${path}/credits/ledger?${query}`,
  answer: { json },
});
/** Where a ledger has no entry, its blocks are looked at. */
const noBlocks = (path: string): PlannedExchange => ({
  method: 'GET',
  path: `${path}/credits?currency=credits&limit=100`,
  answer: { json: page([]) },
});

test('every filter travels, with dates as the first and last moments of days in the zone of the customer', async () => {
  const query = [
    ...['currency=EUR', 'entry_type=increment', 'entry_status=committed', 'minimum_amount=0.5'],
    ...['created_at[gte]=2026-01-31T15:00:00+00:00', 'created_at[lt]=2026-02-28T15:00:00+00:00', 'limit=20'],
  ].join('&');
  const { code, stdout } = await creditctl(
    'ledger list acme --type increment --status committed --min-amount 0.50 --currency EUR --since 2026-02-01 --until 2026-02-28 -o json',
    { exchanges: [zone('Asia/Tokyo'), asked(query)], env: orb },
  );
  expect(code).toBe(0);
  expect(stdout).toBe('[]\n');
});

test.each(['--json', '--columns id', '--jq .'])('a journal has nothing to choose from: %s', async (more) => {
  expectUsage(await creditctl(`ledger list acme -o hledger ${more} --sandbox`), [
    `${more.split(' ')[0]} cannot be used with -o hledger`,
  ]);
});

test('an instant is meant to the second, and the last day before clocks change ends at the new midnight', async () => {
  const instant =
    'created_at[gte]=2026-10-24T22:00:00+00:00&created_at[lte]=2026-10-25T09:30:00+00:00&limit=20';
  const exact = 'ledger list acme --since 2026-10-25T00:00:00+02:00 --until 2026-10-25T09:30:00Z';
  expect(
    (await creditctl(exact, { exchanges: [zone('Europe/Berlin'), asked(instant)], env: orb })).code,
  ).toBe(0);
  const days = 'created_at[gte]=2026-10-24T22:00:00+00:00&created_at[lt]=2026-10-25T23:00:00+00:00&limit=20';
  const whole = 'ledger list acme --since 2026-10-25 --until 2026-10-25';
  expect((await creditctl(whole, { exchanges: [zone('Europe/Berlin'), asked(days)], env: orb })).code).toBe(
    0,
  );
});

for (const [line, path] of [
  ['ledger list acme', acme],
  ['ledger list --external-customer-id acme', acme],
  ['ledger list id:4QYWy9UbDY8yXKKd', '/customers/4QYWy9UbDY8yXKKd'],
  ['ledger list --customer-id 4QYWy9UbDY8yXKKd', '/customers/4QYWy9UbDY8yXKKd'],
  ['ledger list "a/b c?#%é"', '/customers/external_customer_id/a%2Fb%20c%3F%23%25%C3%A9'],
  ['ledger list --external-customer-id=-x', '/customers/external_customer_id/-x'],
  ['ledger list --external-customer-id id:x', '/customers/external_customer_id/id%3Ax'],
] as const) {
  test(`"${line}" asks for the ledger below ${path}`, async () => {
    const { code } = await creditctl(line, {
      exchanges: [asked('limit=20', page([]), path), noBlocks(path)],
      env: orb,
    });
    expect(code).toBe(0);
  });
}

test('250 entries are asked for in pages of 100, 100 and 50, and where the list goes on is named', async () => {
  const exchanges = [
    asked('limit=100', page(entries(0, 100), 'c1')),
    asked('limit=100&cursor=c1', page(entries(100, 100), 'c2')),
    asked('limit=50&cursor=c2', page(entries(200, 50), 'c3')),
  ];
  const result = await creditctl('ledger list acme --limit 250 -o ndjson', { exchanges, env: orb });
  expect(linesOf(result.stdout)).toEqual(entries(0, 250));
  expect(notesOf(result)).toEqual([{ next_cursor: 'c3' }]);
  const text = await creditctl('ledger list acme --limit 250', { exchanges, env: orb });
  expect(text.stderr).toMatch(/--all.*--cursor c3\n$/);
});

test('--all merges every page into one array, and names nothing more', async () => {
  const exchanges = [
    asked('limit=1000', page(entries(0, 100), 'c1')),
    asked('limit=1000&cursor=c1', page(entries(100, 1))),
  ];
  const { code, stdout, stderr } = await creditctl('ledger list acme --all --json id', {
    exchanges,
    env: orb,
  });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual(entries(0, 101).map(({ id }) => ({ id })));
  expect(stderr).toBe('');
});

test('--cursor goes on where an earlier list ended', async () => {
  const exchanges = [asked('limit=20&cursor=c1', page(entries(20, 3)))];
  const { stdout } = await creditctl('ledger list acme --cursor c1 -o csv --columns id', {
    exchanges,
    env: orb,
  });
  expect(csvOf(stdout).map(({ id }) => id)).toEqual(['e20', 'e21', 'e22']);
});

test('pages that do not advance end in an error, not in a loop', async () => {
  const exchanges = [
    asked('limit=1000', page(entries(0, 1), 'c1')),
    asked('limit=1000&cursor=c1', page(entries(1, 1), 'c1')),
  ];
  const result = await creditctl('ledger list acme --all -o ndjson', { exchanges, env: orb });
  expect(result.code).toBe(7);
  expect(errorOf(result).message).toContain('the cursor "c1" came twice; the list is incomplete');
});

test('entries before a failure are shown, with those who wrote them too', async () => {
  const ids = async (columns: string) => {
    const { code, stdout } = await creditctl(`ledger list acme --all -o csv --columns ${columns}`, {
      exchanges: [
        asked('limit=1000', page(entries(0, 3), 'c1')),
        asked('limit=1000&cursor=c1', page(entries(3, 1), 'c1')),
      ],
      env: orb,
    });
    return [code, csvOf(stdout).map(({ id }) => id)];
  };
  expect(await ids('id,who')).toEqual(await ids('id'));
});

test('numbers keep every digit, from the wire to every format', async () => {
  const digits = '123456789012345.678';
  const body = JSON.stringify(
    page([entry({ amount: 7, starting_balance: 0, ending_balance: 7 })]),
  ).replaceAll('7', digits);
  const exchanges = [{ method: 'GET', path: `${acme}/credits/ledger?limit=20`, answer: { body } }];
  for (const format of ['json', 'ndjson', 'csv', 'yaml', 'md', 'table']) {
    const { stdout } = await creditctl(`ledger list acme -o ${format}`, { exchanges, env: orb });
    expect(stdout.split(digits).length).toBeGreaterThanOrEqual(3);
  }
});

test('an empty ledger is an empty array, a header, or a sentence on stderr', async () => {
  const listed = (more: string) =>
    creditctl(`ledger list acme ${more}`, { exchanges: [asked('limit=20'), noBlocks(acme)], env: orb });
  expect((await listed('-o json')).stdout).toBe('[]\n');
  expect((await listed('-o ndjson')).stdout).toBe('');
  expect(csvOf((await listed('-o csv')).stdout)).toEqual([]);
  expect(await listed('')).toMatchObject({ stdout: '', stderr: 'no entries\n', code: 0 });
});

/** On a terminal times are those of the customer's zone. */
const askedZone = {
  method: 'GET',
  path: '/customers/external_customer_id/acme',
  answer: { json: customer({ timezone: 'Asia/Tokyo' }) },
};

test('on a terminal a day is the day that the customer has', async () => {
  const late = entry({ created_at: '2026-12-30T15:00:00+00:00' });
  const exchanges = [asked('limit=20', page([late])), askedZone];
  const { stdout, stderr } = await creditctl('ledger list acme', { exchanges, env: orb, terminal: 140 });
  expect(stdout).toContain('2026-12-31');
  expect(stdout).not.toContain('2026-12-30');
  expect(stderr).toContain('Asia/Tokyo');
});

test('a cell that a spreadsheet would run is defused, and a terminal gets no control characters', async () => {
  const nasty = entry({ description: '=cmd()\u001b[2J\u009b31m', metadata: { k: '\u001b]0;x\u0007' } });
  const listed = (more: string, terminal?: number) =>
    creditctl(`ledger list acme ${more}`, {
      exchanges: [asked('limit=20', page([nasty])), ...(terminal === undefined ? [] : [askedZone])],
      env: { ...orb, NO_COLOR: '1' },
      ...(terminal === undefined ? {} : { terminal }),
    });
  expect(csvOf((await listed('-o csv')).stdout)[0]?.description).toBe("'=cmd()");
  for (const { stdout } of [
    await listed(''),
    await listed('', 200),
    await listed('-o json'),
    await listed('-o csv'),
    await listed('-o yaml'),
    await listed('-o md'),
  ])
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

for (const [flags, sentence] of [
  [
    '--type gift',
    '--type must be one of increment, decrement, expiration_change, void, amendment, void_initiated, credit_block_expiry: "gift"',
  ],
  ['--status done', '--status must be one of committed, pending: "done"'],
  ['--since 2026-02-30', '--since is not a day of the calendar: "2026-02-30"'],
  ['--until soon', '--until is not a date: "soon"'],
  ['--min-amount 1e3', '--min-amount must be written out without an exponent: "1e3"'],
  ['--min-amount -5', '--min-amount must not be negative: "-5"'],
  ['--limit 0', '--limit must be a whole number above 0: "0"'],
  ['--limit 1.5', '--limit must be a whole number above 0: "1.5"'],
  ['--limit 5 --all', '--limit cannot be used with --all'],
  ['--cursor ""', '--cursor is empty'],
  ['--currency ""', '--currency is empty'],
  ['--customer-id x', '<customer> is given twice: as "acme" and with --customer-id'],
] as const) {
  test(`"ledger list acme ${flags}" is refused before anything is asked`, async () => {
    expectUsage(await creditctl(`ledger list acme ${flags}`, { exchanges: [], env: orb }), [sentence]);
  });
}

test('all that is wrong is said at once, the missing customer included', async () => {
  const result = await creditctl('ledger list --type gift --limit x --since y', { exchanges: [], env: orb });
  expectUsage(result, [
    '<customer> is missing',
    '--type must be',
    '--limit must be',
    '--since is not a date',
  ]);
});

test('a span that ends before it begins is refused', async () => {
  const line = 'ledger list acme --since 2026-03-02 --until 2026-03-01';
  const result = await creditctl(line, { exchanges: [zone('UTC')], env: orb });
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('--since is later than --until');
});

for (const id of ['.', '..', '""', 'id:']) {
  test(`"${id}" is no customer, because it would name another path`, async () => {
    expectUsage(await creditctl(`ledger list ${id}`, { exchanges: [], env: orb }), [
      '<customer> is not a valid id',
    ]);
  });
}

test('on a terminal a customer who is not named is searched for', async () => {
  const exchanges = [
    { method: 'GET', path: '/customers?limit=100', answer: { json: page([customer()]) } },
    asked('limit=20', page([entry()])),
    askedZone,
  ];
  const answers = [{ message: 'Which customer?', answer: 'acme' }];
  const { code, stdout } = await creditctl('ledger list', { exchanges, answers, env: orb, terminal: 120 });
  expect(code).toBe(0);
  expect(stdout).toContain('+100');
});

test('a date in a time zone that this Node does not know is refused, with the way out', async () => {
  const result = await creditctl('ledger list acme --since today -o json', {
    exchanges: [
      {
        method: 'GET',
        path: '/customers/external_customer_id/acme',
        answer: { json: customer({ timezone: 'Not/AZone' }) },
      },
    ],
    env: orb,
  });
  expect(result.code).toBe(2);
  expect(errorOf(result).message).toMatch(/^--since needs the time zone Not\/AZone.*T00:00:00-08:00/);
  expect(result.requests).toHaveLength(1);
});
