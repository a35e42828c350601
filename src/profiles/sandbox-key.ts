// The key that clients of `sandbox serve` present: from the environment, or made once and kept for its owner alone.

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreditctlError } from '../errors.ts';
import { makeFolder } from '../platform/make-folder.ts';
import { readOwnFile } from '../platform/own-file.ts';
import { keyProblem } from './config-file.ts';
import { type Environment, type Folders, variable } from './environment.ts';

export function sandboxKey(env: Environment, folders: Folders): string {
  const said = variable(env, 'CREDITCTL_SANDBOX_KEY');
  if (said !== undefined) return checked(said, 'CREDITCTL_SANDBOX_KEY');
  const file = path.join(folders.state, 'sandbox-key');
  try {
    makeFolder(folders.state);
    // `wx`: of two servers that start at once, one makes the key and both use it.
    writeFileSync(file, `sandbox_${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(file, error);
  }
  try {
    return checked(readOwnFile(file).trim(), file);
  } catch (error) {
    if (error instanceof CreditctlError) throw error;
    throw unusable(file, error);
  }
}

function checked(key: string, source: string): string {
  // The tests of the official SDKs use a key with spaces inside.
  const problem = keyProblem(key.replaceAll(' ', ''));
  if (problem === undefined) return key;
  throw new CreditctlError('credentials', `The sandbox key (${source}) ${problem}`);
}

function unusable(file: string, cause: unknown): CreditctlError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
  return new CreditctlError('failure', `The sandbox key file ${file} cannot be used (${code})`, {
    cause,
    next: ['Give yourself access to it, or set CREDITCTL_SANDBOX_KEY'],
  });
}
