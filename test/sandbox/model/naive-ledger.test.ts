// The sandbox against a naive second model of a ledger: every reply, and regularly the whole list of entries and blocks.
import fc from 'fast-check';
import { test } from 'vitest';
import { runs } from '../../support/runs.ts';
import { sandboxAt } from '../sandbox-at.ts';
import { liveSideBySide } from './side-by-side.ts';
import { life } from './steps.ts';

test('the sandbox answers as the naive ledger predicts, step by step', async () => {
  const sandbox = await sandboxAt('2026-01-01T00:00:00Z');
  sandbox.sandbox.operations().units.add('message_credits');
  await fc.assert(
    fc.asyncProperty(life, (life) => liveSideBySide(sandbox, life)),
    { numRuns: runs(40) },
  );
}, 120_000);
