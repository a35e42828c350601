import { expect, test } from 'vitest';
import { InFlight, widthAtFirst, widthMax } from '../../../src/batch/apply/concurrency-limit.ts';

function after(good: number): InFlight {
  const width = new InFlight();
  for (let row = 0; row < good; row += 1) width.good();
  return width;
}

test('it begins narrow, grows with each row while all is well, and never beyond its limit', () => {
  expect(new InFlight().limit).toBe(widthAtFirst);
  expect(after(10).limit).toBe(widthAtFirst + 10);
  expect(after(1000).limit).toBe(widthMax);
});

test('a setback halves it, once for all rows that had left by then', () => {
  const width = after(60);
  const { age } = width;
  width.setback(age);
  width.setback(age);
  expect(width.limit).toBe(32);
  width.setback(width.age);
  expect(width.limit).toBe(16);
});

test('after a setback it grows by one for a round of good rows, and never falls below one', () => {
  const width = after(0);
  for (let setback = 0; setback < 9; setback += 1) width.setback(width.age);
  expect(width.limit).toBe(1);
  width.good();
  expect(width.limit).toBe(2);
  width.good();
  expect(width.limit).toBe(2);
  width.good();
  expect(width.limit).toBe(3);
});
