// `report movements`: every row adds up, says what a second computation says, and nothing is silently left out.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { start } from '../../sandbox/random-history.ts';
import { sandboxAt } from '../../sandbox/sandbox-at.ts';
import { creditctl, csvOf, errorOf, expectUsage, linesOf, rowsOf } from '../../support/command.ts';
import { addEntry } from '../../support/granted.ts';
import { copyOfHome, freshHome, type RunOptions, run } from '../../support/run.ts';
import { runs } from '../../support/runs.ts';
import { live, step, sumsBySql } from './random-movements.ts';

type Fields = Record<string, unknown>;

const october = Date.parse('2026-10-20T12:00:00Z');
const movements = (line: string, options: RunOptions) =>
  creditctl(`report movements ${line} --sandbox -o json`, options);

let prepared: string;

/** acme in Los Angeles: October opens at 0; initech in Tokyo has a debt. */
beforeAll(async () => {
  prepared = freshHome();
  const at = (now: number): RunOptions => ({ home: prepared, now });
  await addEntry('acme --amount 100 --metadata team=a --description Trial', at(october));
  await addEntry('acme --type decrement --amount 30.5', at(october + 3_600_000));
  await addEntry('acme --amount 7 --effective 2026-11-10', at(october + 7_200_000));
  await addEntry('initech --type decrement --amount 5', at(october));
  // The last evening of October in Los Angeles, and already November in UTC.
  await addEntry('acme --type decrement --amount 1', at(Date.parse('2026-11-01T03:00:00Z')));
  await addEntry('acme --type decrement --amount 2', at(Date.parse('2026-11-01T08:00:00Z')));
});

const noValues = {
  granted_value: 0,
  used_value: 0,
  expired_value: 0,
  voided_value: 0,
  amended_value: 0,
  other_value: 0,
};
const row = (fields: Fields): Fields => ({
  customer: 'acme',
  currency: 'credits',
  ...{ granted: 0, used: 0, expired: 0, voided: 0, amended: 0, other: 0, pending: 0 },
  ...noValues,
  value_currency: 'USD',
  complete_until: expect.any(String),
  ...fields,
});

test('months of the customer, with credits that became effective later as other', async () => {
  const result = await movements('acme --since 2026-09-01 --until 2026-11-20', { home: prepared });
  const days = { since: '2026-09-01', until: '2026-11-20' };
  expect(result.code, result.stderr).toBe(0);
  expect(rowsOf(result)).toEqual([
    row({ ...days, period: '2026-10', opening: 0, granted: 100, used: 31.5, closing: 68.5 }),
    row({ ...days, period: '2026-11', opening: 68.5, used: 2, other: 7, closing: 73.5 }),
  ]);
});

test('credits whose expiry was changed before they became effective are other, and not granted again', async () => {
  const home = freshHome();
  const at = (now: number): RunOptions => ({ home, now });
  await addEntry('acme --amount 7 --effective 2026-11-10 --expires 2026-12-01', at(october));
  await addEntry(
    'acme --type expiration_change --expires 2026-12-01 --target-expires 2027-01-31',
    at(october),
  );
  const result = await movements('acme --since 2026-10-01 --by total --json granted,other', { home });
  expect(rowsOf(result)).toEqual([{ granted: 0, other: 7 }]);
});

test('days, ISO weeks and the total have their own names, and days without entries no row', async () => {
  const periods = async (by: string): Promise<unknown[]> =>
    rowsOf(await movements(`acme --since 2026-10-01 --by ${by}`, { home: prepared })).map(
      (each) => each.period,
    );
  expect(await periods('day')).toEqual(['2026-10-20', '2026-10-31', '2026-11-01', '2026-11-10']);
  expect(await periods('week')).toEqual(['2026-W43', '2026-W44', '2026-W46']);
  expect(await periods('total')).toEqual(['2026-10-01/2026-11-23']);
});

