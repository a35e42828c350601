import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRetryable, pauseBefore, retryAfter, retryPolicy } from '../../src/orb/retry.ts';

const almostOne = 0.999999;

test.each([
  [1, 499],
  [2, 999],
  [3, 1999],
  [4, 3999],
  [5, 7999],
  [6, 7999],
  [50, 7999],
])('the pause after attempt %i is at most %i ms', (count, pause) =>
  expect(pauseBefore({ count, elapsed: 0, random: almostOne }, { ...retryPolicy, attemptsMax: 99 })).toBe(
    pause,
  ));

test('the jitter is full: the pause may be none', () =>
  expect(pauseBefore({ count: 5, elapsed: 0, random: 0 })).toBe(0));

test.each([
  [2000, 2000],
  [30_000, 30_000],
  [31_000, 30_000],
  [86_400_000, 30_000],
  [10, 250],
])('of a server that asks for %i ms, %i are waited for', (asked, pause) =>
  expect(pauseBefore({ count: 1, elapsed: 0, retryAfter: asked, random: 0.5 })).toBe(pause));

test('no attempt begins when the budget is spent', () => {
  expect(pauseBefore({ count: 1, elapsed: 59_750, random: 0.5 })).toBe(250);
  expect(pauseBefore({ count: 1, elapsed: 59_751, random: 0.5 })).toBeUndefined();
  expect(pauseBefore({ count: 1, elapsed: 40_000, retryAfter: 25_000, random: 0 })).toBeUndefined();
});

test('no attempt begins when there have been six', () => {
  expect(pauseBefore({ count: 5, elapsed: 0, random: 0.5 })).toBe(4000);
  expect(pauseBefore({ count: 6, elapsed: 0, random: 0.5 })).toBeUndefined();
});

test('whatever happens, a pause is a whole number of milliseconds within the policy', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 0, max: 70_000 }),
      fc.option(fc.integer({ min: 0, max: 10 ** 9 }), { nil: undefined }),
      fc.double({ min: 0, max: 0.9999999, noNaN: true }),
      (count, elapsed, asked, random) => {
        const pause = pauseBefore({
          count,
          elapsed,
          random,
          ...(asked === undefined ? {} : { retryAfter: asked }),
        });
        if (pause === undefined) {
          if (count >= retryPolicy.attemptsMax) return;
          expect(elapsed + Math.max(retryPolicy.pauseMax, retryPolicy.retryAfterMax)).toBeGreaterThan(
            retryPolicy.budget,
          );
          return;
        }
        expect(Number.isInteger(pause)).toBe(true);
        expect(pause).toBeGreaterThanOrEqual(Math.min(asked ?? 0, retryPolicy.retryAfterMax));
        expect(pause).toBeLessThanOrEqual(Math.max(retryPolicy.pauseMax, retryPolicy.retryAfterMax));
        expect(elapsed + pause).toBeLessThanOrEqual(retryPolicy.budget);
      },
    ),
  );
});

test.each([408, 429, 500, 502, 503, 504, 599])('%i is tried again', (status) =>
  expect(isRetryable(status)).toBe(true));
test.each([200, 301, 307, 400, 401, 403, 404, 409, 413, 422])('%i is not tried again', (status) =>
  expect(isRetryable(status)).toBe(false));

const now = Date.UTC(2026, 10, 23, 12);

test.each<[Record<string, string>, number | undefined]>([
  [{}, undefined],
  [{ 'retry-after': '3' }, 3000],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '1.5' }, 1500],
  [{ 'retry-after': 'Mon, 23 Nov 2026 12:00:07 GMT' }, 7000],
  [{ 'retry-after': 'Mon, 23 Nov 2026 11:00:00 GMT' }, 0],
  // The API's clock counts, also where it is hours from this one.
  [{ 'retry-after': 'Mon, 23 Nov 2026 09:00:07 GMT', date: 'Mon, 23 Nov 2026 09:00:00 GMT' }, 7000],
  [{ 'retry-after': 'Mon, 23 Nov 2026 15:00:07 GMT', date: 'Mon, 23 Nov 2026 15:00:00 GMT' }, 7000],
  [{ 'retry-after': 'Mon, 23 Nov 2026 12:00:07 GMT', date: 'noon' }, 7000],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
  [{ 'retry-after-ms': '0.4' }, 1],
  [{ 'retry-after-ms': 'x', 'retry-after': '2' }, 2000],
])('%j asks for %s ms', (headers, ms) => expect(retryAfter(headers, now)).toBe(ms));
