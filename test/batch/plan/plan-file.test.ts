import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planTotals } from '../../../src/batch/plan/plan-check.ts';
import {
  accountDocument,
  headerDocument,
  type PlanAccount,
  type PlanHeader,
  type PlanRow,
  rowDocument,
  totalsDocument,
} from '../../../src/batch/plan/plan-lines.ts';
import { openPlan } from '../../../src/batch/plan/plan-reader.ts';
import { PlanWriter } from '../../../src/batch/plan/plan-writer.ts';
import { amount, zero } from '../../../src/credits/exact.ts';
import { type JsonObject, jsonNumber } from '../../../src/wire/json.ts';
import { rehashed } from '../../support/plans.ts';
import { all } from '../input/chunks.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-plan-test-'));
const customer = { id: 'Xy1', external_customer_id: 'acme' };

const header: PlanHeader = {
  creditctl_plan: 2,
  batch: { id: 'may', is_named: true },
  source: {
    file: 'grants.csv',
    format: 'csv',
    header: ['external_customer_id', 'amount'],
    form: { bom: false, line_end: '\n' },
  },
  planned_at: '2026-11-23T12:00:00.000Z',
  planned_by: 'ann',
  account: { origin: 'https://api.withorb.com', mode: 'live', ledger: null, customers: ['Xy1'] },
  version: '0.1.0',
};

const keyOf = (number: number): string => `batch-${String(number).padStart(40, '0')}`;

const row = (number: number): PlanRow => ({
  row: number,
  line: number + 1,
  key: keyOf(number),
  customer,
  request: {
    method: 'POST',
    path: '/customers/Xy1/credits/ledger_entry',
    body: { entry_type: 'increment', amount: jsonNumber('123456789012345678'), description: 'é "x"' },
  },
  source: ['acme', '123456789012345678'],
});

const account: PlanAccount = {
  customer,
  currency: 'credits',
  invoicing_currency: 'USD',
  ledger_sequence_number: 7,
  ledger_entry_id: 'entry7',
  rows: 3,
  granted: amount('0.3'),
  used: zero,
  expiry_changed: zero,
  voided: zero,
  given_back: zero,
  balance_before: amount('1'),
  balance_after: amount('1.3'),
  revenue: zero,
  invoices: 1,
  invoiced: amount('0.06'),
  largest_row: amount('0.3'),
  refusals: 0,
};

const totals = planTotals([account], { increment: 3 });

function writtenPlan(name: string, rows = 3): { file: string; sha256: string } {
  const file = path.join(folder, name);
  const writer = new PlanWriter(file, { pid: 1, mayReplace: true });
  writer.line(headerDocument(header));
  for (let number = 1; number <= rows; number += 1) writer.line(rowDocument(row(number)));
  writer.line({ account: accountDocument(account) });
  const sha256 = writer.end({ end: true, rows, totals: totalsDocument({ ...totals, rows }) });
  writer.close();
  return { file, sha256 };
}

test('a plan is read as it was written, and only its owner may read it', async () => {
  const { file, sha256 } = writtenPlan('whole.plan');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const plan = await openPlan(file);
  expect(plan.end).toEqual({ rows: 3, totals, sha256 });
  expect(plan.header.batch).toEqual({ id: 'may', is_named: true });
  expect(plan.header.source).toEqual(header.source);
  expect(await all(plan.rows())).toEqual([row(1), row(2), row(3)]);
  expect(await all(plan.accounts())).toEqual([account]);
  await plan.close();
});

test('a plan of more than one piece is read whole', async () => {
  const { file } = writtenPlan('long.plan', 3000);
  const plan = await openPlan(file);
  let expected = 1;
  for await (const { row: number, key } of plan.rows()) {
    if (number !== expected || key !== keyOf(expected)) expect.fail(`row ${number} at ${expected}`);
    expected += 1;
  }
  expect(expected).toBe(3001);
  await plan.close();
});

