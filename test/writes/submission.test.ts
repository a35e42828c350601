import { expect, test } from 'vitest';
import { beginLease, beginningMs, LeaseLost } from '../../src/writes/submission.ts';

const after = (wall: number, monotonic: number) => {
  const clocks = { wall: 0, monotonic: 0 };
  const check = beginLease({ now: () => clocks.wall, monotonic: () => clocks.monotonic });
  Object.assign(clocks, { wall, monotonic });
  return check;
};

test.each([
  ['at once', 0, 0],
  ['as long as an attempt may begin', beginningMs - 1, beginningMs - 1],
  ['where the clock was corrected a little', -1000, 10],
])('a lease holds %s', (_what, wall, monotonic) => expect(after(wall, monotonic)).not.toThrow());

test.each([
  ['where an attempt may last longer', beginningMs, beginningMs],
  ['after a sleep that only the clock on the wall has seen', beginningMs, 5],
  ['where the clock on the wall stands, and time passes', 0, beginningMs],
  ['where the clock was set back, and nobody knows what time it is', -50 * 3_600_000, 10],
])('a lease is lost %s', (_what, wall, monotonic) => expect(after(wall, monotonic)).toThrow(LeaseLost));