test('--since and --until are whole days, both included; by default the month so far', async () => {
  const within = rowsOf(await movements('acme --since 2026-10-31 --until 2026-10-31', { home: prepared }));
  const days = { since: '2026-10-31', until: '2026-10-31' };
  expect(within).toEqual([row({ ...days, period: '2026-10', opening: 69.5, used: 1, closing: 68.5 })]);
  const usual = rowsOf(await movements('acme', { home: prepared }));
  expect(usual.map(({ period }) => period)).toEqual(['2026-11']);
});

test('--group splits the entries, with the opening and closing of the whole', async () => {
  const by = async (group: string): Promise<Fields[]> =>
    rowsOf(await movements(`acme --since 2026-10-01 --by total --group ${group}`, { home: prepared }));
  const whole = { opening: 0, closing: 73.5 };
  expect(await by('type')).toMatchObject([
    { group: 'decrement', ...whole, granted: 0, used: 33.5, other: 0 },
    { group: 'increment', ...whole, granted: 100, used: 0, other: 7 },
  ]);
  expect(await by('metadata.team')).toMatchObject([
    { group: null, other: 7 },
    { group: 'a', granted: 100 },
  ]);
  const trial = (await by('description')).find(({ group }) => group === 'Trial');
  expect(trial).toMatchObject({ granted: 100, used: 0, other: 0 });
});

test('--as-of leaves out what was created later', async () => {
  const result = await movements('acme --as-of 2026-10-20 --by total', { home: prepared });
  expect(rowsOf(result)).toMatchObject([
    { period: '2026-10-01/2026-10-20', opening: 0, granted: 100, used: 30.5, closing: 69.5 },
  ]);
  const at = await movements('acme --as-of 2026-10-20T12:00:00Z --by day', { home: prepared });
  expect(rowsOf(at)).toMatchObject([{ granted: 100, used: 0, closing: 100 }]);
});

test('--all has every customer, a debt too, and says which balances are left out', async () => {
  const home = copyOfHome(prepared);
  const result = await movements('--all --since 2026-11-01', { home });
  expect(rowsOf(result).map(({ customer }) => customer)).toEqual(['acme']);
  expect(result.stderr).toContain('"left_out":{"ledgers":1,"balances":{"credits":"-5"}}');
  const both = rowsOf(await movements('--all --since 2026-10-01 --by total', { home }));
  expect(both).toMatchObject([
    { customer: 'initech', opening: 0, used: 5, closing: -5 },
    { customer: 'acme', closing: 73.5 },
  ]);
});

test('money is credits times the cost basis of their block', async () => {
  const home = copyOfHome(prepared);
  const now = Date.parse('2026-11-12T12:00:00Z');
  await addEntry('globex --amount 10 --cost-basis 0.15 --invoice-net-terms 0 --currency credits', {
    home,
    now,
  });
  await addEntry('globex --type decrement --amount 0.1', { home, now });
  expect(rowsOf(await movements('globex', { home }))).toMatchObject([
    { granted: 10, granted_value: 1.5, used: 0.1, used_value: 0.015, value_currency: 'GBP', closing: 9.9 },
  ]);
});

test('credits that begin after they were granted have a value, so that it adds up like the credits', async () => {
  const home = copyOfHome(prepared);
  const bought = '--amount 10 --cost-basis 0.15 --invoice-net-terms 0 --effective 2026-11-13';
  await addEntry(`globex ${bought} --currency credits`, { home, now: Date.parse('2026-11-12T12:00:00Z') });
  await addEntry('globex --type decrement --amount 4', { home, now: Date.parse('2026-11-14T12:00:00Z') });
  expect(rowsOf(await movements('globex --by total', { home }))).toMatchObject([
    { granted: 0, granted_value: 0, other: 10, other_value: 1.5, used: 4, used_value: 0.6, closing: 6 },
  ]);
});

