import { expect, test } from 'vitest';
import { ReasonCount } from '../../../../src/batch/apply/results/results.ts';

test('reasons are counted, the most frequent first, and of very many the rest together', () => {
  const count = new ReasonCount();
  count.add('b', 2);
  count.add('a', 2);
  count.add('none', 0);
  count.add('c');
  count.add('c', 3);
  expect(count.all()).toEqual([
    { reason: 'c', rows: 4 },
    { reason: 'a', rows: 2 },
    { reason: 'b', rows: 2 },
  ]);
  for (let row = 0; row < 2_000; row += 1) count.add(`block ${row}`);
  expect(count.all()).toHaveLength(1_001);
  expect(count.all()[0]).toEqual({ reason: 'other reasons', rows: 2_003 - 1_000 });
});
