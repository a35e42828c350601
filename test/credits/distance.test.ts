import { expect, test } from 'vitest';
import { distance } from '../../src/credits/distance.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [12 * day, 'in 12 days'],
  [2 * day - 1, 'in 1 day'],
  [day, 'in 1 day'],
  [day - 1, 'in 23 hours'],
  [5 * hour + 59 * minute, 'in 5 hours'],
  [hour, 'in 1 hour'],
  [hour - 1, 'in under an hour'],
  [0, 'under an hour ago'],
  [-hour, '1 hour ago'],
  [-3 * day - hour, '3 days ago'],
])('%i ms from now is %s', (far, words) => {
  expect(distance(1_000 + far, 1_000)).toBe(words);
});