test('tables and CSV have the same columns; a group has one only where it is asked for', async () => {
  const csv = await creditctl('report movements acme --since 2026-10-01 --sandbox -o csv', {
    home: prepared,
  });
  const [first] = csvOf(csv.stdout);
  expect(Object.keys(first ?? {}).slice(0, 12)).toEqual([
    ...['customer', 'currency', 'period', 'opening', 'granted', 'used', 'expired', 'voided'],
    ...['amended', 'other', 'closing', 'pending'],
  ]);
  const table = await creditctl('report movements acme --since 2026-10-01 --sandbox', { home: prepared });
  expect(table.stdout).toBe(
    [
      'customer  currency  period   opening  granted  used  expired  voided  amended  other  closing  pending',
      'acme      credits   2026-10        0      100  31.5        0       0        0      0     68.5        0',
      'acme      credits   2026-11     68.5        0     2        0       0        0      7     73.5        0',
      '',
    ].join('\n'),
  );
  expectUsage(await creditctl('report movements acme --columns group --sandbox'), ['group']);
});

test('an entry that does not follow is named with exit 1, and the rows still add up', async () => {
  const result = await movements('acme --since 2026-10-01 --by total', {
    home: prepared,
    between: async (request, exchange) => {
      const answer = await exchange(request);
      return { ...answer, body: answer.body.replaceAll('"starting_balance":68.5', '"starting_balance":60') };
    },
  });
  expect(result.code).toBe(1);
  expect(errorOf(result)).toMatchObject({ code: 'check-failed', applied: 'no' });
  expect(errorOf(result).message).toContain('starts at 60, and the entry before it ended at 68.5');
  expect(rowsOf(result)).toMatchObject([{ opening: 0, granted: 100, used: 25, other: -1.5, closing: 73.5 }]);
});

test('a ledger that grows while it is read is reported as it was at the newest entry seen first', async () => {
  const home = copyOfHome(prepared);
  let isGrown = false;
  const result = await movements('acme --by total', {
    home,
    between: async (request, exchange) => {
      const answer = await exchange(request);
      if (request.path.endsWith('/credits/ledger') && !isGrown) {
        isGrown = true;
        const [customer] = request.path.split('/credits/');
        const body = '{"entry_type":"increment","amount":1000}';
        const post = {
          method: 'POST',
          path: `${customer}/credits/ledger_entry`,
          query: [],
          headers: {},
          body,
        } as const;
        expect((await exchange(post)).status).toBe(201);
      }
      return answer;
    },
  });
  expect(rowsOf(result)).toMatchObject([{ granted: 0, closing: 73.5 }]);
  expect(rowsOf(await movements('acme --by total', { home }))).toMatchObject([
    { granted: 1000, closing: 1073.5 },
  ]);
});

test('one of many customers who is deleted meanwhile is named with exit 1, and the others are reported', async () => {
  const result = await movements('--all --since 2026-10-01 --by total --currency credits', {
    home: prepared,
    between: async (request, exchange) => {
      if (!request.path.endsWith('/credits/ledger')) return exchange(request);
      const gone =
        '{"status":404,"title":"gone","type":"https://docs.withorb.com/reference/error-responses#404-resource-not-found"}';
      const { body } = await exchange(request);
      return body.includes('"external_customer_id":"initech"')
        ? { status: 404, headers: { 'content-type': 'application/json' }, body: gone }
        : exchange(request);
    },
  });
  expect(result.code).toBe(1);
  expect(rowsOf(result).map(({ customer }) => customer)).toEqual(['acme']);
  expect(errorOf(result).message).toContain('initech could not be read');
});

test('a zone that this Node does not know keeps one customer out of many from being read, and is an error for one', async () => {
  const options: RunOptions = {
    home: prepared,
    between: async (request, exchange) => {
      const answer = await exchange(request);
      return { ...answer, body: answer.body.replaceAll('"Asia/Tokyo"', '"Mars/Olympus"') };
    },
  };
  const all = await movements('--all --since 2026-10-01 --by total', options);
  expect(all.code).toBe(1);
  expect(rowsOf(all).map(({ customer }) => customer)).toEqual(['acme']);
  expect(errorOf(all).message).toContain('initech could not be read');
  expect((await movements('initech', options)).code).toBe(7);
});

