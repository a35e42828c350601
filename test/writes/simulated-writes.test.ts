// Random histories of writes: exactly one entry for each write that a person wants, whatever fails, and a true report.
import fc from 'fast-check';
import { test } from 'vitest';
import { runs } from '../support/runs.ts';
import { capped, keyed, unkeyed } from './simulated-scenarios.ts';
import { play, type Scenario } from './simulated-writes.ts';

const played = (scenario: fc.Arbitrary<Scenario>, usual: number) =>
  fc.assert(fc.asyncProperty(scenario, fc.nat(), play), { numRuns: runs(usual) });

test('a write under a key is made once', () => played(keyed, 12));
test('equal writes without keys are made as often as they are wanted', () => played(unkeyed, 12));
test('writes under keys keep a cap', () => played(capped(keyed), 6));
test('equal writes keep a cap', () => played(capped(unkeyed), 6));
