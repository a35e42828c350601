import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { readWatchFlags, restBefore } from '../../../src/commands/ledger/watch.ts';
import { TransportFailure } from '../../../src/wire/json.ts';
import { creditctl, csvOf, expectUsage, linesOf, notesOf, orb } from '../../support/command.ts';
import { customer, entry, page } from '../../support/documents.ts';
import type { PlannedExchange } from '../../support/run.ts';

const acme = '/customers/external_customer_id/acme';
const numbered = (...numbers: number[]) =>
  numbers.map((number) => entry({ id: `e${number}`, ledger_sequence_number: number }));
const asked = (query: string, entries: readonly object[], next: string | null = null): PlannedExchange => ({
  method: 'GET',
  path: `${acme}/credits/ledger?${query}`,
  answer: { json: page(entries, next) },
});
const watching = { watching: { customer: 'acme', currency: 'credits' } };

test('only what is new is printed, oldest first, one entry a line', async () => {
  const exchanges = [
    asked('limit=1', numbered(4), 'c'),
    asked('limit=100', numbered(4, 3)),
    asked('limit=100', numbered(6, 5, 4)),
    asked('limit=100', numbered(7, 6, 5)),
  ];
  const result = await creditctl('ledger watch acme --limit 3 -o ndjson', { exchanges, env: orb });
  expect(result.code, result.stderr).toBe(0);
  expect(linesOf(result.stdout)).toEqual(numbered(5, 6, 7));
  expect(notesOf(result)).toEqual([watching]);
});

test('with a limit, JSON and YAML are whole documents', async () => {
  for (const format of ['json', 'yaml']) {
    const exchanges = [
      asked('limit=1', numbered(4), 'c'),
      asked('limit=100', numbered(6, 5, 4)),
      asked('limit=100', numbered(8, 7, 6, 5)),
    ];
    const line = `ledger watch acme --limit 3 -o ${format}`;
    const { code, stdout } = await creditctl(line, { exchanges, env: orb });
    expect(code).toBe(0);
    expect(parseYaml(stdout)).toEqual(numbered(5, 6, 7));
    if (format === 'json') expect(JSON.parse(stdout)).toEqual(numbered(5, 6, 7));
  }
});

test('--since begins with what was created since, in the zone of the customer', async () => {
  const since = 'created_at[gte]=2026-01-31T15:00:00+00:00';
  const exchanges = [
    { method: 'GET', path: acme, answer: { json: customer({ timezone: 'Asia/Tokyo' }) } },
    asked('limit=1', numbered(4), 'c'),
    asked(`${since}&limit=100`, numbered(4, 3, 2)),
    asked('limit=100', numbered(5, 4)),
  ];
  const line = 'ledger watch acme --since 2026-02-01 --limit 4 -o csv --columns id';
  const { stdout, code } = await creditctl(line, { exchanges, env: orb });
  expect(code).toBe(0);
  expect(csvOf(stdout).map(({ id }) => id)).toEqual(['e2', 'e3', 'e4', 'e5']);
});

test('more than one page of new entries is walked back to the last one seen, whatever size a page has', async () => {
  const from = (first: number, count: number) =>
    numbered(...Array.from({ length: count }, (_, index) => first - index));
  const exchanges = [
    asked('limit=1', numbered(10), 'c'),
    asked('limit=100', from(150, 20), 'c1'),
    asked('limit=100&cursor=c1', from(130, 110), 'c2'),
    asked('limit=100&cursor=c2', from(20, 20)),
  ];
  const line = 'ledger watch acme --limit 140 -o ndjson --json ledger_sequence_number';
  const { stdout } = await creditctl(line, { exchanges, env: orb });
  expect(linesOf(stdout)).toEqual(
    Array.from({ length: 140 }, (_, index) => ({ ledger_sequence_number: 11 + index })),
  );
});

test('what comes under a number given again is printed once: after a deleted block, for a new customer of the id', async () => {
  const at = (id: string, number: number, minute: number) =>
    entry({ id, ledger_sequence_number: number, created_at: `2026-11-23T12:0${minute}:00+00:00` });
  // The second got its number late: it is older than the first and was there before.
  const seen = [at('c', 3, 1), at('b', 2, 2)];
  const again = [at('e', 3, 4), at('d', 2, 3), at('a', 1, 0)];
  const exchanges = [
    asked('limit=1', seen.slice(0, 1), 'x'),
    asked('limit=100', seen),
    asked('limit=100', again.slice(2)),
    asked('limit=100', again),
    asked('limit=100', again),
    asked('limit=100', [at('g', 2, 6), at('f', 1, 5)]),
    asked('limit=100', [at('h', 3, 7), at('g', 2, 6), at('f', 1, 5)]),
  ];
  const line = 'ledger watch acme --limit 5 -o ndjson --json id';
  const { stdout, stderr, code } = await creditctl(line, { exchanges, env: orb });
  expect(code, stderr).toBe(0);
  expect(linesOf(stdout)).toEqual(['d', 'e', 'f', 'g', 'h'].map((id) => ({ id })));
});

