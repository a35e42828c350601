// `reconcile`: every seeded difference is found and nothing else, and the plan that repairs leaves none behind.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { start } from '../../sandbox/random-history.ts';
import { sandboxAt } from '../../sandbox/sandbox-at.ts';
import { creditctl, csvOf, errorOf, expectUsage, notesOf } from '../../support/command.ts';
import { addEntry } from '../../support/granted.ts';
import { homeWith, noon, type RunOptions, type RunResult, run } from '../../support/run.ts';
import { runs } from '../../support/runs.ts';
import { csvFor, type Expectation, findingsFor, seed, seededRow } from './seeded-ledger.ts';

interface Found {
  readonly finding: string;
  readonly customer: string;
  readonly line: number | null;
  readonly matched_by: string | null;
  readonly [field: string]: unknown;
}

const foundIn = ({ stdout }: Pick<RunResult, 'stdout'>): Found[] => JSON.parse(stdout) as Found[];
const short = ({ finding, line, matched_by }: Expectation): string =>
  JSON.stringify([finding, line, matched_by]);

const compared = (options: RunOptions & { readonly home: string }, more = '') =>
  creditctl(`reconcile ${options.home}/x.csv --sandbox -o json ${more}`, options);

test('on any ledger every seeded difference is found, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(seededRow, { minLength: 1, maxLength: 9 }),
      fc.nat(2),
      fc.integer({ min: 0, max: 60 }),
      async (rows, strangers, used) => {
        const box = await sandboxAt(new Date(start).toISOString());
        await seed(rows, strangers, box);
        if (used > 0) await box.add({ entry_type: 'decrement', amount: used });
        const home = homeWith(csvFor(rows));
        const line = ['reconcile', `${home}/x.csv`, '--sandbox', '--db', box.path, '-o', 'json'];
        const result = await run(line, { home, now: start });
        const expected = findingsFor(rows, strangers);
        expect(result.code, result.stderr).toBe(expected.length === 0 ? 0 : 1);
        expect(foundIn(result).map(short).sort()).toEqual(expected.map(short).sort());
      },
    ),
    { numRuns: runs(12) },
  );
});

test('on any ledger, the repair leaves only what no plan can repair', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(seededRow, { minLength: 1, maxLength: 7 }),
      fc.nat(1),
      async (rows, strangers) => {
        const box = await sandboxAt(new Date(start).toISOString());
        await seed(rows, strangers, box);
        const home = homeWith(csvFor(rows));
        const words = ['--sandbox', '--db', box.path, '-o', 'json'];
        const first = await run(['reconcile', `${home}/x.csv`, '--out', `${home}/r.plan`, ...words], {
          home,
          now: start,
        });
        const rest = findingsFor(rows, strangers).filter(({ finding }) =>
          ['unexpected', 'wrong_cost_basis'].includes(finding),
        );
        expect(existsSync(`${home}/r.plan`), first.stderr).toBe(foundIn(first).length > rest.length);
        if (existsSync(`${home}/r.plan`)) {
          const applied = await run(['batch', 'apply', `${home}/r.plan`, '--yes', ...words], {
            home,
            now: start,
          });
          expect(applied.code, applied.stderr).toBe(0);
        }
        const second = await run(['reconcile', `${home}/x.csv`, ...words], { home, now: start });
        expect(foundIn(second).map(short).sort()).toEqual(rest.map(short).sort());
      },
    ),
    { numRuns: runs(8) },
  );
});

test('a row has what is expected and what is there, and days of the customer', async () => {
  const home = homeWith('external_customer_id,amount,expires,reference\nacme,120,2027-03-31,A\n');
  await addEntry('acme --amount 100 --expires 2027-01-31 --metadata reference=A', { home });
  const result = await compared({ home });
  expect(result.code).toBe(1);
  const row = {
    ...{ customer: 'acme', currency: 'credits', expected_amount: 120, actual_amount: 100 },
    ...{ expected_expiry: '2027-03-31', actual_expiry: '2027-01-31', entry: expect.any(String), line: 2 },
    ...{ matched_by: 'reference', reference: 'A', expected_cost_basis: null, actual_cost_basis: null },
  };
  expect(foundIn(result)).toEqual([
    { finding: 'wrong_amount', ...row },
    { finding: 'wrong_expiry', ...row },
  ]);
  expect(errorOf(result)).toMatchObject({ code: 'check-failed', exit_code: 1 });
  const csv = await creditctl(`reconcile ${home}/x.csv --sandbox -o csv`, { home });
  expect(csvOf(csv.stdout).map(({ finding, line }) => [finding, line])).toEqual([
    ['wrong_amount', '2'],
    ['wrong_expiry', '2'],
  ]);
});

