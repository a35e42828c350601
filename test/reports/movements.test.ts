// Sums by the change of the balance and never by `amount`; what changed without an entry is dated as the next entry.
import { expect, test } from 'vitest';
import { parseDate } from '../../src/credits/calendar.ts';
import type { LedgerEntry } from '../../src/credits/customer.ts';
import { amount } from '../../src/credits/exact.ts';
import {
  type Grouping,
  groupOf,
  Movements,
  type MovementsOptions,
  readGrouping,
} from '../../src/reports/movements.ts';
import { type PeriodLength, Periods } from '../../src/reports/periods.ts';
import { entry } from '../views/records.ts';

function periods(by: PeriodLength = 'day'): Periods {
  const [since, until] = [parseDate('2026-10-01'), parseDate('2026-10-31')];
  if (since === undefined || until === undefined) throw new Error('no days');
  return new Periods({ since, until, by, zone: 'UTC' });
}

type Line = readonly [day: string, type: string, from: string, to: string, more?: Partial<LedgerEntry>];

/** @param lines oldest first */
function reported(
  lines: readonly Line[],
  { grouping, ...options }: Partial<MovementsOptions> & { readonly grouping?: Grouping | undefined } = {},
) {
  const movements = new Movements({ periods: periods(), waited: new Set(), ...options });
  for (const [day, type, from, to, more] of lines.toReversed()) {
    const made = entry({
      created_at: `${day}T12:00:00+00:00`,
      entry_type: type,
      starting_balance: amount(from),
      ending_balance: amount(to),
      amount: amount('999'),
      ...more,
    });
    movements.add(made, grouping === undefined ? null : groupOf(made, grouping));
  }
  return movements.end();
}

test('only what is committed is final: an entry with a status that Orb adds may change, too', () => {
  const { rows } = reported([['2026-10-01', 'increment', '0', '1', { entry_status: 'frozen' }]]);
  expect(rows.map(({ pending }) => pending)).toEqual([1]);
});

test('each type counts in its own column, by what it did to the balance', () => {
  const { rows, opening, closing } = reported([
    ['2026-09-30', 'increment', '0', '10'],
    ['2026-10-01', 'increment', '10', '110.5'],
    ['2026-10-01', 'decrement', '110.5', '90', { entry_status: 'pending' }],
    ['2026-10-01', 'amendment', '90', '95'],
    ['2026-10-01', 'void_initiated', '95', '95'],
    ['2026-10-01', 'void', '95', '80'],
    ['2026-10-01', 'expiration_change', '80', '80'],
    ['2026-10-01', 'credit_block_expiry', '80', '70'],
    ['2026-10-01', 'something_new', '70', '71'],
    ['2026-11-01', 'decrement', '71', '0'],
  ]);
  expect([opening, closing]).toEqual(['10', '71']);
  expect(rows).toMatchObject([
    {
      period: { name: '2026-10-01' },
      ...{
        opening: '10',
        granted: '100.5',
        used: '20.5',
        amended: '5',
        voided: '15',
        expired: '10',
        other: '1',
      },
      closing: '71',
      pending: 1,
    },
  ]);
});

test('a change without an entry is other, in the period of the entry that shows it', () => {
  const { rows } = reported([
    ['2026-10-01', 'increment', '0', '10'],
    ['2026-10-05', 'decrement', '30', '25'],
  ]);
  expect(rows).toMatchObject([
    { period: { name: '2026-10-01' }, other: '0', closing: '10' },
    { period: { name: '2026-10-05' }, opening: '10', other: '20', used: '5', closing: '25' },
  ]);
});

test('an entry dated before the ones that precede it is in the period of its date, and every period follows on', () => {
  const { rows, closing } = reported([
    ['2026-10-02', 'increment', '0', '100'],
    ['2026-10-06', 'decrement', '100', '90'],
    ['2026-10-03', 'decrement', '90', '70'],
    ['2026-09-01', 'decrement', '70', '69'],
  ]);
  expect(rows.map(({ period, opening, used, closing }) => [period.name, opening, used, closing])).toEqual([
    ['2026-10-02', '-1', '0', '99'],
    ['2026-10-03', '99', '20', '79'],
    ['2026-10-06', '79', '10', '69'],
  ]);
  expect(closing).toBe('69');
});

test('money is exact, and only what has a cost basis counts', () => {
  const costing = (basis: string | null) => ({
    credit_block: { ...entry().credit_block, per_unit_cost_basis: basis === null ? null : amount(basis) },
  });
  const { rows } = reported([
    ['2026-10-01', 'increment', '0', '0.3', costing('0.1')],
    ['2026-10-01', 'increment', '0.3', '100.3', costing(null)],
    ['2026-10-01', 'decrement', '100.3', '100.1', costing('0.1')],
  ]);
  expect(rows[0]?.values).toMatchObject({ granted: '0.03', used: '0.02' });
});

test('an increment of a block that waited is other, and --as-of cuts by the date of creation', () => {
  const lines: readonly Line[] = [
    ['2026-10-01', 'increment', '0', '0'],
    ['2026-10-09', 'increment', '0', '5'],
  ];
  const waited = new Set([entry().credit_block.id]);
  expect(reported(lines, { waited }).rows.at(-1)).toMatchObject({ granted: '0', other: '5' });
  const before = Date.parse('2026-10-09T00:00:00Z');
  expect(reported(lines, { waited, before })).toMatchObject({ closing: '0', rows: [{ granted: '0' }] });
});

test('groups are by type, description or a key of the metadata, which may have dots', () => {
  const metadata = { 'a.b': 'x' };
  const groups = (text: string) =>
    reported([['2026-10-01', 'increment', '0', '1', { metadata, description: 'why' }]], {
      grouping: readGrouping(text),
    }).rows.map(({ group }) => group);
  expect(['type', 'description', 'metadata.a.b', 'metadata.toString'].flatMap(groups)).toEqual([
    ...['increment', 'why', 'x', null],
  ]);
  expect([readGrouping('metadata.'), readGrouping('customer')]).toEqual([undefined, undefined]);
});
