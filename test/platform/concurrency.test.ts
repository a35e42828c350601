import { expect, test } from 'vitest';
import { mapConcurrently, streamConcurrently } from '../../src/platform/concurrency.ts';

test('so many at a time are under way, and all of them are done', async () => {
  let under = 0;
  let most = 0;
  const done: number[] = [];
  await mapConcurrently([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
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
  const work = mapConcurrently([1, 2, 3, 4, 5, 6], 2, async (item) => {
    begun.push(item);
    await new Promise((resolve) => setImmediate(resolve));
    if (item === 1) throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(begun.length).toBeLessThan(5);
});

test('in order: so many are under way, none is begun long before it is asked for, and results come as the items do', async () => {
  let under = 0;
  let begun = 0;
  const passed: number[] = [];
  const results = streamConcurrently([5, 1, 4, 2, 3], 2, async (item) => {
    begun += 1;
    under += 1;
    expect(under).toBeLessThanOrEqual(2);
    for (let turn = 0; turn < item; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    under -= 1;
    return item;
  });
  for await (const result of results) {
    passed.push(result);
    expect(begun).toBeLessThanOrEqual(passed.length + 1);
  }
  expect(passed).toEqual([5, 1, 4, 2, 3]);
});

test('in order: a failure is passed on when it is its turn, after what is under way has come to its end', async () => {
  let under = 0;
  const passed: number[] = [];
  const work = async () => {
    const results = streamConcurrently([3, 1, 2, 4], 3, async (item) => {
      under += 1;
      for (let turn = 0; turn < item * 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      under -= 1;
      if (item === 1) throw new Error('no');
      return item;
    });
    for await (const result of results) passed.push(result);
  };
  await expect(work()).rejects.toThrow('no');
  expect(passed).toEqual([3]);
  expect(under).toBe(0);
});
