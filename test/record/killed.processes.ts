// Runs of the built program, killed: at any instant, beside equal ones, and right after an answer.
import { expect, test } from 'vitest';
import { equalWritesAtOnce, killedAfterAnswers, killedKeyed, killedWrites } from './killed-write.ts';

test(
  'a command that is killed at any instant and repeated until it ends writes once, and the chain holds',
  () => killedWrites(4),
  60_000,
);

test(
  'a command with a key that is killed and repeated reports the same entry each time',
  () => killedKeyed(2),
  60_000,
);

test(
  'of two equal runs at once after a killed one, each that succeeds reports a write of its own',
  () => equalWritesAtOnce(1),
  60_000,
);

test('a run that is killed between the answer and its end, and repeated, writes once', async () => {
  expect(await killedAfterAnswers(5, 8)).toBeGreaterThan(2);
}, 120_000);
