// `report expiring`: every block that expires in time, what of it will likely be lost, and nobody silently left out.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../../src/database/driver.ts';
import { day, start } from '../../sandbox/random-history.ts';
import { sandboxAt } from '../../sandbox/sandbox-at.ts';
import { creditctl, csvOf, errorOf, expectUsage, linesOf, rowsOf } from '../../support/command.ts';
import { addEntry } from '../../support/granted.ts';
import { freshHome, type RunOptions, type RunResult, run } from '../../support/run.ts';
import { runs } from '../../support/runs.ts';
import { live, step } from './random-movements.ts';

let prepared: string;
const now = Date.parse('2026-03-13T12:00:00Z');

/** globex used 10 credits a day on the last ten days; three customers in three zones have blocks that expire. */
beforeAll(async () => {
  prepared = freshHome();
  const at = (days: number): RunOptions => ({ home: prepared, now: now + days * day });
  await addEntry('globex --amount 150 --expires 2026-04-02', at(-30));
  await addEntry('globex --amount 300 --expires 2026-04-12', at(-30));
  await addEntry('globex --amount 40', at(-30));
  for (let back = 10; back >= 1; back -= 1) await addEntry('globex --type decrement --amount 10', at(-back));
  await addEntry('acme --amount 25 --expires 2026-04-13', at(-1));
  await addEntry('initech --amount 8 --currency JPY --expires 2026-03-20', at(-1));
});

const expiring = (line: string, options: RunOptions = {}) =>
  creditctl(`report expiring ${line} --sandbox -o json`, { home: prepared, now, ...options });

const short = (result: RunResult): unknown[] =>
  rowsOf(result).map(({ customer, currency, balance, expires_on, likely_lost }) =>
    [customer, currency, balance, expires_on, likely_lost].join(' '),
  );

test('everybody: each block up to the last day, the most lost first', async () => {
  const result = await expiring('--within 30d');
  expect(result.code, result.stderr).toBe(0);
  // 50 of the first are used by 2 April, and 100 of the second in the ten days after that.
  expect(short(result)).toEqual([
    ...['globex credits 300 2026-04-12 50', 'initech JPY 8 2026-03-20 8', 'globex credits 50 2026-04-02 0'],
  ]);
  expect(Object.keys(rowsOf(result)[0] ?? {})).toEqual([
    ...['customer', 'currency', 'block', 'balance', 'expires_on', 'likely_lost'],
  ]);
  expect(short(await expiring('--within 31d'))).toContain('acme credits 25 2026-04-13 25');
  expect(short(await expiring('--within 19d --currency credits'))).toEqual([]);
});

test('customers that are named, as words, by flag, or in a CSV file whatever its other columns', async () => {
  expect(short(await expiring('acme initech --within 6w'))).toEqual([
    ...['acme credits 25 2026-04-13 25', 'initech JPY 8 2026-03-20 8'],
  ]);
  expect(short(await expiring('--external-customer-id acme --within 6w'))).toHaveLength(1);
  const { stdout } = await creditctl('customers show acme --sandbox -o json', { home: prepared, now });
  const { id } = JSON.parse(stdout) as { id: string };
  const file = path.join(freshHome(), 'customers.csv');
  writeFileSync(file, `\uFEFFname;x,Customer-ID,external_customer_id\r\n"A, B",${id},\r\nB,,acme\r\n`);
  // The same customer by both ids counts once.
  expect(short(await expiring(`acme --within 6w --from ${file}`))).toEqual(['acme credits 25 2026-04-13 25']);
  const piped = await expiring('--within 6w --from -', { stdin: 'external_customer_id\ninitech\n' });
  expect(short(piped)).toEqual(['initech JPY 8 2026-03-20 8']);
});

test('names in words, and the delimiter of a spreadsheet, are read in the file, too', async () => {
  const semicolons = 'External customer ID;Name\nacme;"A, B"\n';
  for (const [stdin, more] of [
    [semicolons, '--delimiter ;'],
    [`sep=;\n${semicolons}`, ''],
  ] as const) {
    const result = await expiring(`--within 6w --from - ${more}`, { stdin });
    expect(short(result)).toEqual(['acme credits 25 2026-04-13 25']);
    expect(result.stderr).toContain('read_as');
  }
  const typed = (line: string, stdin = semicolons) =>
    creditctl(`report expiring ${line} --sandbox`, { stdin });
  expectUsage(await typed('--from -'), [
    '--from "External customer ID;Name" contains',
    `add --delimiter ';'`,
  ]);
  expectUsage(await typed('--from - --delimiter x'), ['--delimiter must be one of']);
  expectUsage(await typed('--delimiter ;'), ['--delimiter needs --from']);
  expectUsage(await typed('--from -', 'customer_id,Customer Id\nx,y\n'), [
    'is the same column as "customer_id"',
  ]);
});