test('a row that is changed after the plan was checked is never handed out, nor is what comes after it', async () => {
  const { file } = writtenPlan('moved.plan', 3000);
  const plan = await openPlan(file);
  const bytes = readFileSync(file);
  const at = bytes.indexOf(`"row":2500,`);
  for (const change of [
    () => writeFileSync(file, bytes.subarray(0, at)),
    () => writeFileSync(file, bytes.fill('7', at + 6, at + 7)),
  ]) {
    change();
    const read: number[] = [];
    const reading = (async () => {
      for await (const { row: number } of plan.rows()) read.push(number);
    })();
    await expect(reading).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('changed'),
    });
    expect(read.length).toBeLessThan(2500);
  }
  await plan.close();
});

test('accounts, and the bytes that are signed, are those that were hashed, or refused', async () => {
  const { file } = writtenPlan('accounts.plan');
  const plan = await openPlan(file);
  const text = readFileSync(file, 'utf8');
  expect((await all(plan.bytes())).join('')).toBe(text);
  writeFileSync(file, text.replace(/(?<="account".*"rows":)\d/, '9'));
  for (const reading of [() => plan.accounts(), () => plan.bytes()])
    await expect(all<unknown>(reading())).rejects.toMatchObject({ kind: 'refused' });
  await plan.close();
});

test('the accounts are found wherever a piece of the file ends', async () => {
  const file = path.join(folder, 'boundary.plan');
  const write = (padding: number): number => {
    const writer = new PlanWriter(file, { pid: 1, mayReplace: true });
    writer.line(headerDocument(header));
    writer.line(rowDocument({ ...row(1), source: ['acme', 'x'.repeat(padding)] }));
    writer.line({ account: accountDocument(account) });
    writer.line({ account: accountDocument({ ...account, currency: 'USD' }) });
    writer.end({ end: true, rows: 1, totals: totalsDocument({ ...totals, rows: 1 }) });
    writer.close();
    return readFileSync(file).indexOf('\n{"account":');
  };
  const unpadded = write(0);
  for (let shift = -14; shift <= 2; shift += 1) {
    expect(write((1 << 16) + shift - unpadded)).toBe((1 << 16) + shift);
    const plan = await openPlan(file);
    expect((await all(plan.accounts())).map(({ currency }) => currency)).toEqual(['credits', 'USD']);
    await plan.close();
  }
});

test('each row is found again by where it begins, also one longer than what is read at once', async () => {
  const file = path.join(folder, 'placed.plan');
  const writer = new PlanWriter(file, { pid: 1, mayReplace: true });
  writer.line(headerDocument(header));
  const rows = [1, 2, 3].map((number) => ({ ...row(number), source: ['é', 'ü'.repeat(number * 70_000)] }));
  for (const each of rows) writer.line(rowDocument(each));
  writer.line({ account: accountDocument(account) });
  writer.end({ end: true, rows: 3, totals: totalsDocument(totals) });
  writer.close();
  const plan = await openPlan(file);
  const placed = await all(plan.placedRows());
  expect(placed.map((each) => each.row)).toEqual(rows);
  expect(placed.toReversed().map(({ start }) => plan.rowAt(start))).toEqual(rows.toReversed());
  await plan.close();
});

const damaged = path.join(folder, 'damaged.plan');

async function refusal(bytes: Uint8Array): Promise<string> {
  writeFileSync(damaged, bytes);
  try {
    await (await openPlan(damaged)).close();
    return 'it was read';
  } catch (error) {
    return (error as Error).message;
  }
}

test('whichever byte of a plan is changed, it is refused', async () => {
  const bytes = readFileSync(writtenPlan('changed.plan').file);
  const byte = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
  await fc.assert(
    fc.asyncProperty(byte, async ([at, by]) => {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ by;
      expect(await refusal(changed)).toMatch(/was changed or cut short|is not a plan/);
    }),
    { numRuns: 300 },
  );
  // The ends, where a mistake in counting would show.
  for (const at of [
    0,
    bytes.length - 1,
    bytes.length - 3,
    bytes.length - 4,
    bytes.length - 67,
    bytes.length - 68,
  ]) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(await refusal(changed), `byte ${at}`).toMatch(/was changed or cut short|is not a plan/);
  }
});