test('a batch of NDJSON whose reference ends in a blank is found again, and so is one with an empty reference', async () => {
  const row = (reference: string) => ({ external_customer_id: 'acme', amount: 5, metadata: { reference } });
  const home = homeWith([row('ORD-1 '), row('')].map((each) => JSON.stringify(each)).join('\n'), 'g.ndjson');
  const options = { home };
  await creditctl(`batch plan ${home}/g.ndjson --out ${home}/g.plan --sandbox`, options);
  await creditctl(`batch apply ${home}/g.plan --yes --sandbox`, options);
  const result = await creditctl(`reconcile ${home}/g.ndjson --sandbox -o json`, options);
  expect([result.code, foundIn(result)], result.stderr).toEqual([0, []]);
});

test('rows of NDJSON, another key of the metadata, and periods from the day of the grant', async () => {
  const home = homeWith(
    '{"external_customer_id":"acme","amount":5,"expiry_date":"+30d","reference":"A"}\n',
    'g.ndjson',
  );
  const line = `reconcile ${home}/g.ndjson --reference order --sandbox -o json`;
  await addEntry('acme --amount 5 --expires +30d --metadata order=A', { home, now: noon - 9 * 86_400_000 });
  const right = await creditctl(line, { home });
  expect(right.code, right.stderr).toBe(0);
  expect(foundIn(right)).toEqual([]);
  const other = await creditctl(line.replace('order', 'ticket'), { home });
  expect(other.code).toBe(0);
  const without = homeWith('external_customer_id,amount,reference\nacme,5,A\n');
  expect(foundIn(await compared({ home: without }))).toMatchObject([{ finding: 'missing', reference: 'A' }]);
});

test('null in a line of NDJSON means never, or free, and a time is compared by the second that was sent', async () => {
  const home = homeWith(
    [
      '{"external_customer_id":"acme","amount":5,"expiry_date":null,"reference":"A"}',
      '{"external_customer_id":"acme","amount":5,"expiry_date":"2027-01-31T10:00:00.5Z","reference":"B"}',
      '{"external_customer_id":"acme","amount":5,"per_unit_cost_basis":null,"reference":"C"}',
    ].join('\n'),
    'g.ndjson',
  );
  const bought = '--cost-basis 2 --invoice-net-terms 0';
  await addEntry('acme --amount 5 --expires 2027-01-31 --metadata reference=A', { home });
  await addEntry('acme --amount 5 --expires 2027-01-31T10:00:00.5Z --metadata reference=B', { home });
  await addEntry(`acme --amount 5 ${bought} --metadata reference=C`, { home });
  const result = await creditctl(`reconcile ${home}/g.ndjson --sandbox -o json`, { home });
  expect(foundIn(result)).toMatchObject([
    { finding: 'wrong_expiry', line: 1, expected_expiry: null, actual_expiry: '2027-01-31' },
    { finding: 'wrong_cost_basis', line: 3, expected_cost_basis: null, actual_cost_basis: '2' },
  ]);
});

test('--since and --until bound what is guessed and what is unexpected', async () => {
  const home = homeWith('external_customer_id,amount\nacme,5\n');
  await addEntry('acme --amount 5', { home, now: Date.parse('2026-10-01T12:00:00Z') });
  await addEntry('acme --amount 6', { home, now: Date.parse('2026-10-02T12:00:00Z') });
  const whole = await compared({ home });
  expect(notesOf(whole)).toContainEqual({ guesses: 1 });
  expect(foundIn(whole).map(short)).toEqual([short({ finding: 'unexpected', line: null, matched_by: null })]);
  const later = await compared({ home }, '--since 2026-11-01');
  expect(foundIn(later).map(({ finding }) => finding)).toEqual(['missing']);
  // A plan is offered only where it would repair something.
  expect([whole, later].map((result) => errorOf(result).next)).toEqual([[], [expect.any(String)]]);
});

test('a grant in the wrong currency is missing in one ledger, and unexpected in the other', async () => {
  const home = homeWith('external_customer_id,amount,reference\nacme,5,A\n');
  await addEntry('acme --amount 5 --currency USD --metadata reference=A', { home });
  const found = foundIn(await compared({ home }));
  expect(found.map(({ finding, currency, reference }) => [finding, currency, reference])).toEqual([
    ['missing', 'credits', 'A'],
    ['unexpected', 'USD', 'A'],
  ]);
});

