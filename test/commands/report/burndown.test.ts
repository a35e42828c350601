// `report burndown`: the rate, the run-out and what expires are those of a second computation; the picture fits.
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../../src/database/driver.ts';
import { day, start } from '../../sandbox/random-history.ts';
import { sandboxAt } from '../../sandbox/sandbox-at.ts';
import { creditctl, csvOf, errorOf, expectUsage, linesOf, rowsOf } from '../../support/command.ts';
import { addEntry } from '../../support/granted.ts';
import { freshHome, type RunOptions, run } from '../../support/run.ts';
import { runs } from '../../support/runs.ts';
import { live, step } from './random-movements.ts';

type Fields = Record<string, unknown>;

const burndown = (line: string, options: RunOptions) =>
  creditctl(`report burndown ${line} --sandbox -o json`, options);

/** Noon in London, where no clock changes before the end of March. */
const noonOf = (date: string): number => Date.parse(`${date}T12:00:00Z`);

let prepared: string;
const today = noonOf('2026-03-13');

/** globex in London used 10 credits a day on the twelve days before today. */
beforeAll(async () => {
  prepared = freshHome();
  const at = (now: number): RunOptions => ({ home: prepared, now });
  await addEntry('globex --amount 500', at(noonOf('2026-02-20')));
  await addEntry('globex --amount 400 --expires 2026-03-23', at(noonOf('2026-02-20')));
  for (let date = 1; date <= 12; date += 1)
    await addEntry('globex --type decrement --amount 10', at(noonOf('2026-03-01') + (date - 1) * day));
  await addEntry('globex --type decrement --amount 3', at(today));
  await addEntry('initech --type decrement --amount 5', at(noonOf('2026-03-12')));
});

const globex = { customer: 'globex', currency: 'credits' };

test('one object a currency: the mean of whole days of use, and what expires serves no later day', async () => {
  const result = await burndown('globex', { home: prepared, now: today });
  expect(result.code, result.stderr).toBe(0);
  // 400 − 123 = 277 are left until 23 March, ten days from now: 177 expire, and 500 last for 50 days more.
  expect(rowsOf(result)).toEqual([
    {
      ...globex,
      as_of: '2026-03-13',
      balance: 777,
      per_day: 10,
      run_out_on: '2026-05-12',
      run_out_earliest: '2026-05-01',
      run_out_latest: '2026-05-30',
      expiring_unused: 177,
      basis_days: 12,
    },
  ]);
});

test('days that are named are the basis as they are', async () => {
  const row = async (flags: string): Promise<Fields | undefined> =>
    rowsOf(await burndown(`globex ${flags}`, { home: prepared, now: today }))[0];
  expect(await row('--since 2026-02-21 --until 2026-03-12')).toMatchObject({ per_day: 6, basis_days: 20 });
  expect(await row('--since 2026-03-13')).toMatchObject({ per_day: 3, basis_days: 1, run_out_on: null });
  expect(await row('--until 2026-03-05')).toMatchObject({ per_day: 10, basis_days: 5, run_out_on: null });
  expect(await row('--since 2026-03-07')).toMatchObject({ per_day: 10, basis_days: 6, run_out_on: null });
  expect(await row('--since 2026-03-06')).toMatchObject({
    per_day: 10,
    basis_days: 7,
    run_out_on: '2026-05-12',
  });
});

test('--as-of shows an earlier day as it was', async () => {
  const earlier = await burndown('globex --as-of 2026-03-08', { home: prepared, now: today });
  expect(rowsOf(earlier)).toMatchObject([
    { as_of: '2026-03-08', balance: 820, per_day: 10, basis_days: 8, expiring_unused: 180 },
  ]);
  const before = await burndown('globex --as-of 2026-02-19', { home: prepared, now: today });
  expect(rowsOf(before)).toMatchObject([{ balance: 0, per_day: 0, basis_days: 0, run_out_on: null }]);
});

