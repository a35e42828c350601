// Matching by reference and by guess, and what a grant comes to after voids and moves.
import { expect, test } from 'vitest';
import type { CreditBlock, LedgerEntry } from '../../src/credits/customer.ts';
import { amount, formatInstant, type Instant } from '../../src/credits/exact.ts';
import type { ExpectedGrant } from '../../src/reports/claimed-grants.ts';
import { grantsOf } from '../../src/reports/granted.ts';
import { reconcileLedger } from '../../src/reports/reconciliation.ts';
import { creditBlock } from '../support/blocks.ts';

const now = Date.parse('2026-11-23T12:00:00Z');
const day = 86_400_000;
const january = Date.parse('2027-01-31T08:00:00Z');
const march = Date.parse('2027-03-31T07:00:00Z');

interface Made {
  readonly block?: string;
  readonly amount?: string;
  readonly expiry?: Instant | null;
  readonly days?: number;
  readonly reference?: string;
  readonly description?: string;
}

let sequence = 0;

function entry(type: string, made: Made = {}, more: Partial<LedgerEntry> = {}): LedgerEntry {
  sequence += 1;
  const { block = `b${sequence}`, expiry = null, days = 0, reference, description = null } = made;
  return {
    id: `e-${block}`,
    ledger_sequence_number: sequence,
    entry_type: type,
    entry_status: 'committed',
    customer: { id: 'c', external_customer_id: null },
    starting_balance: amount('0'),
    ending_balance: amount('0'),
    amount: amount(made.amount ?? '10'),
    currency: 'credits',
    created_at: formatInstant(now - days * day),
    description,
    metadata: reference === undefined ? {} : { reference },
    credit_block: {
      id: block,
      expiry_date: expiry === null ? null : formatInstant(expiry),
      per_unit_cost_basis: null,
      filters: [],
    },
    ...more,
  };
}

const block = (
  id: string,
  balance: string,
  expiry: Instant | null,
  more: Partial<CreditBlock> = {},
): CreditBlock => {
  const granted = { balance: amount(balance), maximum_initial_balance: amount(balance) };
  return creditBlock({
    id,
    ...granted,
    expiry_date: expiry === null ? null : formatInstant(expiry),
    ...more,
  });
};

const row = (more: Partial<ExpectedGrant> = {}): ExpectedGrant => ({
  line: 2,
  reference: undefined,
  amount: amount('10'),
  expiryOf: undefined,
  costBasis: undefined,
  near: undefined,
  ...more,
});

function found(
  expected: readonly ExpectedGrant[],
  entries: readonly LedgerEntry[],
  blocks: readonly CreditBlock[] = [],
) {
  const { findings } = reconcileLedger({
    expected,
    grants: grantsOf(entries, blocks, now),
    referenceKey: 'reference',
    isInWindow: () => true,
    now,
  });
  return findings.map(({ finding, grant, matchedBy }) => [finding, grant?.entry.id ?? null, matchedBy]);
}

test('a reference counts in the metadata, and as a whole word of the description', () => {
  for (const [reference, description] of [
    ['INV-1', 'Trial INV-1, by hand.'],
    ['INV-1', 'INV-1'],
    ['INV-1', 'Paid (INV-1).'],
    ['order 17', 'For order 17.'],
  ] as const)
    expect(found([row({ reference })], [entry('increment', { description, amount: '9' })])).toMatchObject([
      ['wrong_amount', expect.any(String), 'reference'],
    ]);
  for (const description of ['INV-17', 'INV-1-A', 'XINV-1', 'inv 1'])
    expect(
      found([row({ reference: 'INV-1' })], [entry('increment', { description, amount: '9' })]),
    ).toMatchObject([
      ['missing', null, null],
      ['unexpected', expect.any(String), null],
    ]);
});

test('blanks at the edges of a reference in the metadata do not count, and nothing but blanks is no reference', () => {
  const made = entry('increment', { reference: ' A\u00a0' });
  expect(found([row({ reference: 'A' })], [made])).toEqual([]);
  expect(found([row()], [entry('increment', { reference: ' ' })])).toEqual([]);
});

test('a description of half a million dots is searched without delay', () => {
  // The time of this process alone, which others on the machine do not change.
  const start = process.cpuUsage();
  const dotted = entry('increment', { amount: '9', description: `${'.'.repeat(500_000)}x` });
  expect(found([row({ reference: 'A' })], [dotted]).map(([kind]) => kind)).toEqual(['missing', 'unexpected']);
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(3_000);
});

test('the reference of the metadata outweighs the description', () => {
  const other = entry('increment', { reference: 'B', description: 'A' });
  expect(found([row({ reference: 'A' })], [other]).map(([kind]) => kind)).toEqual(['missing', 'unexpected']);
});

test('a grant of a row by reference is never guessed for another row', () => {
  const one = entry('increment', { reference: 'A' });
  expect(found([row({ line: 2 }), row({ line: 3, reference: 'A' })], [one]).map(([kind]) => kind)).toEqual([
    'missing',
  ]);
});

test('of equal grants the guess takes the one of the expiry, then the nearest in time, then the newest', () => {
  const made = [
    entry('increment', { block: 'old', days: 30 }),
    entry('increment', { block: 'right', days: 20, expiry: january }),
    entry('increment', { block: 'new', days: 10 }),
  ];
  const left = (expected: Partial<ExpectedGrant>) => found([row(expected)], made).map(([, id]) => id);
  expect(left({})).toEqual(['e-old', 'e-right']);
  expect(left({ expiryOf: () => january })).toEqual(['e-old', 'e-new']);
  expect(left({ near: now - 29 * day })).toEqual(['e-right', 'e-new']);
});

