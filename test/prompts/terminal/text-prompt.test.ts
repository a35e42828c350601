// A text that is pasted into a question, in pieces as a terminal delivers them.
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { textPrompt } from '../../../src/prompts/terminal/text-prompt.ts';

test('a paste that ends a read of the terminal with a line break is one answer', async () => {
  const input = new PassThrough();
  const answer = textPrompt({ message: 'Description', columns: 80 }, { input, output: new PassThrough() });
  const pause = () => new Promise((resolve) => setImmediate(resolve));
  await pause();
  input.write('Promised by Ann\r');
  for (let turns = 0; turns < 3; turns += 1) await pause();
  input.write('on the phone\r');
  expect(await answer).toBe('Promised by Ann on the phone');
});