test('a plan that is cut, grown, empty or something else is refused', async () => {
  const bytes = readFileSync(writtenPlan('cut.plan').file);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
      expect(await refusal(bytes.subarray(0, length))).toMatch(/cut short|is not a plan/);
    }),
    { numRuns: 50 },
  );
  expect(await refusal(Buffer.concat([bytes, Buffer.from('\n')]))).toContain('was changed');
  const around = (change: (text: string) => string) =>
    refusal(Buffer.from(rehashed(change(bytes.toString('utf8')))));
  expect(await around((text) => `\uFEFF${text}`)).toContain('is not a plan');
  expect(await around((text) => text.replace(',"sha256"', ';"sha256"'))).toContain('is not a plan');
  expect(await refusal(Buffer.from('external_customer_id,amount\n'.repeat(9)))).toContain('is not a plan');
  await expect(openPlan(path.join(folder, 'nowhere'))).rejects.toThrow('does not exist');
  execFileSync('mkfifo', [path.join(folder, 'pipe')]);
  await expect(openPlan(path.join(folder, 'pipe'))).rejects.toThrow('is a pipe or a device');
});

test('a plan that is not finished leaves nothing, and one that exists is not replaced unasked', () => {
  const before = readdirSync(folder).length;
  const writer = new PlanWriter(path.join(folder, 'given-up.plan'), { pid: 2, mayReplace: false });
  writer.line(headerDocument(header));
  writer.close();
  expect(readdirSync(folder)).toHaveLength(before);
  const { file } = writtenPlan('there.plan');
  const text = readFileSync(file, 'utf8');
  const other = new PlanWriter(file, { pid: 3, mayReplace: false });
  expect(() => other.end({ end: true })).toThrow('EEXIST');
  other.close();
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(() => new PlanWriter(path.join(folder, 'no', 'x.plan'), { pid: 4, mayReplace: true })).toThrow(
    'cannot be written: it does not exist (ENOENT)',
  );
});

for (const [what, change] of [
  ['a line of its own', (text: string) => text.replace('\n{"row":2', '\n{"note":"x"}\n{"row":2')],
  ['an empty line', (text: string) => text.replace('\n{"row":2', '\n\n{"row":2')],
  ['a line among the accounts', (text: string) => text.replace('\n{"end":', '\n{"row":9}\n{"end":')],
  ['a blank that no plan has', (text: string) => text.replace('{"row":1,"line"', '{"row":1, "line"')],
  ['a field twice', (text: string) => text.replace('{"row":1,', '{"row":1,"row":1,')],
  ['an escape of another kind', (text: string) => text.replace('"é ', '"\\u00e9 ')],
  ['a blank in its totals', (text: string) => text.replace('"totals":{', '"totals": {')],
] as const) {
  test(`a plan with ${what} is refused, although its hash is right`, async () => {
    const { file } = writtenPlan('plain.plan');
    const before = readFileSync(file, 'utf8');
    const text = change(before);
    expect(text).not.toBe(before);
    writeFileSync(file, rehashed(text));
    await expect(readWhole(file)).rejects.toMatchObject({ kind: 'refused', facts: { applied: 'no' } });
  });
}

interface Changes {
  readonly header?: JsonObject;
  readonly row?: JsonObject;
  readonly account?: JsonObject;
  readonly end?: JsonObject;
}

/** A plan whose hash is right and which says something else than any that was made. */
function forged(changes: Changes): string {
  const file = path.join(folder, 'forged.plan');
  const writer = new PlanWriter(file, { pid: 1, mayReplace: true });
  writer.line({ ...headerDocument(header), ...changes.header });
  writer.line({ ...rowDocument(row(1)), ...changes.row });
  writer.line({ account: { ...accountDocument(account), ...changes.account } });
  writer.end({ end: true, rows: 3, totals: totalsDocument(totals), ...changes.end });
  writer.close();
  return file;
}