test('the end of a day is forecast as the next one begins: its use is in the balance, and not to come', async () => {
  const home = freshHome();
  const at = (now: number): RunOptions => ({ home, now });
  await addEntry('globex --amount 100', at(noonOf('2026-02-20')));
  await addEntry('globex --amount 50 --expires 2026-03-12', at(noonOf('2026-02-20')));
  for (let date = 1; date <= 8; date += 1)
    await addEntry('globex --type decrement --amount 3', at(noonOf('2026-03-01') + (date - 1) * day));
  const begun = await burndown('globex', at(Date.parse('2026-03-09T00:00:30Z')));
  const over = await burndown('globex --as-of 2026-03-08', at(today));
  expect(rowsOf(begun)).toMatchObject([
    { as_of: '2026-03-09', expiring_unused: 17, run_out_on: '2026-04-15' },
  ]);
  expect(rowsOf(over)).toEqual(rowsOf(begun).map((row) => ({ ...row, as_of: '2026-03-08' })));
});

test('a grant, a void, a changed expiry and credits given back are not negative use', async () => {
  const home = freshHome();
  const at = { home, now: noonOf('2026-02-20') };
  await addEntry('globex --amount 500', at);
  for (let date = 1; date <= 10; date += 1)
    await addEntry('globex --type decrement --amount 10', {
      home,
      now: noonOf('2026-03-01') + (date - 1) * day,
    });
  const now = noonOf('2026-03-11');
  const rate = async () => rowsOf(await burndown('globex', { home, now }))[0]?.per_day;
  expect(await rate()).toBe(10);
  const { stdout } = await creditctl('blocks list globex --sandbox -o json', { home, now });
  const [block] = JSON.parse(stdout) as { id: string }[];
  const later = { home, now: noonOf('2026-03-10') };
  await addEntry('globex --amount 77', later);
  await addEntry(`globex --type amendment --amount 5 --block ${block?.id}`, later);
  await addEntry(`globex --type void --amount 20 --block ${block?.id}`, later);
  await addEntry(
    `globex --type expiration_change --amount 50 --block ${block?.id} --target-expires 2026-06-01`,
    later,
  );
  expect(await rate()).toBe(10);
});

test('a debt has run out, and an empty ledger has nothing to say', async () => {
  const debt = await burndown('initech --since 2026-03-01', { home: prepared, now: today });
  expect(rowsOf(debt)).toMatchObject([
    { balance: -5, run_out_on: '2026-03-13', run_out_latest: '2026-03-13' },
  ]);
  const empty = await burndown('acme', { home: prepared, now: today });
  expect(rowsOf(empty)).toMatchObject([{ customer: 'acme', currency: 'credits', balance: 0, basis_days: 0 }]);
});

test('each currency that has a ledger is an object of its own, or the one that is named', async () => {
  const home = freshHome();
  await addEntry('globex --amount 5', { home, now: today });
  await addEntry('globex --amount 7 --currency GBP', { home, now: today });
  const { stdout } = await creditctl('report burndown globex --sandbox -o ndjson', { home, now: today });
  expect(linesOf(stdout)).toMatchObject([{ currency: 'credits' }, { currency: 'GBP', balance: 7 }]);
  const named = await burndown('globex --currency GBP', { home, now: today });
  expect(rowsOf(named)).toMatchObject([{ currency: 'GBP' }]);
  const csv = await creditctl('report burndown globex --currency GBP --sandbox -o csv', { home, now: today });
  expect(csvOf(csv.stdout)).toMatchObject([{ currency: 'GBP', balance: '7', run_out_on: '' }]);
});

