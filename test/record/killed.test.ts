// Runs of the built program, killed; the tests of processes and the soak kill more of them.
import { test } from 'vitest';
import { killedWrites } from './killed-write.ts';

test(
  'a command that is killed at any instant and repeated until it ends writes once, and the chain holds',
  () => killedWrites(2),
  60_000,
);