test('used credits cannot be taken back: the rest is voided, and that is said', async () => {
  const home = homeWith('external_customer_id,amount,reference\nacme,50,A\n');
  for (let each = 0; each < 2; each += 1) await addEntry('acme --amount 50 --metadata reference=A', { home });
  await addEntry('acme --type decrement --amount 70', { home });
  const result = await compared({ home }, `--out ${home}/r.plan`);
  expect(result.stderr).toContain('20 of 50 credits cannot be voided');
  await creditctl(`batch apply ${home}/r.plan --sandbox --yes`, { home });
  expect(foundIn(await compared({ home }))).toMatchObject([{ finding: 'doubled', actual_amount: 20 }]);
});

test('of many customers, the unknown ones are missing their rows, exit 4, and leave no plan', async () => {
  const home = homeWith('external_customer_id,amount,reference\nacme,5,A\nnobody,7,B\nnobody,8,C\n');
  const result = await compared({ home }, `--out ${home}/r.plan`);
  expect(result.code).toBe(4);
  expect(foundIn(result).map(({ finding, customer }) => [finding, customer])).toEqual([
    ['missing', 'acme'],
    ['missing', 'nobody'],
    ['missing', 'nobody'],
  ]);
  expect(errorOf(result).message).toContain('nobody (line 3)');
  expect(existsSync(`${home}/r.plan`)).toBe(false);
  expect(readdirSync(`${home}/.local/state/creditctl/input`)).toEqual([]);
});

test('rows of many customers in any order are compared, and what was kept of them is removed', async () => {
  const customers = ['acme', 'globex', 'initech'];
  const lines = Array.from({ length: 30 }, (_, row) => `${customers[row % 3]},${row + 1},ref-${row}`);
  const home = homeWith(`external_customer_id,amount,reference\n${lines.join('\n')}\n`);
  const result = await compared({ home });
  expect(result.code, result.stderr).toBe(1);
  const found = foundIn(result);
  expect(found.map(({ customer }) => customer)).toEqual(
    customers.flatMap((customer) => Array.from({ length: 10 }, () => customer)),
  );
  expect(found.map(({ line, expected_amount: amount, reference }) => [line, amount, reference])).toEqual(
    [0, 1, 2].flatMap((first) =>
      Array.from({ length: 10 }, (_, each) => first + each * 3).map((row) => [
        row + 2,
        row + 1,
        `ref-${row}`,
      ]),
    ),
  );
  const state = `${home}/.local/state/creditctl/input`;
  expect(existsSync(state) ? readdirSync(state) : []).toEqual([]);
});

test('one customer under both ids is one customer', async () => {
  const home = homeWith('');
  const shown = await creditctl('customers show acme --sandbox -o json', { home });
  const { id } = JSON.parse(shown.stdout) as { id: string };
  await addEntry('acme --amount 5 --metadata reference=A', { home });
  await addEntry('acme --amount 6 --metadata reference=B', { home });
  const head = 'external_customer_id,customer_id,amount,reference\nacme,,5,A\n';
  writeFileSync(`${home}/x.csv`, `${head},${id},6,B\n`);
  expect(foundIn(await compared({ home }))).toEqual([]);
  writeFileSync(`${home}/x.csv`, `${head},${id},6,A\n`);
  const twice = await compared({ home });
  expect(twice.code).toBe(2);
  expect(twice.stderr).toContain('line 3: reference');
});

test('a file that is wrong is refused with every problem, before anything is asked', async () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['external_customer_id,amount,referense\nacme,5,A\n', ['referense', 'did you mean reference?']],
    ['external_customer_id,amount,reference\nacme,5,A\nacme,6,A\n', ['row 2 (line 3): reference', 'line 2']],
    ['external_customer_id,amount,type\nacme,5,void\n', ['row 1 (line 2): type must be increment']],
    ['external_customer_id,amount\nacme,-5\n', ['must not be negative: only grants are compared: "-5"']],
    ['external_customer_id,amount,reference\nacme,x,A\n,5,B\n', ['line 2', 'line 3', '2 problems in 2 rows']],
    ['external_customer_id,amount,reference,metadata.reference\nacme,5,A,A\n', ['is the same column as']],
    ['external_customer_id,amount\n', ['has no rows']],
  ];
  for (const [text, parts] of cases) {
    const home = homeWith(text);
    expectUsage(await compared({ home }, `--out ${home}/r.plan`), parts);
    expect(existsSync(`${home}/r.plan`)).toBe(false);
  }
});

test('everything that is wrong with the flags is said at once', async () => {
  const home = homeWith('external_customer_id,amount\nacme,5\n');
  const flags = '--reference a=b --since soon --batch-id .x --problems';
  expectUsage(await creditctl(`reconcile ${flags} ${home}/x.csv --sandbox`, { home }), [
    '<file> is missing',
    '--reference must be',
    '--since',
    '--batch-id',
    'add --out',
    '--problems names a file that',
  ]);
  expectUsage(await compared({ home }, `--out ${home}/x.csv --force`), ['--out']);
});

