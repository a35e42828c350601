// `report statement`: one month of one ledger, in the customer's zone, that adds up entry by entry.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { start } from '../../sandbox/random-history.ts';
import { sandboxAt } from '../../sandbox/sandbox-at.ts';
import { creditctl, csvOf, errorOf, expectUsage, linesOf, yamlOf } from '../../support/command.ts';
import { addEntry } from '../../support/granted.ts';
import { copyOfHome, freshHome, type RunOptions, type RunResult, run } from '../../support/run.ts';
import { runs } from '../../support/runs.ts';
import { live, step, sumsBySql } from './random-movements.ts';

type Fields = Record<string, unknown>;

const statement = (line: string, options: RunOptions, format = 'json') =>
  creditctl(`report statement ${line} --sandbox -o ${format}`, options);

const documentOf = ({ stdout }: Pick<RunResult, 'stdout'>): Fields => JSON.parse(stdout) as Fields;

let prepared: string;

/** acme in Los Angeles has a block before October and one of November. */
beforeAll(async () => {
  prepared = freshHome();
  const at = (text: string): RunOptions => ({ home: prepared, now: Date.parse(text) });
  await addEntry('acme --amount 100 --expires 2027-09-01 --description Trial', at('2026-09-10T12:00:00Z'));
  await addEntry('acme --type decrement --amount 1', at('2026-10-01T06:59:00Z'));
  await addEntry('acme --type decrement --amount 0.1', at('2026-10-01T07:00:00Z'));
  await addEntry('acme --type decrement --amount 0.2', at('2026-11-01T06:59:00Z'));
  await addEntry('acme --amount 50', at('2026-11-01T07:00:00Z'));
});

test('a month of the customer, oldest first, from opening to closing', async () => {
  const result = await statement('acme --month 2026-10', { home: prepared });
  expect(result.code, result.stderr).toBe(0);
  const { movements, blocks, ...sums } = documentOf(result);
  expect(sums).toEqual({
    ...{ customer: 'acme', customer_name: 'Acme Corp', currency: 'credits', month: '2026-10' },
    time_zone: 'America/Los_Angeles',
    ...{ opening: 99, granted: 0, used: 0.3, expired: 0, voided: 0, amended: 0, other: 0, closing: 98.7 },
    ...{
      pending: 0,
      granted_value: 0,
      used_value: 0,
      expired_value: 0,
      voided_value: 0,
      amended_value: 0,
      other_value: 0,
    },
    ...{ value_currency: 'USD', complete_until: '2026-10-31', blocks_as_of: '2026-10-31' },
  });
  expect(movements).toMatchObject([
    { ledger_sequence_number: 3, starting_balance: 99, ending_balance: 98.9, entry_status: 'committed' },
    { ledger_sequence_number: 4, starting_balance: 98.9, ending_balance: 98.7, metadata: {} },
  ]);
  expect(blocks).toMatchObject([{ balance: 98.7, maximum_initial_balance: 100 }]);
});

test('blocks are as they were at the end, whatever was used or granted since', async () => {
  const home = copyOfHome(prepared);
  await addEntry('acme --type decrement --amount 7', { home });
  const september = documentOf(await statement('acme --month 2026-09', { home }));
  expect(september).toMatchObject({ closing: 99, blocks_as_of: '2026-09-30' });
  expect(september.blocks).toMatchObject([{ balance: 99 }]);
  const page = await creditctl('report statement acme --month 2026-09 -o html --sandbox', { home });
  expect(page.stdout).toContain('Blocks of credits, as of <time datetime="2026-09-30">');
});

test('where the blocks of then do not come to the closing balance, they are those of now, and stderr says so', async () => {
  const result = await statement('acme --month 2026-09', {
    home: prepared,
    between: async (request, exchange) => {
      const answer = await exchange(request);
      const isBlocks = request.path.endsWith('/credits');
      return isBlocks ? { ...answer, body: answer.body.replace('"balance":98.7', '"balance":98') } : answer;
    },
  });
  expect(result.code, result.stderr).toBe(0);
  const { blocks, blocks_as_of: asOf } = documentOf(result);
  expect(blocks).toMatchObject([{ balance: 98 }]);
  expect(String(asOf) > '2026-09-30').toBe(true);
  expect(result.stderr).toContain(`{"blocks_as_of":"${asOf}"}`);
});