test('an equal grant within two days of a guess is a repetition, and later it is another grant', () => {
  const repeated = (days: number) =>
    found([row()], [entry('increment', { days }), entry('increment', { block: 'new' })]).map(
      ([kind]) => kind,
    );
  expect(repeated(2)).toEqual(['doubled']);
  expect(repeated(3)).toEqual(['unexpected']);
});

test('what plans and top-ups grant is neither guessed nor unexpected', () => {
  const bought = entry('increment', { block: 'x' });
  const blocks = [block('x', '10', null, { credit_block_source: 'top_up' })];
  expect(found([row()], [bought], blocks)).toEqual([['missing', null, null]]);
});

test('several grants of a reference that come to the amount are parts of one; else one is meant', () => {
  const of = (...amounts: readonly string[]) =>
    found(
      [row({ reference: 'A' })],
      amounts.map((each) => entry('increment', { block: each, amount: each, reference: 'A' })),
    );
  expect(of('7', '3')).toEqual([]);
  expect(of('12', '10')).toEqual([['doubled', 'e-12', 'reference']]);
  expect(of('7', '9')).toEqual([
    ['wrong_amount', 'e-7', 'reference'],
    ['doubled', 'e-9', 'reference'],
  ]);
});

test('voids of a block, and of the block that its credits moved to, lower what was granted', () => {
  const entries = [
    entry('increment', { block: 's', amount: '30', expiry: january, reference: 'A' }),
    entry(
      'expiration_change',
      { block: 's', amount: '30', expiry: january },
      { new_block_expiry_date: formatInstant(march) },
    ),
    entry('void_initiated', { block: 'n', amount: '30', expiry: march }, { void_amount: amount('20') }),
  ];
  const blocks = [block('n', '10', march), block('s', '0', january)];
  const right = row({ reference: 'A', expiryOf: () => march });
  expect(found([right], entries, blocks)).toEqual([]);
  expect(found([{ ...right, expiryOf: () => january }], entries, blocks)).toEqual([
    ['wrong_expiry', 'e-s', 'reference'],
  ]);
});

test('a grant that ended in debt has its own expiry, though the debt moved to a block that never expires', () => {
  const entries = [
    entry('increment', { block: 's', days: 30, expiry: now - 5 * day, reference: 'A' }),
    entry(
      'expiration_change',
      { block: 's', days: 5, amount: '4', expiry: now - 5 * day },
      { new_block_expiry_date: null },
    ),
  ];
  const blocks = [block('debt', '-4', null), block('s', '0', now - 5 * day)];
  expect(found([row({ reference: 'A', expiryOf: () => now - 5 * day })], entries, blocks)).toEqual([]);
});

test('of two equal grants that moved to one day, each has the block that its own move made', () => {
  const moved = (id: string) =>
    entry(
      'expiration_change',
      { block: id, expiry: january },
      { new_block_expiry_date: formatInstant(march) },
    );
  const entries = [
    ...['A', 'B'].map((reference) => entry('increment', { block: reference, expiry: january, reference })),
    ...['A', 'B'].map(moved),
    entry('void_initiated', { block: 'nB', expiry: march }, { void_amount: amount('10') }),
  ];
  const blocks = [
    block('nB', '0', march, { maximum_initial_balance: amount('10') }),
    block('nA', '10', march),
    ...['B', 'A'].map((id) => block(id, '0', january)),
  ];
  const rows = ['A', 'B'].map((reference) => row({ reference, expiryOf: () => march }));
  expect(found(rows, entries, blocks)).toEqual([['missing', null, null]]);
  expect(found(rows.slice(0, 1), entries, blocks)).toEqual([]);
});

test('a grant that became effective later is one grant, and one that was voided wholly is none', () => {
  const later = entry('increment', { block: 'f', reference: 'A' });
  expect(found([row({ reference: 'A' })], [later, entry('increment', { block: 'f' })])).toEqual([]);
  const gone = entry('void_initiated', { block: 'f' }, { void_amount: amount('10') });
  expect(found([row({ reference: 'A' })], [later, gone])).toEqual([['missing', null, null]]);
});

test('credits that were moved before they were paid for are one grant, with the expiry that they moved to', () => {
  const entries = [
    entry('increment', { block: 'g', expiry: january, reference: 'A' }),
    entry(
      'expiration_change',
      { block: 'g', expiry: january },
      { new_block_expiry_date: formatInstant(march) },
    ),
    entry('increment', { block: 'n', expiry: march }, { ending_balance: amount('10') }),
  ];
  const blocks = [block('n', '10', march), block('g', '0', january)];
  expect(found([row({ reference: 'A', expiryOf: () => march })], entries, blocks)).toEqual([]);
});

test('no cost basis and a cost basis of 0 are one', () => {
  const made = entry('increment', { reference: 'A' });
  const kinds = (costBasis: string) => found([row({ reference: 'A', costBasis: amount(costBasis) })], [made]);
  expect(kinds('0')).toEqual([]);
  expect(kinds('0.5')).toEqual([['wrong_cost_basis', made.id, 'reference']]);
});