test('the ledger of a terminal is drawn as wide as it is, in ASCII where the locale wants it', async () => {
  for (const [width, env] of [
    [60, { LANG: 'C' }],
    [80, { TERM: 'dumb' }],
    [100, { LANG: 'en_US.UTF-8', NO_COLOR: '1' }],
  ] as const) {
    const options = { home: prepared, now: today, terminal: width, env };
    const { code, stdout } = await creditctl('report burndown globex --sandbox', options);
    expect(code).toBe(0);
    const plain = stdout.replace(/\u001b\[\d+m/g, '');
    const picture = plain.slice(0, plain.indexOf('customer'));
    const lines = picture.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(Math.max(...lines.map((line) => line.length))).toBeGreaterThan(width - 4);
    expect(/^[\x20-\x7e\n]*$/.test(picture)).toBe(width < 100);
    expect(picture).toContain('2026-05-12');
    expect(picture.replaceAll('\n', ' ')).toMatch(/177 of block \w+ will likely expire unused on 2026-03-23/);
  }
  const piped = await creditctl('report burndown globex --sandbox', { home: prepared, now: today });
  expect(piped.stdout.split('\n')).toHaveLength(3);
});

test('days that make no sense are named, and no ledger is read', async () => {
  const at = { home: prepared, now: today };
  // Which day it is depends on the zone of the customer.
  const wrong = async (flags: string, named: string): Promise<void> => {
    const result = await burndown(`globex ${flags}`, at);
    expect(errorOf(result)).toMatchObject({ code: 'usage', exit_code: 2 });
    expect(errorOf(result).message).toContain(named);
    expect(result.requests).toHaveLength(1);
  };
  await wrong('--since 2026-03-10 --until 2026-03-01', '--since is later than --until');
  await wrong('--until 2026-03-14', '--until');
  await wrong('--since 2026-03-14', '--since');
  await wrong('--as-of 2026-03-14', '--as-of');
  expectUsage(await creditctl('report burndown globex --as-of soon --since later --sandbox'), [
    ...['--as-of', '--since'],
  ]);
  expectUsage(await creditctl('report burndown --sandbox'), [
    '<customer> is missing: enter an external customer id',
  ]);
  expect((await burndown('nobody', at)).code).toBe(4);
});

/** What SQL says of acme, in Los Angeles: use by local day, the last balance, and the blocks that can be used. */
async function bySql(path: string, now: number) {
  const database = await openDatabase(path);
  const local = `e.created_at / 1000 + CASE WHEN e.created_at < ${Date.parse('2026-03-08T10:00:00Z')} THEN -28800
    WHEN e.created_at < ${Date.parse('2026-11-01T09:00:00Z')} THEN -25200 ELSE -28800 END`;
  const of = `JOIN ledgers l ON l.ordinal = %.ledger JOIN customers c ON c.ordinal = l.customer
    WHERE c.external_id = 'acme' AND l.currency = 'credits'`;
  try {
    const use = database
      .prepare(
        `SELECT date(${local}, 'unixepoch') AS day, SUM(CAST(e.starting AS REAL) - CAST(e.ending AS REAL)) AS used
        FROM entries e ${of.replace('%', 'e')} AND e.type = 'decrement' AND e.created_at <= ${now} GROUP BY 1 ORDER BY 1`,
      )
      .all() as { day: string; used: number }[];
    const [balance] = database
      .prepare(
        `SELECT COALESCE(SUM(CAST(b.balance AS REAL)), 0) AS held FROM blocks b ${of.replace('%', 'b')}
        AND b.status = 'active' AND b.effective_at <= ${now} AND COALESCE(b.expires_at, 9e18) > ${now}`,
      )
      .all() as { held: number }[];
    return { use, held: balance?.held };
  } finally {
    database.close();
  }
}

const dayIn = (at: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Los_Angeles' }).format(at);

const epochDay = (date: string): number => Date.parse(date) / day;

test('on any history, rate and balance are those of SQL, today and on an earlier day', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 30 }),
      fc.integer({ min: 1, max: 60 }),
      async (steps, ago) => {
        const box = await sandboxAt(new Date(start).toISOString());
        const now = Math.max(start, await live(steps, box));
        const line = ['report', 'burndown', 'acme', '--currency', 'credits', '--db', box.path, '--sandbox'];
        const result = await run([...line, '-o', 'json'], { now });
        expect(result.code, result.stderr).toBe(0);
        const [row] = rowsOf(result);
        const { use, held } = await bySql(box.path, now);
        const asOf = dayIn(now);
        // Where the clock was set back, entries are dated later than today.
        const used = use.filter((each) => each.day <= asOf);
        const first = used[0]?.day;
        const last = epochDay(asOf) - (first === asOf ? 0 : 1);
        const basis = first === undefined ? 0 : last - Math.max(epochDay(first), last - 29) + 1;
        const sum = used
          .filter((each) => epochDay(each.day) > last - basis && epochDay(each.day) <= last)
          .reduce((total, each) => total + each.used, 0);
        expect(row).toMatchObject({ balance: held, basis_days: basis });
        expect(row?.per_day).toBeCloseTo(basis === 0 ? 0 : sum / basis, 9);
        const earlier = dayIn(now - ago * day);
        const past = rowsOf(await run([...line, '-o', 'json', '--as-of', earlier], { now }));
        const entries = (await box.ledger()).filter((each) => dayIn(Date.parse(each.created_at)) <= earlier);
        expect(past).toMatchObject([{ as_of: earlier, balance: entries.at(-1)?.ending_balance ?? 0 }]);
      },
    ),
    { numRuns: runs(8) },
  );
});
