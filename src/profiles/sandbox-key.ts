// Provides the key for clients of `sandbox serve`: from the environment, or created once in a file that only its owner reads.

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { CreditctlError } from '../errors.ts';
import { unwrittenFile } from '../platform/machine-fault.ts';
import { readOwnFile } from '../platform/own-file.ts';
import { makeFolder, writeWhole } from '../platform/whole-file.ts';
import { keyProblem } from './config-file.ts';
import { type Environment, type Folders, variable } from './environment.ts';

/** Throws a CreditctlError that names the variable or the file. @param pid of this process */
export function sandboxKey(env: Environment, folders: Folders, pid: number): string {
  const said = variable(env, 'CREDITCTL_SANDBOX_KEY');
  if (said !== undefined) return checked(said, 'CREDITCTL_SANDBOX_KEY');
  const file = path.join(folders.state, 'sandbox-key');
  try {
    makeFolder(folders.state);
    const key = `sandbox_${randomBytes(24).toString('base64url')}\n`;
    // If two servers start at once, one creates the key and both use it.
    if (!existsSync(file)) writeWhole(file, key, { naming: 'new', pid });
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
  // A key with spaces is valid, because the tests of the official SDKs use one.
  const problem = keyProblem(key.replaceAll(' ', ''));
  if (problem === undefined) return key;
  throw new CreditctlError('credentials', `The sandbox key (${source}) ${problem}`);
}

const unusable = (file: string, cause: unknown): CreditctlError =>
  unwrittenFile(
    `The sandbox key file ${file} cannot be used`,
    cause,
    'Give yourself access to it, or set CREDITCTL_SANDBOX_KEY',
  );
