// Whole runs of the built program, killed; the soak kills more of them.
import { test } from 'vitest';
import { equalWritesAtOnce, killedWrites } from './killed-write.ts';

test(
  'a command that is killed at any instant and repeated until it ends writes once, and the chain holds',
  () => killedWrites(3),
  60_000,
);

test(
  'of two equal runs at once after a killed one, one settles it and the other writes its own',
  () => equalWritesAtOnce(1),
  60_000,
);
