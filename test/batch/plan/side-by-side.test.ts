import { expect, test } from 'vitest';
import { inOrder, pacer, sideBySide } from '../../../src/batch/plan/side-by-side.ts';

test('so many at a time are under way, and all of them are done', async () => {
  let under = 0;
  let most = 0;
  const done: number[] = [];
  await sideBySide([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    under += 1;
    most = Math.max(most, under);
    await new Promise((resolve) => setImmediate(resolve));
    under -= 1;
    done.push(item);
  });
  expect(most).toBe(3);
  expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('after a failure nothing more is begun', async () => {
  const begun: number[] = [];
  const work = sideBySide([1, 2, 3, 4, 5, 6], 2, async (item) => {
    begun.push(item);
    await new Promise((resolve) => setImmediate(resolve));
    if (item === 1) throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(begun.length).toBeLessThan(5);
});

test('no more in a second than the rate; what was not used is not saved up', async () => {
  let now = 0;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const turn = pacer(10, clock);
  for (let count = 0; count < 5; count += 1) await turn();
  expect(now).toBe(400);
  now = 5000;
  await turn();
  await turn();
  expect(now).toBe(5100);
  const free = pacer(undefined, clock);
  for (let count = 0; count < 50; count += 1) await free();
  expect(now).toBe(5100);
});

test('in order: so many are under way, none is begun long before it is asked for, and results come as the items do', async () => {
  let under = 0;
  let begun = 0;
  const told: number[] = [];
  const results = inOrder([5, 1, 4, 2, 3], 2, async (item) => {
    begun += 1;
    under += 1;
    expect(under).toBeLessThanOrEqual(2);
    for (let turn = 0; turn < item; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    under -= 1;
    return item;
  });
  for await (const result of results) {
    told.push(result);
    expect(begun).toBeLessThanOrEqual(told.length + 1);
  }
  expect(told).toEqual([5, 1, 4, 2, 3]);
});

test('in order: a failure is told when it is its turn, after what is under way has come to its end', async () => {
  let under = 0;
  const told: number[] = [];
  const work = async () => {
    const results = inOrder([3, 1, 2, 4], 3, async (item) => {
      under += 1;
      for (let turn = 0; turn < item * 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      under -= 1;
      if (item === 1) throw new Error('no');
      return item;
    });
    for await (const result of results) told.push(result);
  };
  await expect(work()).rejects.toThrow('no');
  expect(told).toEqual([3]);
  expect(under).toBe(0);
});