test('what was typed wrong is said before anything is opened', async () => {
  const report = (line: string) => creditctl(`report movements ${line} --sandbox`);
  expectUsage(await report('acme --by year'), ['--by must be one of day, week, month, total']);
  expectUsage(await report('acme --group whom'), [
    '--group must be one of type, description, metadata.<key>, who, approved_by',
  ]);
  expectUsage(await report('acme --since 2026-10-01T00:00:00Z'), ['--since must be a whole day']);
  expectUsage(await report('acme --since soon --until 2026-02-30 --as-of x'), [
    '--since',
    '--until',
    '--as-of',
  ]);
  expectUsage(await report('acme --all'), ['--all']);
  expectUsage(await report(''), ['<customer>']);
  const backwards = await report('acme --since 2026-10-02 --until 2026-10-01');
  expect(backwards.code).toBe(2);
  expect(backwards.stderr).toContain('--since is later than --until');
  const cut = await creditctl('report movements acme --since 2026-11-22 --as-of 2026-11-20 --sandbox');
  expect(cut.stderr).toContain('--since is later than --as-of, 2026-11-20: "2026-11-22"');
  expect((await report('nobody')).code).toBe(4);
});

test('an empty ledger is a sentence', async () => {
  const result = await creditctl('report movements globex --sandbox');
  expect([result.code, result.stdout]).toEqual([0, '']);
  expect(result.stderr).toContain('no movements in these days');
});

const forms = { day: '%Y-%m-%d', month: '%Y-%m' } as const;

test('on any history, the rows are those of a second computation, and each adds up', async () => {
  let rows = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }),
      fc.constantFrom('day', 'month'),
      async (steps, by) => {
        const box = await sandboxAt(new Date(start).toISOString());
        const now = await live(steps, box);
        const line = [
          'report',
          'movements',
          'acme',
          '--since',
          '2026-01-01',
          '--until',
          '2027-12-31',
          '--by',
          by,
        ];
        const result = await run(
          [...line, '--currency', 'credits', '--db', box.path, '--sandbox', '-o', 'json'],
          {
            now,
          },
        );
        expect(result.code, result.stderr).toBe(0);
        const found = rowsOf(result);
        rows += found.length;
        const names = [
          'period',
          'granted',
          'used',
          'expired',
          'voided',
          'amended',
          'other',
          'opening',
          'closing',
        ];
        const picked = found.map((each) => Object.fromEntries(names.map((name) => [name, each[name]])));
        const plus = (value: number): number => value + 0;
        const expected = (await sumsBySql(box.path, forms[by])).map((each) =>
          Object.fromEntries(
            Object.entries(each).map(([name, value]) => [
              name,
              typeof value === 'number' ? plus(value) : value,
            ]),
          ),
        );
        expect(picked).toEqual(expected);
        let before: unknown = 0;
        for (const each of found as Record<string, number>[]) {
          const {
            opening = 0,
            granted = 0,
            amended = 0,
            used = 0,
            expired = 0,
            voided = 0,
            other = 0,
          } = each;
          expect(opening).toBe(before);
          expect(opening + granted + amended - used - expired - voided + other).toBe(each.closing);
          before = each.closing;
        }
      },
    ),
    { numRuns: runs(25) },
  );
  expect(rows).toBeGreaterThan(30);
}, 60_000);

const file = (home: string, name: string, text: string): string => {
  const place = path.join(home, name);
  writeFileSync(place, text);
  return place;
};

test('--compare shows nothing while nothing changed, also as the running month goes on', async () => {
  const home = copyOfHome(prepared);
  const printed = await movements('acme --since 2026-10-01', { home });
  const earlier = file(home, 'printed.json', printed.stdout);
  await addEntry('acme --amount 3', { home });
  const result = await movements(`acme --compare ${earlier}`, { home });
  expect([result.code, rowsOf(result)]).toEqual([0, []]);
  expect(result.stderr).toContain('2026-11');
});