test('credits that were paid for later did not count at the end of the month, in either report', async () => {
  const home = copyOfHome(prepared);
  const sell =
    'ledger add acme --cost-basis 0.2 --invoice-net-terms 30 --require-payment --sandbox --yes -o json';
  const later = { home, now: Date.parse('2027-01-09T12:00:00Z') };
  const invoices: string[] = [];
  // The second one is paid for after it expired, and never counts.
  for (const flags of ['--amount 500', '--amount 40 --expires 2027-01-05']) {
    const sold = await creditctl(`${sell} ${flags}`, { home, now: Date.parse('2026-12-28T12:00:00Z') });
    const [{ id } = { id: '' }] = documentOf(sold).created_invoices as { id: string }[];
    invoices.push(id);
  }
  for (const id of invoices) {
    const paid = await creditctl(`invoices mark-paid ${id} --received today --sandbox --yes`, later);
    expect(paid.code, paid.stderr).toBe(0);
  }

  const december = documentOf(await statement('acme --month 2026-12', later));
  expect(december).toMatchObject({ closing: 148.7, blocks_as_of: '2026-12-31' });
  expect(december.blocks).toMatchObject([
    { balance: 40, status: 'pending_payment' },
    { balance: 500, status: 'pending_payment' },
    { balance: 50, status: 'active' },
    { balance: 98.7, status: 'active' },
  ]);
  const burndown = 'report burndown acme --as-of 2026-12-31 --sandbox --json balance -o ndjson';
  expect((await creditctl(burndown, later)).stdout).toBe('{"balance":148.7}\n');
});

test('credits that were moved before they were paid for did not count, in either report', async () => {
  const home = copyOfHome(prepared);
  const sold = await creditctl(
    'ledger add acme --amount 70 --cost-basis 0.2 --invoice-net-terms 30 --require-payment --sandbox --yes -o json',
    { home, now: Date.parse('2026-12-28T12:00:00Z') },
  );
  const { credit_block: block, created_invoices: invoices } = documentOf(sold) as {
    credit_block: { id: string };
    created_invoices: { id: string }[];
  };
  const later = { home, now: Date.parse('2027-01-09T12:00:00Z') };
  for (const command of [
    `blocks expire acme ${block.id} --on 2027-09-01`,
    `invoices mark-paid ${invoices[0]?.id} --received today`,
  ]) {
    const { code, stderr } = await creditctl(`${command} --sandbox --yes`, later);
    expect(code, stderr).toBe(0);
  }

  const december = documentOf(await statement('acme --month 2026-12', later));
  expect(december).toMatchObject({ closing: 148.7, blocks_as_of: '2026-12-31' });
  expect(december.blocks).toMatchObject([
    { balance: 70, status: 'pending_payment' },
    { balance: 50, status: 'active' },
    { balance: 98.7, status: 'active' },
  ]);
  const burndown = 'report burndown acme --as-of 2026-12-31 --sandbox --json balance -o ndjson';
  expect((await creditctl(burndown, later)).stdout).toBe('{"balance":148.7}\n');
});

test('without --month it is the last month that is over; the running one goes up to now', async () => {
  expect(documentOf(await statement('acme', { home: prepared }))).toMatchObject({ month: '2026-10' });
  const running = documentOf(await statement('acme --month 2026-11', { home: prepared }));
  expect(running).toMatchObject({ opening: 98.7, granted: 50, closing: 148.7 });
  const { stdout, stderr } = await creditctl('report statement acme --month 2026-11 --sandbox', {
    home: prepared,
    terminal: 120,
    env: { NO_COLOR: '1' },
  });
  expect(stdout).toContain('2026-11, so far');
  // The head names the zone of the days of the entries and blocks.
  expect(stdout).toMatch(/time zone +America\/Los_Angeles\n/);
  expect(stdout).toMatch(/2026-11-01 +increment/);
  expect(stdout).toMatch(/2027-09-01, in /);
  expect(stderr).not.toContain('Times are in');
});

test('a month without movement is a statement too', async () => {
  const quiet = documentOf(await statement('acme --month 2026-08', { home: prepared }));
  expect(quiet).toMatchObject({ opening: 0, closing: 0, movements: [], blocks: [] });
  const empty = documentOf(await statement('initech --month 2026-10', { home: prepared }));
  expect(empty).toMatchObject({ customer: 'initech', opening: 0, closing: 0, movements: [] });
});