test('every filter travels, also with the first look', async () => {
  const filters = 'currency=USD&entry_type=increment&minimum_amount=0.5';
  const exchanges = [
    asked(`${filters}&limit=1`, []),
    asked(`${filters}&limit=100`, [entry({ currency: 'USD' })]),
  ];
  const line =
    'ledger watch acme --type increment --min-amount 0.50 --currency USD --limit 1 -o ndjson --interval 0.5';
  const result = await creditctl(line, { exchanges, env: orb });
  expect(result.code).toBe(0);
  expect(notesOf(result)).toEqual([{ watching: { customer: 'acme', currency: 'USD' } }]);
});

test('a lost connection is reported once, and so is its return; what was missed is then printed', async () => {
  const cut = new TransportFailure('orb.example cut the connection', 'maybe');
  const fail = (): PlannedExchange => ({ ...asked('limit=100', []), fail: cut });
  const busy = (status: number): PlannedExchange => ({ ...asked('limit=100', []), answer: { status } });
  const exchanges = [
    asked('limit=1', numbered(1)),
    ...Array.from({ length: 8 }, fail),
    busy(500),
    busy(429),
    asked('limit=100', numbered(3, 2, 1)),
  ];
  const said = await creditctl('ledger watch acme --limit 2', { exchanges, env: orb });
  expect(said.code, said.stderr).toBe(0);
  expect(said.stderr.split('\n')).toEqual([
    'Watching the ledger of acme (credits). Press Ctrl-C to stop',
    'Connection lost: orb.example cut the connection. Retrying',
    'Connected again',
    '',
  ]);
  const result = await creditctl('ledger watch acme --limit 2 -o ndjson', { exchanges, env: orb });
  expect(linesOf(result.stdout)).toEqual(numbered(2, 3));
  expect(notesOf(result)).toEqual([
    watching,
    { connection: 'lost', why: 'orb.example cut the connection' },
    { connection: 'back' },
  ]);
});

test('what will not pass ends it: a customer who is not there, a key that is refused later', async () => {
  const missing = { ...asked('limit=1', []), answer: { status: 404, json: {} } };
  expect((await creditctl('ledger watch acme', { exchanges: [missing], env: orb })).code).toBe(4);
  const refused = { ...asked('limit=100', []), answer: { status: 401, json: {} } };
  const exchanges = [asked('limit=1', numbered(1)), refused];
  expect((await creditctl('ledger watch acme', { exchanges, env: orb })).code).toBe(3);
});

test('on a terminal rows are appended below one header', async () => {
  const exchanges = [
    asked('limit=1', []),
    asked('limit=100', numbered(1)),
    { method: 'GET', path: '/customers/external_customer_id/acme', answer: { json: customer() } },
    asked('limit=100', [entry({ ledger_sequence_number: 2, description: 'a longer story' }), ...numbered(1)]),
  ];
  const { stdout } = await creditctl('ledger watch acme --limit 2', {
    exchanges,
    env: { ...orb, NO_COLOR: '1' },
    terminal: 140,
  });
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toContain('seq');
  expect(lines[3]).toContain('a longer story');
});

for (const [flags, sentence] of [
  ['-o json', '--output json is one document and would never end: use -o ndjson'],
  ['--json id,amount', 'use -o ndjson --json id,amount'],
  ['-o yaml', '--output yaml is one document'],
  ['--interval 0.1', '--interval must be a number of seconds, at least 0.5: "0.1"'],
  ['--limit 0', '--limit must be a whole number above 0: "0"'],
  ['--type gift', '--type must be one of'],
  ['--min-amount x', '--min-amount is not a decimal number'],
  ['--since soon', '--since is not a date: "soon"'],
  ['--currency ""', '--currency is empty'],
] as const) {
  test(`"ledger watch acme ${flags}" is refused before anything is asked`, async () => {
    expectUsage(await creditctl(`ledger watch acme ${flags}`, { exchanges: [], env: orb }), [sentence]);
  });
}

test('unasked it looks every two seconds and never stops', () => {
  expect(readWatchFlags({})).toEqual({
    pace: { interval: 2000, limit: Number.POSITIVE_INFINITY },
    problems: [],
  });
});

test.each([
  ['0.5', 500],
  ['1.25', 1250],
  ['600', 600_000],
])('--interval %s is %d milliseconds', (interval, ms) => {
  expect(readWatchFlags({ interval })).toMatchObject({ pace: { interval: ms }, problems: [] });
});

test.each([
  '0',
  '0.4',
  '0.4999',
  '-1',
  '1e3',
  'often',
  '',
  '99999',
])('--interval %j is refused', (interval) => {
  expect(readWatchFlags({ interval }).problems).toEqual([
    { where: '--interval', problem: `must be a number of seconds, at least 0.5: "${interval}"` },
  ]);
});

test('--limit is a whole number', () => {
  expect(readWatchFlags({ limit: '3' }).pace.limit).toBe(3);
  expect(readWatchFlags({ limit: '0' }).problems).toHaveLength(1);
});

test('after each failure in a row the rest is twice as long, up to a minute, and never shorter than asked', () => {
  const pace = { interval: 2000, limit: 1 };
  expect([0, 1, 2, 3, 4, 5, 9].map((failures) => restBefore(pace, failures))).toEqual([
    2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000,
  ]);
  expect(restBefore({ ...pace, interval: 90_000 }, 3)).toBe(90_000);
});
