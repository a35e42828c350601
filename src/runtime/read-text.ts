// Reads a file that a flag names.
import { readFileSync } from 'node:fs';
import { CreditctlError } from '../errors.ts';

/** Throws a `usage` error that names the flag. */
export function readTextFile(file: string, flag: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw new CreditctlError('usage', `${flag}: the file ${file} ${why}`, { applied: 'no' });
  }
}
