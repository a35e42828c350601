import { expect, test } from 'vitest';
import { claimOf, needOf, noNeed } from '../../src/output/column-claims.ts';
import { fitColumns } from '../../src/output/fit-columns.ts';
import { numberColumn } from '../../src/output/view.ts';

type Sums = Record<'opening' | 'voided' | 'other' | 'closing', string>;
const columns = [
  numberColumn<Sums>('opening', 1),
  numberColumn<Sums>('voided', 2),
  numberColumn<Sums>('other', 2),
  numberColumn<Sums>('closing', 1),
];

const shown = (rows: readonly Sums[], width: number): readonly string[] => {
  const claims = columns.map((column) =>
    claimOf(
      column,
      needOf(
        noNeed,
        rows.map((row) => ({ text: column.text(row) })),
      ),
      false,
    ),
  );
  const widths = fitColumns(claims, width) ?? [];
  return columns.filter((_, index) => (widths[index] ?? 0) > 0).map(({ name }) => name);
};

test('amounts that are 0 in every row are hidden before those that the sum needs', () => {
  const first = { opening: '0', voided: '0', other: '5', closing: '5' };
  expect(shown([first], 40)).toEqual(['opening', 'voided', 'other', 'closing']);
  expect(shown([first, { ...first, opening: '5', other: '0' }], 25)).toEqual(['opening', 'other', 'closing']);
  expect(shown([{ ...first, voided: '5', other: '0', opening: '10' }], 25)).toEqual([
    'opening',
    'voided',
    'closing',
  ]);
});