test('every format has the movements; CSV has nothing else', async () => {
  const line = 'acme --month 2026-10';
  const csv = csvOf((await statement(line, { home: prepared }, 'csv')).stdout);
  expect(csv.map(({ change, ending_balance }) => [change, ending_balance])).toEqual([
    ['-0.1', '98.9'],
    ['-0.2', '98.7'],
  ]);
  const json = documentOf(await statement(line, { home: prepared }));
  expect(yamlOf((await statement(line, { home: prepared }, 'yaml')).stdout)).toEqual(json);
  expect(linesOf((await statement(line, { home: prepared }, 'ndjson')).stdout)).toEqual([json]);
  const md = (await statement(line, { home: prepared }, 'md')).stdout;
  for (const part of ['98.9', '98.7', 'opening', '99', '2027-09-01']) expect(md).toContain(part);
  const table = await statement(`${line} --columns change`, { home: prepared }, 'table');
  expect(table.stdout).toContain('change\n  -0.1\n  -0.2\n\nid  ');
  expect(table.stdout).toMatch(/^closing +98\.7$/m);
});

test('--jq and --json fields choose from the whole document', async () => {
  const chosen = await creditctl(
    "report statement acme --month 2026-10 --sandbox --jq '.closing, (.movements|length), (.blocks|length)'",
    { home: prepared },
  );
  expect(chosen.stdout).toBe('98.7\n2\n1\n');
  const fields = await creditctl('report statement acme --month 2026-10 --sandbox --json movements,opening', {
    home: prepared,
  });
  const document = documentOf(fields);
  expect(document).toMatchObject({ opening: 99 });
  expect(document.movements).toHaveLength(2);
});

test('a statement has one currency, and says that there is another', async () => {
  const home = copyOfHome(prepared);
  await addEntry('acme --amount 5 --currency USD', { home, now: Date.parse('2026-10-05T12:00:00Z') });
  const credits = await statement('acme --month 2026-10', { home });
  expect(documentOf(credits)).toMatchObject({ currency: 'credits', closing: 98.7 });
  expect(credits.stderr).toContain('{"other_currency":"USD"}');
  const money = await statement('acme --month 2026-10 --currency USD', { home });
  expect(documentOf(money)).toMatchObject({ currency: 'USD', opening: 0, granted: 5, closing: 5 });
  expect(money.stderr).not.toContain('other_currency');
});

test('a month to come and what is no month are usage errors', async () => {
  const later = await creditctl('report statement acme --month 2026-12 --sandbox');
  expect(later.code).toBe(2);
  expect(later.stderr).toContain('--month has not begun: 2026-12');
  for (const month of ['2026-13', 'october', '2026-10-01'])
    expectUsage(await creditctl(`report statement acme --month ${month} --sandbox`), ['--month']);
  expectUsage(await creditctl('report statement --month 2026-10 --sandbox'), ['<customer>']);
  expectUsage(await creditctl('report statement acme --as-of x --currency "" --sandbox'), [
    '--as-of',
    '--currency',
  ]);
  expect((await creditctl('report statement nobody --sandbox')).code).toBe(4);
});

test('a ledger that does not add up is shown and named with exit 1', async () => {
  const result = await statement('acme --month 2026-10', {
    home: prepared,
    between: async (request, exchange) => {
      const answer = await exchange(request);
      return { ...answer, body: answer.body.replaceAll('"starting_balance":98.9', '"starting_balance":90') };
    },
  });
  expect(result.code).toBe(1);
  expect(documentOf(result)).toMatchObject({ opening: 99, other: -8.9, closing: 98.7 });
  expect(errorOf(result).message).toContain('entry 4 starts at 90');
});

test('--as-of leaves out entries created later', async () => {
  const cut = documentOf(await statement('acme --month 2026-10 --as-of 2026-10-15', { home: prepared }));
  expect(cut).toMatchObject({
    opening: 99,
    used: 0.1,
    closing: 98.9,
    movements: [{ ledger_sequence_number: 3 }],
  });
});