test('--compare names each amount of a closed period that changed, with exit 1', async () => {
  const home = copyOfHome(prepared);
  const printed = rowsOf(await movements('--all --since 2026-10-01 --until 2026-10-31', { home }));
  const before = printed.map((each) =>
    each.customer === 'acme' ? { ...each, used: 30, closing: 70 } : each,
  );
  const gone = {
    ...row({ period: '2026-10', opening: 0, granted: 4, closing: 4 }),
    customer: 'gone',
    complete_until: '2026-10-31',
  };
  const lines = [...before, gone].map((each) => JSON.stringify(each)).join('\n');
  const result = await movements(`--all --compare ${file(home, 'printed.ndjson', lines)}`, { home });
  expect(result.code).toBe(1);
  const named = { customer: 'acme', currency: 'credits', period: '2026-10' };
  expect(rowsOf(result)).toEqual([
    { ...named, field: 'used', before: 30, after: 31.5 },
    { ...named, field: 'closing', before: 70, after: 68.5 },
    { ...named, customer: 'gone', field: 'granted', before: 4, after: null },
    { ...named, customer: 'gone', field: 'closing', before: 4, after: null },
  ]);
  expect(errorOf(result)).toMatchObject({ code: 'check-failed', exit_code: 1 });
});

test('--compare takes the groups and the length of the periods from the file', async () => {
  const home = copyOfHome(prepared);
  const printed = await creditctl(
    'report movements acme --since 2026-10-01 --by day --group type --sandbox -o ndjson',
    { home },
  );
  const [some] = linesOf(printed.stdout) as Fields[];
  expect(some).toMatchObject({ period: '2026-10-20', group: 'decrement' });
  const changed = printed.stdout.replace('"used":30.5', '"used":30');
  const stdin = { home, stdin: changed };
  const result = await movements('acme --group type --compare -', stdin);
  expect(rowsOf(result)).toMatchObject([
    { period: '2026-10-20', group: 'decrement', field: 'used', before: 30, after: 30.5 },
  ]);
  const ungrouped = await movements('acme --compare -', stdin);
  expect(ungrouped.code).toBe(2);
  expect(errorOf(ungrouped).message).toContain('--compare has groups');
});

test('--compare takes the days from the file: those of a cut week only, and none of an empty report', async () => {
  const home = copyOfHome(prepared);
  const days = '--since 2026-10-31 --until 2026-10-31';
  const printed = await movements(`acme ${days} --by week`, { home });
  expect(rowsOf(printed)).toMatchObject([{ period: '2026-W44', used: 1, until: '2026-10-31' }]);
  const compare = (stdin: string, flags = '') => movements(`acme ${flags} --compare -`, { home, stdin });
  const same = await compare(printed.stdout);
  expect([same.code, rowsOf(same)]).toEqual([0, []]);
  // The first of November is in this week, too.
  const whole = await compare(printed.stdout.replace(/,\s+"since": [^}]*/, ''));
  expect(rowsOf(whole)).toMatchObject([{ field: 'used', before: 1, after: 3 }, { field: 'closing' }]);
  const none = await compare('[]');
  expect([none.code, errorOf(none).message]).toEqual([2, expect.stringContaining('--since and --until')]);
  expect(rowsOf(await compare('[]', days))).toMatchObject([
    { before: null },
    { before: null },
    { before: null },
  ]);
});

test('--compare takes the days of each customer: the earlier report ended on another one in Tokyo', async () => {
  const home = freshHome();
  // The sixteenth of November in Tokyo, and the fifteenth in London and Los Angeles.
  const now = Date.parse('2026-11-15T20:00:00Z');
  for (const customer of ['initech', 'globex']) await addEntry(`${customer} --amount 10`, { home, now });
  const later = { home, now: Date.parse('2026-12-05T20:00:00Z') };
  const printed = await Promise.all(
    ['total', 'month'].map((by) => movements(`--all --since 2026-11-01 --by ${by}`, { home, now })),
  );
  for (const customer of ['globex', 'acme'])
    await addEntry(`${customer} --amount 5`, { home, now: now + 12 * 3_600_000 });
  for (const { stdout } of printed) {
    const result = await movements('--all --compare -', { ...later, stdin: stdout });
    expect([result.code, rowsOf(result)], stdout).toEqual([0, []]);
  }
});

