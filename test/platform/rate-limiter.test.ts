import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rateLimiter } from '../../src/platform/rate-limiter.ts';

/** A clock whose sleepers wake so many milliseconds late, and the instants at which requests left. */
async function departures(rate: number, count: number, late: (sleep: number) => number): Promise<number[]> {
  let now = 0;
  let sleeps = 0;
  const sleep = async (ms: number): Promise<void> => {
    sleeps += 1;
    now += ms + late(sleeps);
  };
  const turn = rateLimiter(rate, { monotonic: () => now, sleep });
  const left: number[] = [];
  await Promise.all(
    Array.from({ length: count }, async () => {
      await turn();
      left.push(now);
    }),
  );
  return left;
}

test('no more leave in any second than the rate, however late the clock wakes them', async () => {
  const lateness = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 60 }), lateness, async (rate, late) => {
      const left = await departures(rate, rate * 3, (sleep) => late[sleep % late.length] ?? 0);
      for (const [index, at] of left.entries()) {
        const later = left[index + rate];
        if (later !== undefined) expect(later - at).toBeGreaterThan(1000);
      }
    }),
    { numRuns: 200 },
  );
});

test('on time, at least 95 % of the rate is reached, evenly', async () => {
  const left = await departures(50, 500, () => 1);
  const seconds = ((left.at(-1) ?? 0) - (left[0] ?? 0)) / 1000;
  expect(499 / seconds).toBeGreaterThanOrEqual(47.5);
  expect(499 / seconds).toBeLessThan(50);
});

/** When requests leave whose successes take so many milliseconds each. */
async function departuresOf(rate: number, took: readonly number[]): Promise<number[]> {
  let now = 0;
  const pending: { readonly at: number; readonly onSuccess: () => void }[] = [];
  const sleep = async (ms: number): Promise<void> => {
    const until = now + ms;
    const due = pending.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
    for (const answer of due) {
      now = Math.max(now, answer.at);
      pending.splice(pending.indexOf(answer), 1);
      answer.onSuccess();
    }
    now = until;
  };
  const turn = rateLimiter(rate, { monotonic: () => now, sleep });
  const left: number[] = [];
  for (const each of took) {
    const onSuccess = await turn();
    left.push(now);
    pending.push({ at: now + each, onSuccess });
  }
  return left;
}

test('a request that took longer than others counts from when it may have come', async () => {
  const late = [100, 100, 100];
  const left = await departuresOf(50, [...late, ...Array.from({ length: 97 }, () => 5)]);
  const gaps = late.map((_, index) => (left[50 + index] ?? 0) - (left[index] ?? 0));
  for (const gap of gaps) expect(gap).toBeGreaterThan(1095);
});

test('a request that hung holds up the next ones for no more than a moment', async () => {
  const left = await departuresOf(4, [5, 900, ...Array.from({ length: 4 }, () => 5)]);
  const gap = (left[5] ?? 0) - (left[1] ?? 0);
  expect(gap).toBeGreaterThan(1200);
  expect(gap).toBeLessThan(1300);
});

test('an API that takes its time for every request slows the pace by nothing', async () => {
  const slow = await departuresOf(
    50,
    Array.from({ length: 200 }, () => 400),
  );
  const quick = await departuresOf(
    50,
    Array.from({ length: 200 }, () => 1),
  );
  expect(slow).toEqual(quick);
});

test('who gives up leaves their turn to the next', async () => {
  let isOver = false;
  let now = 0;
  const sleep = async (ms: number): Promise<void> => {
    if (isOver) throw new Error('over');
    now += ms;
  };
  const turn = rateLimiter(1, { monotonic: () => now, sleep });
  await turn();
  isOver = true;
  await expect(turn()).rejects.toThrow('over');
  isOver = false;
  await turn();
  expect(now).toBeGreaterThan(1000);
});

test('time without requests saves up at most three of them', async () => {
  let now = 0;
  const sleep = async (ms: number): Promise<void> => {
    now += ms;
  };
  const turn = rateLimiter(10, { monotonic: () => now, sleep });
  await turn();
  now = 60_000;
  for (let count = 0; count < 14; count += 1) await turn();
  expect(now - 60_000).toBeGreaterThan(1000);
});

test('without a limit nobody waits', async () => {
  const sleep = () => Promise.reject(new Error('waited'));
  const turn = rateLimiter(undefined, { monotonic: () => 0, sleep });
  for (let count = 0; count < 50; count += 1) await turn();
});
