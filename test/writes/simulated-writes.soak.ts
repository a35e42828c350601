// Random histories of writes for SOAK_SECONDS; a failed one prints its seed and its story.
import fc from 'fast-check';
import { test } from 'vitest';
import { capped, keyed, unkeyed } from './simulated-scenarios.ts';
import { play } from './simulated-writes.ts';

const seconds = Number(process.env.SOAK_SECONDS ?? 120);

test(
  `writes are made once, and reported as they are, for ${seconds} s`,
  async () => {
    const scenario = fc.oneof(keyed, unkeyed, capped(keyed), capped(unkeyed));
    let histories = 0;
    const property = fc.asyncProperty(scenario, fc.nat(), async (each, seed) => {
      histories += 1;
      await play(each, seed);
    });
    await fc.assert(property, { interruptAfterTimeLimit: seconds * 1000, numRuns: 10_000_000 });
    process.stderr.write(`${histories} histories\n`);
  },
  2 ** 31 - 1,
);
