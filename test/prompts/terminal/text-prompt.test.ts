// A text that is pasted into a question, in pieces as a terminal delivers them.
import { PassThrough } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { textPrompt } from '../../../src/prompts/terminal/text-prompt.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('a paste that ends a read of the terminal with a line break is one answer', async () => {
  // A busy machine may take longer between the two pieces than the question waits for the next one.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const input = new PassThrough();
  const answer = textPrompt({ message: 'Description', columns: 80 }, { input, output: new PassThrough() });
  const pause = () => new Promise((resolve) => setImmediate(resolve));
  await pause();
  input.write('Promised by Ann\r');
  await pause();
  await vi.advanceTimersByTimeAsync(30);
  input.write('on the phone\r');
  await pause();
  await vi.advanceTimersByTimeAsync(1000);
  expect(await answer).toBe('Promised by Ann on the phone');
});
