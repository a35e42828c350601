import { expect, test } from 'vitest';
import { fitColumns } from '../../src/output/fit-columns.ts';

const fixed = (wanted: number, hideRank: number) => ({ wanted, least: wanted, hideRank });
const prose = (wanted: number, hideRank: number) => ({ wanted, least: 10, hideRank, isProse: true });
const terse = (wanted: number, hideRank: number) => ({
  ...prose(wanted, hideRank),
  comfort: Math.min(wanted, 24),
});
const id = (wanted: number, least: number, hideRank: number) => ({ wanted, least, floor: 8, hideRank });

test.each([
  ['all fit', [fixed(5, 0), fixed(5, 1)], 12, [5, 5]],
  ['prose is narrowed first', [fixed(5, 0), prose(30, 1)], 20, [5, 13]],
  ['the one with the highest rank goes', [fixed(5, 2), fixed(5, 0), fixed(5, 1)], 14, [0, 5, 5]],
  ['then the next', [fixed(5, 2), fixed(5, 0), fixed(5, 1)], 6, [0, 5, 0]],
  ['of equals, the last', [fixed(5, 1), fixed(5, 1)], 8, [5, 0]],
  ['prose goes before it gets too narrow', [fixed(5, 0), prose(30, 1)], 16, [5, 0]],
  ['a small one comes back after a large one went', [fixed(5, 0), fixed(20, 1), fixed(4, 2)], 12, [5, 0, 4]],
  [
    'the most important of them first',
    [fixed(5, 0), fixed(20, 1), fixed(4, 3), fixed(3, 2)],
    12,
    [5, 0, 0, 3],
  ],
  ['prose comes back as wide as there is room', [fixed(5, 0), fixed(30, 1), prose(30, 2)], 20, [5, 0, 13]],
  ['but not too narrow', [fixed(5, 0), fixed(30, 1), prose(30, 2)], 16, [5, 0, 0]],
  ['essential prose is narrowed', [fixed(5, 0), prose(30, 0)], 17, [5, 10]],
  ['prose gives way before a column of a higher rank', [fixed(5, 9), prose(30, 1)], 20, [5, 13]],
  ['a column with few long ids is as wide as the others need', [id(60, 16, 0), fixed(10, 1)], 40, [16, 10]],
  ['long ids stay in their column where there is room', [id(60, 16, 0), fixed(10, 1)], 72, [60, 10]],
  ['where all ids are long, others are hidden first', [id(30, 30, 0), fixed(10, 1)], 40, [30, 0]],
  ['then the ids are narrowed', [id(60, 60, 0), fixed(10, 0)], 40, [28, 10]],
  ['but not below their floor', [id(60, 60, 0), fixed(10, 0)], 19, undefined],
  [
    'short prose stays whole, and a column of a higher rank goes',
    [fixed(8, 9), terse(16, 7), fixed(5, 0)],
    28,
    [0, 16, 5],
  ],
  ['long prose is narrowed to a short one first', [fixed(8, 9), terse(90, 7), fixed(5, 0)], 41, [8, 24, 5]],
  ['and below that once all of a higher rank went', [fixed(8, 9), terse(90, 7), fixed(5, 0)], 25, [0, 18, 5]],
  ['essential columns cannot go', [fixed(5, 0), fixed(5, 0), fixed(5, 9)], 11, undefined],
])('%s', (_name, claims, width, widths) => {
  expect(fitColumns(claims, width)).toEqual(widths);
});
