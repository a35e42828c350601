// Random histories of an office for SOAK_SECONDS; a failed one prints its seed and its story.
import fc from 'fast-check';
import { test } from 'vitest';
import { play } from './simulated-office.ts';
import { capped, hurriedScenarios, prepared, scenarios } from './simulated-scenarios.ts';

const seconds = Number(process.env.SOAK_SECONDS ?? 120);

test(
  `commands that are repeated until they succeed write once, for ${seconds} s`,
  async () => {
    const homes = { orb: await prepared(false), embedded: await prepared(true) };
    const below = { orb: await capped(false), embedded: await capped(true) };
    const scenario = fc.oneof(scenarios(homes), hurriedScenarios(below));
    let histories = 0;
    const property = fc.asyncProperty(scenario, fc.nat(), async (each, seed) => {
      histories += 1;
      await play(each, seed);
    });
    const times = { interruptAfterTimeLimit: seconds * 1000, numRuns: 10_000_000 };
    await fc.assert(property, { ...times, endOnFailure: true });
    process.stderr.write(`${histories} histories\n`);
  },
  2 ** 31 - 1,
);
