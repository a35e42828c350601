// Random histories of an office: every command succeeds in the end, and its write was made once.
import fc from 'fast-check';
import { test } from 'vitest';
import { runs } from '../support/runs.ts';
import { play } from './simulated-office.ts';
import { prepared, scenarios } from './simulated-wishes.ts';

test('commands that are repeated until they succeed write once', async () => {
  const homes = { orb: await prepared(false), embedded: await prepared(true) };
  await fc.assert(fc.asyncProperty(scenarios(homes), fc.nat(), play), {
    numRuns: runs(30),
    endOnFailure: true,
  });
});
