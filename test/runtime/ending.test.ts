import { expect, test } from 'vitest';
import { CreditctlError } from '../../src/errors.ts';
import { Ending } from '../../src/runtime/ending.ts';

test('marks are made before the record is closed, and what fails of them is left', async () => {
  const ending = new Ending();
  const done: string[] = [];
  ending.closeLast({ close: async () => void done.push('closed') });
  ending.atEnd(async () => void done.push('marked'));
  ending.atEnd(() => Promise.reject(new Error('the record is gone')));
  await ending.end();
  expect(done).toEqual(['marked', 'closed']);
});

test('a mark that never ends is waited for 200 ms', async () => {
  const ending = new Ending();
  ending.atEnd(() => new Promise(() => {}));
  // The timer of the program keeps no process alive; this one does.
  const keeping = setInterval(() => {}, 1000);
  const from = performance.now();
  await ending.end();
  clearInterval(keeping);
  expect(performance.now() - from).toBeGreaterThan(150);
  expect(performance.now() - from).toBeLessThan(2000);
});

test('a failure that was left for the end is thrown once', () => {
  const ending = new Ending();
  const failure = new CreditctlError('failure', 'not noted');
  ending.failAtEnd(failure);
  expect(() => ending.throwFailure()).toThrow(failure);
  expect(() => ending.throwFailure()).not.toThrow();
});
