// Values that are read once in a turn of the event loop, or again when they are forgotten.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { oncePerTurn } from '../../../src/sandbox/server/turn.ts';

function counted() {
  let reads = 0;
  return oncePerTurn(() => {
    reads += 1;
    return reads;
  });
}

test('a turn reads once, and the next turn again', async () => {
  const { value } = counted();
  expect([value(), value()]).toEqual([1, 1]);
  await Promise.resolve();
  expect(value()).toBe(1);
  await nextTurn();
  expect([value(), value()]).toEqual([2, 2]);
});

test('what is forgotten is read again in the same turn', () => {
  const { value, forget } = counted();
  expect(value()).toBe(1);
  forget();
  expect(value()).toBe(2);
});

test('a failure is not kept', () => {
  let fails = true;
  const { value } = oncePerTurn(() => {
    if (fails) throw new Error('locked');
    return 'read';
  });
  expect(value).toThrow('locked');
  fails = false;
  expect(value()).toBe('read');
});
