// Signing a plan and applying it, as the tests of approval do.
import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';
import { creditctl, errorOf } from '../../support/command.ts';
import type { RunOptions, RunResult } from '../../support/run.ts';
import { keyOf, signatureOf } from '../../support/signers.ts';

export const approve = (home: string, key: string, options: RunOptions = {}): Promise<RunResult> =>
  creditctl(`batch approve ${home}/x.plan --profile p --key ${keyOf(key)} -o json`, { home, ...options });

export const apply = (home: string, options: RunOptions = {}): Promise<RunResult> =>
  creditctl(`batch apply ${home}/x.plan --profile p --yes -o json`, { home, ...options });

/** Where the signing itself is not what is tested: an `approve` starts four programs. */
export const signedByBoth = (home: string, name = 'x.plan'): void =>
  appendFileSync(
    `${home}/${name}.sigs`,
    signatureOf(`${home}/${name}`, 'ann') + signatureOf(`${home}/${name}`, 'bob'),
  );

/** Exit 10, nothing sent but reads, and this in the message. */
export function expectRefused(result: RunResult, sentence: string): void {
  expect(result.code, result.stderr).toBe(10);
  expect(errorOf(result).message).toContain(sentence);
  expect(errorOf(result)).toMatchObject({ applied: 'no' });
  expect(result.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
}

export async function expectApplied(home: string): Promise<RunResult> {
  const result = await apply(home);
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ succeeded: 2 });
  return result;
}