test('the day of --as-of is over, and a later one than today is as good as today', async () => {
  const home = copyOfHome(prepared);
  const now = Date.parse('2026-11-28T12:00:00Z');
  const monthOf = async (flags: string) => documentOf(await statement(`acme ${flags}`, { home, now })).month;
  expect(await monthOf('--as-of 2026-10-31')).toBe('2026-10');
  expect(await monthOf('--as-of 2026-10-30')).toBe('2026-09');
  expect(await monthOf('--as-of 2027-03-01')).toBe('2026-10');
  const file = path.join(home, 'october.json');
  writeFileSync(file, (await statement('acme --as-of 2026-10-31', { home, now })).stdout);
  const same = await statement(`acme --compare ${file} --as-of 2026-10-31`, { home, now });
  expect([same.code, same.stdout], same.stderr).toEqual([0, '[]\n']);
  const early = await statement('acme --month 2026-12 --as-of 2027-03-01', { home, now });
  expect(early.code).toBe(2);
  expect(errorOf(early).message).toContain("has not begun: 2026-12; the customer's month is 2026-11");
});

test('--compare names amounts and entries that changed, and nothing where nothing did', async () => {
  const home = copyOfHome(prepared);
  const printed = (await statement('acme --month 2026-10', { home })).stdout;
  const file = path.join(home, 'october.json');
  writeFileSync(file, printed);
  const same = await statement(`acme --compare ${file}`, { home });
  expect([same.code, same.stdout]).toEqual([0, '[]\n']);
  const stdin = printed
    .replace('"closing": 98.7', '"closing": 98')
    .replace('"ending_balance": 98.9', '"ending_balance": 98.5');
  const changed = await statement('acme --compare -', { home, stdin });
  expect(changed.code).toBe(1);
  const [entry] = documentOf({ stdout: printed }).movements as { id: string }[];
  const named = { customer: 'acme', currency: 'credits', period: '2026-10' };
  expect(JSON.parse(changed.stdout)).toEqual([
    { ...named, field: 'closing', before: 98, after: 98.7 },
    { ...named, field: `movements.${entry?.id}`, before: -0.5, after: -0.1 },
  ]);
});

test('--compare refuses a statement that was printed before its month was over', async () => {
  const home = copyOfHome(prepared);
  const now = Date.parse('2026-10-20T12:00:00Z');
  const early = (await statement('acme --month 2026-10 --as-of 2026-10-20', { home, now })).stdout;
  const result = await statement('acme --compare -', { home, stdin: early });
  expect([result.code, errorOf(result).message]).toEqual([
    2,
    '--compare is complete only until 2026-10-19: give a statement printed after 2026-10',
  ]);
});

test('--compare refuses another customer, a running month, and what is no statement', async () => {
  const home = copyOfHome(prepared);
  const october = (await statement('acme --month 2026-10', { home })).stdout;
  const november = (await statement('acme --month 2026-11', { home })).stdout;
  for (const [customer, stdin, part] of [
    ['globex', october, 'is the statement of acme and not of globex'],
    ['acme', november, 'needs a month that is over'],
    ['acme', '[]', 'must hold one statement'],
    ['acme', '{"customer":"acme"}', 'has no "movements"'],
  ] as const) {
    const result = await statement(`${customer} --compare -`, { home, stdin });
    expect(result.code, part).toBe(2);
    expect(errorOf(result).message).toContain(part);
  }
});

test('on any history, a statement has the entries of its month and the sums of a second computation', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30, size: 'max' }), async (steps) => {
      const box = await sandboxAt(new Date(start).toISOString());
      const now = await live(steps, box);
      for (const { period, ...sums } of await sumsBySql(box.path, '%Y-%m')) {
        if (Date.parse(`${String(period)}-01T12:00:00Z`) > now) continue;
        const argv = [
          'report',
          'statement',
          'acme',
          '--month',
          String(period),
          '--db',
          box.path,
          '--sandbox',
        ];
        const result = await run([...argv, '-o', 'json'], { now });
        expect(result.code, result.stderr).toBe(0);
        const found = documentOf(result);
        const plus = (value: unknown) => (typeof value === 'number' ? value + 0 : value);
        for (const [name, value] of Object.entries(sums)) expect(found[name], name).toBe(plus(value));
        let balance = found.opening;
        for (const each of found.movements as Fields[]) {
          expect(each.starting_balance).toBe(balance);
          balance = each.ending_balance;
        }
        expect(balance).toBe(found.closing);
        compared += 1;
      }
    }),
    { numRuns: runs(10) },
  );
  expect(compared).toBeGreaterThan(5);
}, 60_000);
