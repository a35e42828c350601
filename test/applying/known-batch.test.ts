import { expect, test } from 'vitest';
import { earliest, openElsewhere } from '../../src/applying/known-batch.ts';
import { RowStates, rowState } from '../../src/applying/row-states.ts';

const keyOf = (row: number): string => `batch-${String(row).padStart(8, '0').padEnd(40, '0')}`;

test('the first of very many rows is found, and of none there is no first', () => {
  const rows = Array.from({ length: 300_000 }, () => ({ at: '2026-11-23T12:00:00Z', plan: 'p', row: 1 }));
  const first = { at: '2026-11-22T12:00:00Z', plan: 'p', row: 1 };
  expect(earliest([...rows, first, ...rows])).toBe(Date.parse(first.at));
  expect(earliest([])).toBe(Number.POSITIVE_INFINITY);
});

test('only rows of other plans of which nobody knows by now are open elsewhere', () => {
  const states = new RowStates();
  const plans = ['own', 'other', 'other', 'other'];
  const open = new Map(plans.map((plan, row) => [keyOf(row), { at: '2026-11-23T12:00:00Z', plan, row }]));
  states.set(keyOf(0), rowState.unknown);
  states.set(keyOf(1), rowState.unknown);
  states.set(keyOf(2), rowState.intended);
  states.set(keyOf(3), rowState.already);
  expect(openElsewhere({ open, states }, 'own')).toBe(2);
});
