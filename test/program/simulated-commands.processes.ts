// Random histories of an office: every command succeeds in the end, and its write was made once.
import fc from 'fast-check';
import { test } from 'vitest';
import { runs } from '../support/runs.ts';
import { play } from './simulated-office.ts';
import { capped, hurriedScenarios, prepared, scenarios } from './simulated-scenarios.ts';

test('commands that are repeated until they succeed write once', async () => {
  const homes = { orb: await prepared(false), embedded: await prepared(true) };
  await fc.assert(fc.asyncProperty(scenarios(homes), fc.nat(), play), {
    numRuns: runs(30),
    endOnFailure: true,
  });
}, 240_000);

test('commands without keys and below a cap write as often as they are wanted', async () => {
  const homes = { orb: await capped(false), embedded: await capped(true) };
  const times = { numRuns: runs(20), endOnFailure: true };
  await fc.assert(fc.asyncProperty(hurriedScenarios(homes), fc.nat(), play), times);
}, 240_000);