test('a file that names nobody, or a row without a customer, is refused before anything is read', async () => {
  const refused = (stdin: string, named: string[]) =>
    creditctl('report expiring --from - --sandbox', { stdin }).then((result) => expectUsage(result, named));
  await refused('name\nacme\n', ['--from', 'external_customer_id']);
  await refused('', ['--from', 'is empty']);
  await refused('customer_id\n', ['--from', 'no customer']);
  await refused('customer_id,name\nx,1\n,2\n..,3\n', ['--from line 3', '--from line 4']);
  await refused('customer_id\n"x\n', ['--from line 2']);
  await refused(`customer_id,a\n${',\n'.repeat(3)}${',x\n'.repeat(30)}`, ['has 10 more lines']);
  expectUsage(await creditctl('report expiring --from nowhere.csv --sandbox'), ['--from']);
});

test('a customer who is not there is named, with exit 4; the others are shown', async () => {
  const result = await expiring('nobody acme id:gone --within 6w');
  expect(result.code).toBe(4);
  expect(short(result)).toEqual(['acme credits 25 2026-04-13 25']);
  expect(errorOf(result)).toMatchObject({ code: 'not-found', exit_code: 4 });
  expect(errorOf(result).message).toMatch(/nobody, id:gone$/);
});

test('--fail-above compares the sum of what is lost, a currency at a time', async () => {
  const codes = [];
  for (const limit of ['75', '74.999', '0']) {
    const result = await expiring(`--within 6w --fail-above ${limit}`);
    codes.push(result.code);
    // Rows come first, so a script has them whatever the exit code says.
    expect(short(result)).toHaveLength(4);
  }
  expect(codes).toEqual([0, 1, 1]);
  const failed = await expiring('--within 6w --fail-above 10');
  expect(errorOf(failed)).toMatchObject({ code: 'check-failed', exit_code: 1 });
  expect(errorOf(failed).message).toContain('75 credits');
  expect(errorOf(failed).message).not.toContain('JPY');
});

test('for cron: CSV and NDJSON, and a sentence where nothing expires', async () => {
  const csv = await creditctl('report expiring --sandbox -o csv', { home: prepared, now });
  expect(csvOf(csv.stdout)[0]).toMatchObject({ customer: 'globex', likely_lost: '50' });
  const lines = await creditctl('report expiring --sandbox -o ndjson', { home: prepared, now });
  expect(linesOf(lines.stdout)).toHaveLength(3);
  const none = await creditctl('report expiring acme --within 0d --sandbox', { home: prepared, now });
  expect([none.code, none.stdout]).toEqual([0, '']);
  expect(none.stderr).toContain('no block expires');
});

test('flags that make no sense are named together', async () => {
  const line = '--within 30 --fail-above many --currency "" --sandbox';
  expectUsage(await creditctl(`report expiring ${line}`), ['--within', '--fail-above', '--currency']);
  expectUsage(await creditctl('report expiring acme id:.. --sandbox'), ['<customer>', 'id:..']);
  expect((await expiring('--within 99999y')).code).toBe(0);
});

/** acme's open blocks by SQL that expire up to a day of Los Angeles. */
async function bySql(file: string, at: number, until: string) {
  const database = await openDatabase(file);
  try {
    const rows = database
      .prepare(
        `SELECT b.id, CAST(b.balance AS REAL) AS balance, b.expires_at AS expires FROM blocks b
        JOIN ledgers l ON l.ordinal = b.ledger JOIN customers c ON c.ordinal = l.customer
        WHERE c.external_id = 'acme' AND l.currency = 'credits' AND b.expires_at > ${at} AND b.balance <> '0'`,
      )
      .all() as { id: string; balance: number; expires: number }[];
    return rows
      .map(({ id, balance, expires }) => ({ block: id, balance, expires_on: dayIn(expires) }))
      .filter(({ expires_on }) => expires_on <= until);
  } finally {
    database.close();
  }
}

const dayIn = (at: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Los_Angeles' }).format(at);

test('on any history, the blocks are those of SQL, and no more is lost than is there', async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 30 }),
      fc.integer({ min: 0, max: 400 }),
      async (steps, within) => {
        const box = await sandboxAt(new Date(start).toISOString());
        const at = Math.max(start, await live(steps, box));
        const line = `report expiring acme --within ${within}d --currency credits --db ${box.path} --sandbox -o json`;
        const result = await run(line.split(' '), { now: at });
        expect(result.code, result.stderr).toBe(0);
        const rows = rowsOf(result);
        found += rows.length;
        const until = new Date(Date.parse(dayIn(at)) + within * day).toISOString().slice(0, 10);
        const wanted = await bySql(box.path, at, until);
        const sorted = (each: readonly { block?: unknown }[]) =>
          [...each].sort((a, b) => (String(a.block) < String(b.block) ? -1 : 1));
        expect(sorted(rows)).toMatchObject(sorted(wanted));
        expect(rows).toHaveLength(wanted.length);
        const lost = rows.map((row) => Number(row.likely_lost));
        expect(lost).toEqual([...lost].sort((a, b) => b - a));
        for (const [index, row] of rows.entries())
          expect(lost[index]).toBeLessThanOrEqual(Math.max(0, Number(row.balance)));
      },
    ),
    // Few of the histories end with a block that still expires, so one is given.
    { numRuns: runs(12), examples: [[[{ do: 'increment', credits: 5, expires: 30, item: false }], 60]] },
  );
  expect(found).toBeGreaterThan(0);
});
