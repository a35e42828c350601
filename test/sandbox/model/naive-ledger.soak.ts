// The comparison with the naive ledger for as long as one likes: `npm run soak`. SOAK_SECONDS, SOAK_STEPS and SOAK_SEED set it.
import fc from 'fast-check';
import { test } from 'vitest';
import { sandboxAt } from '../sandbox-at.ts';
import { liveSideBySide } from './side-by-side.ts';
import { life } from './steps.ts';

const livesOfARound = 100;
const seconds = wholeNumber('SOAK_SECONDS', 120);
/** It ends after so many steps, if that is earlier. */
const most = wholeNumber('SOAK_STEPS', 100_000);
const seed = wholeNumber('SOAK_SEED', Math.floor(Math.random() * 2 ** 31));

function wholeNumber(name: string, otherwise: number): number {
  const text = process.env[name] ?? String(otherwise);
  if (!/^\d{1,10}$/.test(text)) throw new RangeError(`${name} must be a whole number: ${text}`);
  return Number(text);
}

test(
  `the sandbox answers as the naive ledger predicts for ${seconds} s, seed ${seed}`,
  async () => {
    const ends = performance.now() + seconds * 1000;
    let lives = 0;
    let steps = 0;
    for (let round = 0; performance.now() < ends && steps < most; round += 1) {
      // Fresh files now and then, because thousands of customers in one file are not what is looked for here.
      const sandbox = await sandboxAt('2026-01-01T00:00:00Z');
      sandbox.sandbox.operations().units.add('message_credits');
      const property = fc.asyncProperty(life, (life) => {
        steps += life.steps.length;
        return liveSideBySide(sandbox, life);
      });
      // Rounds are short, and none is interrupted: a counterexample is to be shrunk to its end.
      await fc.assert(property, { numRuns: livesOfARound, seed: seed + round });
      lives += livesOfARound;
    }
    process.stderr.write(`${lives} lives compared, ${steps} steps in all\n`);
  },
  2 ** 31 - 1,
);