test('--compare leaves out a period that was not over when it was printed, also one without rows then', async () => {
  const home = freshHome();
  const now = Date.parse('2026-11-15T20:00:00Z');
  await addEntry('acme --amount 10', { home, now: Date.parse('2026-10-15T20:00:00Z') });
  await addEntry('acme --amount 10', { home, now });
  const days = '--all --since 2026-10-01 --until 2026-11-30';
  const printed = await Promise.all(
    [days, `${days} --as-of 2026-10-31`].map((flags) => movements(flags, { home, now })),
  );
  expect(printed.map((each) => rowsOf(each).map(({ complete_until }) => complete_until))).toEqual([
    ['2026-11-14', '2026-11-14'],
    ['2026-10-31'],
  ]);
  for (const customer of ['acme', 'globex'])
    await addEntry(`${customer} --amount 5`, { home, now: now + 3_600_000 });
  const later = { home, now: Date.parse('2026-12-05T20:00:00Z') };
  for (const { stdout } of printed) {
    const result = await movements('--all --compare -', { ...later, stdin: stdout });
    expect([result.code, rowsOf(result)], stdout).toEqual([0, []]);
    expect(result.stderr).toContain('"was_not_over":["2026-11"]');
  }
  const changed = printed[0]?.stdout.replace('"granted": 10', '"granted": 9') ?? '';
  const result = await movements('--all --compare -', { ...later, stdin: changed });
  expect([result.code, rowsOf(result)]).toMatchObject([1, [{ period: '2026-10', field: 'granted' }]]);
  const removed = printed[0]?.stdout.replaceAll('"acme"', '"gone"') ?? '';
  const goneIn = async (days: string) => {
    const rows = rowsOf(await movements(`--all ${days} --compare -`, { ...later, stdin: removed }));
    return new Set(rows.filter(({ customer }) => customer === 'gone').map(({ period }) => period));
  };
  expect([...(await goneIn(''))]).toEqual(['2026-10']);
  expect([...(await goneIn('--since 2026-11-01'))]).toEqual([]);
});

test('--compare takes several reports in one file, for customers who are not in each of them, too', async () => {
  const home = copyOfHome(prepared);
  const printed: unknown[] = [];
  for (const days of ['--since 2026-10-01 --until 2026-10-31', '--since 2026-11-01 --until 2026-11-20'])
    printed.push(...rowsOf(await movements(`--all ${days}`, { home })));
  const compare = () =>
    movements('--all --compare -', {
      home,
      stdin: JSON.stringify(printed),
      now: Date.parse('2026-12-05T12:00:00Z'),
    });
  const same = await compare();
  expect([same.code, rowsOf(same)]).toEqual([0, []]);
  // One has rows of October alone, and the other has none.
  await addEntry('initech --amount 2', { home, now: Date.parse('2026-11-10T12:00:00Z') });
  await addEntry('globex --amount 3', { home, now: Date.parse('2026-10-30T12:00:00Z') });
  expect(rowsOf(await compare()).filter(({ field }) => field === 'granted')).toMatchObject([
    { customer: 'initech', period: '2026-11', after: 2 },
    { customer: 'globex', period: '2026-10', after: 3 },
  ]);
});

test('--all takes a day that has not begun for every customer', async () => {
  // The evening of the day before in Los Angeles.
  const now = Date.parse('2026-11-28T03:00:00Z');
  const home = freshHome();
  await addEntry('globex --amount 10', { home, now });
  for (const flags of ['', ' --as-of 2026-11-28']) {
    const result = await movements(`--all --since 2026-11-28${flags}`, { home, now });
    expect(result.code, result.stderr).toBe(0);
    expect(rowsOf(result)).toMatchObject([{ customer: 'globex', granted: 10 }]);
  }
  for (const flags of ['--since 2026-11-29', '--since 2026-11-28 --as-of 2026-11-27'])
    expect((await movements(`--all ${flags}`, { home, now })).code, flags).toBe(2);
  expect((await movements('acme --since 2026-11-28', { home, now })).code).toBe(2);
});

