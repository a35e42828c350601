import { expect, test } from 'vitest';
import {
  ConcurrencyLimit,
  initialLimit,
  maxLimit,
} from '../../../../src/batch/apply/run/concurrency-limit.ts';

function after(good: number): ConcurrencyLimit {
  const width = new ConcurrencyLimit();
  for (let row = 0; row < good; row += 1) width.increase();
  return width;
}

test('it begins narrow, grows with each row while all is well, and never beyond its limit', () => {
  expect(new ConcurrencyLimit().limit).toBe(initialLimit);
  expect(after(10).limit).toBe(initialLimit + 10);
  expect(after(1000).limit).toBe(maxLimit);
});

test('a setback halves it, once for all rows that had left by then', () => {
  const width = after(60);
  const { epoch: age } = width;
  width.decrease(age);
  width.decrease(age);
  expect(width.limit).toBe(32);
  width.decrease(width.epoch);
  expect(width.limit).toBe(16);
});

test('after a setback it grows by one for a round of good rows, and never falls below one', () => {
  const width = after(0);
  for (let setback = 0; setback < 9; setback += 1) width.decrease(width.epoch);
  expect(width.limit).toBe(1);
  width.increase();
  expect(width.limit).toBe(2);
  width.increase();
  expect(width.limit).toBe(2);
  width.increase();
  expect(width.limit).toBe(3);
});
