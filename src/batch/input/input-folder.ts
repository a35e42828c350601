// Where a run keeps rows that it reads more than once: a file of its own in the state folder.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { removeLeftBehind } from '../../platform/left-behind.ts';
import type { Runtime } from '../../runtime/runtime.ts';

/**
 * Makes an empty file that only its user may read, and removes those that runs left which were killed. Throws the
 * system's error.
 * @param what is kept: one word, for the name of the file
 */
export function makeInputFile(
  what: string,
  { folders, parts, now }: Pick<Runtime, 'folders' | 'parts' | 'now'>,
): string {
  const folder = path.join(folders.state, 'input');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, `${parts.process.runner.pid}-${what}-${now()}`);
  closeSync(openSync(file, 'wx', 0o600));
  removeLeftBehind(file, (name) => /^\d+-/.test(name));
  return file;
}