test('--compare compares only periods of the same days, and says which are not', async () => {
  const home = copyOfHome(prepared);
  const compare = (stdin: string, flags: string) => movements(`acme ${flags} --compare -`, { home, stdin });
  const october = await movements('acme --since 2026-10-01 --until 2026-10-31', { home });
  expect(rowsOf(october)).toMatchObject([{ period: '2026-10' }]);
  const part = await movements('acme --since 2026-10-01 --until 2026-10-25', { home });
  const total = await movements('acme --since 2026-10-01 --until 2026-10-31 --by total', { home });
  const week = await movements('acme --since 2026-10-19 --until 2026-10-25 --by week', { home });
  for (const [stdin, flags, name] of [
    [october.stdout, '--since 2026-10-25', '2026-10'],
    [part.stdout, '--until 2026-10-31', '2026-10'],
    [total.stdout, '--since 2026-10-02', '2026-10-01/2026-10-31'],
    [week.stdout, '--until 2026-10-31', '2026-W44'],
  ] as const) {
    const { code, stdout, stderr } = await compare(stdin, flags);
    expect([code, stdout.trim()], flags).toEqual([0, '[]']);
    expect(JSON.parse(stderr)).toEqual({ other_days: expect.arrayContaining([name]) });
  }
});

test('--compare takes the days of the flags for a report whose chosen fields name none', async () => {
  const home = copyOfHome(prepared);
  const fields = 'customer,currency,period,opening,granted,used,expired,voided,amended,other,closing,pending';
  const span = '--since 2026-10-01 --until 2026-10-25';
  const printed = await movements(`acme ${span} --json ${fields}`, { home });
  const compare = (stdin: string) => movements(`acme ${span} --compare -`, { home, stdin });
  expect((await compare(printed.stdout)).code).toBe(0);
  const changed = await compare(printed.stdout.replace(/"closing": [^,]*/, '"closing": 999'));
  expect([changed.code, rowsOf(changed)]).toEqual([
    1,
    [expect.objectContaining({ field: 'closing', before: 999 })],
  ]);
});

test('--compare refuses the report of another customer and other periods', async () => {
  const home = copyOfHome(prepared);
  const span = '--since 2026-10-01 --until 2026-10-31';
  const { stdout: stdin } = await movements(`acme ${span}`, { home });
  const days = await movements(`acme ${span} --by day --compare -`, { home, stdin });
  expect([days.code, errorOf(days).message]).toEqual([
    2,
    expect.stringContaining('is by month and not by day'),
  ]);
  const other = await movements(`globex ${span} --compare -`, { home, stdin });
  expect([other.code, errorOf(other).message]).toEqual([
    2,
    expect.stringContaining('report of acme and not of globex'),
  ]);
  const all = await movements(`--all ${span}`, { home });
  expect((await movements(`acme ${span} --compare -`, { home, stdin: all.stdout })).code).toBe(0);
});

test('a file that no report printed is a usage error that says the way out', async () => {
  for (const [text, part] of [
    ['no json', '--compare is not JSON (line 1)'],
    ['[1]', 'has no object at place 1'],
    ['{}', 'has no "period" at place 1'],
    ['{"period":"2026-13"}', 'has no period as "period" at place 1'],
    [
      '{"period":"2026-10","customer":"a","currency":"credits","since":"soon"}',
      'has no day as "since" at place 1',
    ],
    ['{"period":"2026-10","customer":"a","currency":"credits","used":"x"}', 'has no number as "used"'],
  ] as const) {
    const result = await movements('acme --compare -', { stdin: text });
    expect(result.code, text).toBe(2);
    expect(errorOf(result).message).toContain(part);
  }
});
