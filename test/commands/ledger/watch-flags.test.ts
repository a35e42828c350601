import { expect, test } from 'vitest';
import { readWatchFlags, restBefore } from '../../../src/commands/ledger/watch-flags.ts';

test('unasked it looks every two seconds and never stops', () => {
  expect(readWatchFlags({})).toEqual({
    pace: { interval: 2000, limit: Number.POSITIVE_INFINITY },
    problems: [],
  });
});

test.each([
  ['0.5', 500],
  ['1.25', 1250],
  ['600', 600_000],
])('--interval %s is %d milliseconds', (interval, ms) => {
  expect(readWatchFlags({ interval })).toMatchObject({ pace: { interval: ms }, problems: [] });
});

test.each([
  '0',
  '0.4',
  '0.4999',
  '-1',
  '1e3',
  'often',
  '',
  '99999',
])('--interval %j is refused', (interval) => {
  expect(readWatchFlags({ interval }).problems).toEqual([
    { where: '--interval', problem: `must be a number of seconds, at least 0.5: "${interval}"` },
  ]);
});

test('--limit is a whole number', () => {
  expect(readWatchFlags({ limit: '3' }).pace.limit).toBe(3);
  expect(readWatchFlags({ limit: '0' }).problems).toHaveLength(1);
});

test('after each failure in a row the rest is twice as long, up to a minute, and never shorter than asked', () => {
  const pace = { interval: 2000, limit: 1 };
  expect([0, 1, 2, 3, 4, 5, 9].map((failures) => restBefore(pace, failures))).toEqual([
    2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000,
  ]);
  expect(restBefore({ ...pace, interval: 90_000 }, 3)).toBe(90_000);
});
