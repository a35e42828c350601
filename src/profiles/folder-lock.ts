// Only one process at a time changes the files of a folder: what another wrote meanwhile must not be lost.
import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Milliseconds between two tries, in all, and after which a lock is one that a killed process left behind. */
const pause = 20;
const patience = 5_000;
const staleAfter = 10_000;

/** Runs `act` while no other process runs its own in this folder. Throws an `EBUSY` if it never gets its turn. */
export function alone<Result>(folder: string, act: () => Result): Result {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = path.join(folder, '.lock');
  acquire(lock);
  try {
    return act();
  } finally {
    rmdirSync(lock);
  }
}

/** Making a folder succeeds for exactly one of several processes. */
function acquire(lock: string): void {
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (Date.now() > deadline) throw Object.assign(new Error(`${lock} is held`), { code: 'EBUSY' });
    }
    if (!removedStale(lock)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
  }
}

function removedStale(lock: string): boolean {
  try {
    if (Date.now() - statSync(lock).mtimeMs < staleAfter) return false;
    rmdirSync(lock);
    return true;
  } catch {
    // Its holder, or another that waits, was faster.
    return true;
  }
}
