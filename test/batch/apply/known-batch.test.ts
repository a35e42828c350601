import { expect, test } from 'vitest';
import { earliest, otherPlanRows } from '../../../src/batch/apply/known-batch.ts';
import { RowStates, rowState } from '../../../src/batch/apply/row-states.ts';

const keyOf = (row: number): string => `batch-${String(row).padStart(8, '0').padEnd(40, '0')}`;

test('the first of very many rows is found, and of none there is no first', () => {
  const rows = Array.from({ length: 300_000 }, () => ({ at: '2026-11-23T12:00:00Z', plan: 'p', row: 1 }));
  const first = { at: '2026-11-22T12:00:00Z', plan: 'p', row: 1 };
  expect(earliest([...rows, first, ...rows])).toBe(Date.parse(first.at));
  expect(earliest([])).toBe(Number.POSITIVE_INFINITY);
});

test('of the rows of other plans those count that nobody knows of by now, and those that were refused since', () => {
  const states = new RowStates();
  const [unknown, intended, already, refused] = [1, 2, 3, 4].map(keyOf);
  states.set(unknown ?? '', rowState.unknown);
  states.set(intended ?? '', rowState.intended);
  states.set(already ?? '', rowState.already);
  states.set(refused ?? '', rowState.refused);
  expect(otherPlanRows([1, 2, 3, 4, 5].map(keyOf), states)).toEqual({ unknown: 2, refused: 1 });
});