async function readWhole(file: string): Promise<void> {
  const plan = await openPlan(file);
  try {
    await all(plan.rows());
    await all(plan.placedRows());
    await all(plan.accounts());
  } finally {
    await plan.close();
  }
}

const batch = (id: string, is_named = true): Changes => ({ header: { batch: { id, is_named } } });
const of = (changes: JsonObject): Changes => ({ header: { account: { ...header.account, ...changes } } });
const source = (changes: JsonObject): Changes => ({
  header: { source: { ...header.source, form: { bom: false, line_end: '\n' }, ...changes } },
});
const request = (changes: JsonObject): Changes => ({ row: { request: { ...row(1).request, ...changes } } });
const sent = (changes: JsonObject): Changes => request({ body: { ...row(1).request.body, ...changes } });
const sums = totalsDocument(totals);

test('a plan with a hash of its own that says nothing else is read', () => readWhole(forged({})));

for (const changes of [
  batch('../../escaped'),
  batch('a/b'),
  batch('.'),
  batch('.hidden'),
  batch(''),
  batch('last'),
  batch('x'.repeat(65)),
  batch('content-1'),
  batch('may', false),
  { header: { batch: 'may' } },
  of({ origin: null }),
  of({ mode: 'else' }),
  of({ ledger: 7 }),
  of({ customers: [] }),
  of({ customers: ['a', 'b', 'c', 'd'] }),
  of({ customers: ['..'] }),
  of({ key: 'x' }),
  { header: { planned_at: 'yesterday' } },
  { header: { planned_by: 7 } },
  source({ format: 'xml' }),
  source({ header: 'a,b' }),
  source({ form: null }),
  source({ encoding: 'UTF-8' }),
  { header: { approved: true } },
  { header: { version: null } },
  { header: { creditctl_plan: 1 } },
  { row: { key: 'undo-1' } },
  { row: { key: '../x' } },
  { row: { row: -1 } },
  { row: { line: 'one' } },
  { row: { source: [1] } },
  { row: { note: 'x' } },
  { row: { moves: jsonNumber('-1') } },
  { row: { moves: jsonNumber('1.50') } },
  request({ query: [] }),
  { row: { customer: { id: '..', external_customer_id: null } } },
  { row: { customer: { id: 'Other', external_customer_id: 'acme' } } },
  request({ method: 'PUT' }),
  request({ path: '/customers/Xy1/balance_transactions' }),
  request({ path: '/customers/Xy2/credits/ledger_entry' }),
  request({ body: [] }),
  sent({ entry_type: 'gift' }),
  sent({ amount: jsonNumber('-5') }),
  sent({ amount: '5' }),
  sent({ amount: jsonNumber('5.10') }),
  sent({ amount: jsonNumber('1e3') }),
  sent({ currency: 7 }),
  { account: { granted: '5' } },
  { account: { granted: jsonNumber('-5') } },
  { account: { customer: null } },
  { account: { ledger_sequence_number: 'x' } },
  { account: { ledger_entry_id: 7 } },
  { account: { granted: jsonNumber('5.0') } },
  { account: { share: 'x' } },
  { end: { rows: -3 } },
  { end: { rows: 2 } },
  { end: { totals: null } },
  { end: { totals: { ...sums, extra: 1 } } },
  { end: { totals: { ...sums, credits: {} } } },
  { end: { totals: { ...sums, credits: [{ currency: 'credits' }] } } },
  { end: { totals: { ...sums, refusals: 'none' } } },
] satisfies readonly Changes[]) {
  test(`a plan with a hash of its own that says ${JSON.stringify(changes)} is refused`, async () => {
    const reading = readWhole(forged(changes));
    await expect(reading).rejects.toMatchObject({ kind: 'refused', facts: { applied: 'no' } });
  });
}