test('what cannot be repaired is said, and the rest is planned', async () => {
  const head = 'external_customer_id,amount,expires,cost-basis,reference\n';
  const rows = ['acme,5,2020-01-01,,A', 'acme,6,never,,B', 'acme,7,,0.5,C', 'acme,8,2027-01-31T10:00:00Z,,D'];
  const home = homeWith(`${head}${rows.join('\n')}\nacme,9,,,E\n`);
  await addEntry('acme --amount 6 --expires 2027-01-31 --metadata reference=B', { home });
  await addEntry('acme --amount 8 --expires 2027-01-31 --metadata reference=D', { home });
  const result = await compared({ home }, `--out ${home}/r.plan`);
  expect(foundIn(result).map(({ finding }) => finding)).toEqual([
    ...['missing', 'wrong_expiry', 'missing', 'wrong_expiry', 'missing'],
  ]);
  const said = notesOf(result).flatMap(({ not_repaired: each }) =>
    each === undefined ? [] : [String(each)],
  );
  expect(said.map((each) => each.slice(0, 7))).toEqual(['line 2,', 'line 3,', 'line 4,', 'line 5,']);
  expect(said[0]).toContain('granted: expires is in the past');
  expect(said[2]).toContain('invoice');
  expect(notesOf(result).find(({ planned }) => planned !== undefined)).toMatchObject({
    planned: { rows: 1 },
  });
});

test('a repair that the policy refuses names the line of the file', async () => {
  const home = homeWith('external_customer_id,amount,reference\nglobex,1,A\nacme,5,B\nacme,7,C\n');
  await addEntry('globex --amount 1 --metadata reference=A', { home });
  await addEntry('acme --amount 9 --metadata reference=B', { home });
  await creditctl('config set kind sandbox --profile p', { home });
  await creditctl('config set policy.description_required true --profile p', { home });
  await creditctl('config set policy.entry_cap 3 --profile p', { home });
  const result = await creditctl(`reconcile ${home}/x.csv --out ${home}/r.plan --profile p`, { home });
  expect(result.code, result.stderr).toBe(10);
  expect(result.stderr).toMatch(/^ *line 3, acme, block \w+: 4 credits is over the limit/m);
  expect(result.stderr).toMatch(/^ *line 4, acme: 7 credits is over the limit/m);
});

test('a ledger that moves between its reading and the plan leaves no plan', async () => {
  const home = homeWith('external_customer_id,amount,reference\nacme,5,A\n');
  await addEntry('acme --amount 1 --metadata reference=other', { home });
  let looks = 0;
  const result = await compared(
    {
      home,
      between: async (request, exchange) => {
        const asked = request.query.flat().join();
        if (
          request.path.endsWith('/credits/ledger') &&
          asked.includes('currency,credits') &&
          asked.includes('limit,1')
        )
          looks += asked.includes('limit,1000') ? 0 : 1;
        if (looks === 3) {
          looks += 1;
          const path = '/customers/external_customer_id/acme/credits/ledger_entry';
          const body = JSON.stringify({ entry_type: 'increment', amount: 5, metadata: { reference: 'A' } });
          await exchange({ method: 'POST', path, query: [], headers: {}, body });
        }
        return exchange(request);
      },
    },
    `--out ${home}/r.plan`,
  );
  expect(looks).toBe(4);
  expect(result.code, result.stderr).toBe(1);
  expect(errorOf(result)).toMatchObject({ code: 'failure', retry_safe: true });
  expect(existsSync(`${home}/r.plan`)).toBe(false);
  expect(foundIn(await compared({ home })).map(({ finding }) => finding)).toEqual(['unexpected']);
});

test('a file with semicolons is read as such, where a flag or its first line says so', async () => {
  const text = 'external_customer_id;amount;reference\nacme;10;"a;b"\nglobex;0.5;c\n';
  const home = homeWith(text);
  await addEntry('acme --amount 10 --metadata reference=a;b', { home });
  for (const [content, more] of [
    [text, '--delimiter ;'],
    [`sep=;\n${text}`, ''],
  ] as const) {
    writeFileSync(`${home}/x.csv`, content);
    const result = await compared({ home }, more);
    expect(result.code, result.stderr).toBe(1);
    expect(foundIn(result)).toMatchObject([
      { finding: 'missing', customer: 'globex', expected_amount: 0.5, reference: 'c', matched_by: null },
    ]);
  }
  writeFileSync(`${home}/x.csv`, text);
  const unsaid = await compared({ home });
  expect(unsaid.code).toBe(2);
  expect(errorOf(unsaid).message).toContain("add --delimiter ';'");
});
