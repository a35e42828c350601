// Removes what killed runs left in a folder: files and folders that were made there for the time of one run.
import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

/** Milliseconds: no run goes so long without a write. Runs of other machines may share the folder, and cannot be asked. */
const week = 7 * 86_400_000;

/**
 * Removes the files, and folders with all in them, that nothing was written to for a week. Throws nothing: what cannot be removed stays.
 * @param own a file or folder that this run has just made there: its time is that of the disk's own clock
 * @param isOne whether a name in the folder is that of such a one
 */
export function removeLeftBehind(own: string, isOne: (name: string) => boolean): void {
  try {
    const folder = path.dirname(own);
    const { mtimeMs: now } = statSync(own);
    for (const file of readdirSync(folder)
      .filter(isOne)
      .map((name) => path.join(folder, name)))
      if (now - statSync(file).mtimeMs > week) rmSync(file, { recursive: true });
  } catch {
    // Another run may remove the same file at the same time; the next one looks again.
  }
}
