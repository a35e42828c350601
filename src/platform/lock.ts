// Locks a resource between processes: renames a token file from "free" to its holder's name and back.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ProcessPort, Runner } from './process.ts';

export interface Locking extends Pick<ProcessPort, 'runner' | 'isAlive'> {
  /** Waits that many milliseconds; default: blocks the process. */
  readonly wait?: (ms: number) => void;
}

/** Milliseconds between two tries, before the wait fails, and before another machine's lock counts as abandoned. */
const pause = 5;
const patience = 15_000;
const foreignStaleAfter = 10_000;

/**
 * Runs `action` while holding the lock. Throws an `EBUSY` that names the holder after a wait of 15 seconds. The lock of a
 * killed process is taken over at once.
 *
 * The lock is a folder with one file, the token, whose name identifies the holder. Taking, releasing and taking over are
 * each one `rename` of that file: of two processes that try, exactly one succeeds. A holder's name is never used twice,
 * so only the lock that was inspected can be taken over.
 * @param lock path of the folder; its parent must exist
 */
export function withLock<Result>(lock: string, locking: Locking, action: () => Result): Result {
  const mine = path.join(lock, tokenOf(locking.runner));
  acquire(lock, mine, locking);
  try {
    return action();
  } finally {
    // The token is missing only if the folder was removed; then there is nothing to release.
    tryRename(mine, path.join(lock, free));
  }
}

const free = 'free';

/** `<machine>~<pid>~<start time>~<random name>`; no part contains a `~`. */
function tokenOf({ machine, pid, started = '' }: Runner): string {
  return [nameOf(machine), pid, started, randomUUID()].join('~');
}

const nameOf = (machine: string): string => encodeURIComponent(machine).replaceAll('~', '%7E').slice(0, 120);

function acquire(lock: string, mine: string, locking: Locking): void {
  let seen: string | undefined;
  let unchanged = 0;
  for (let waited = 0; waited <= patience; waited += pause) {
    if (tryRename(path.join(lock, free), mine)) return;
    const token = tokenIn(lock);
    if (token === undefined) makeLock(lock);
    if (token === undefined || token === free) continue;
    unchanged = token === seen ? unchanged + pause : 0;
    seen = token;
    if (isLeftBehind(token, unchanged, locking) && tryRename(path.join(lock, token), mine)) return;
    (locking.wait ?? block)(pause);
  }
  throw busy(lock, seen);
}

const block = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Whether the holder has ended; for another machine, whether the token stayed the same for too long. */
function isLeftBehind(token: string, unchanged: number, { runner, isAlive }: Locking): boolean {
  const [machine = '', pid = '', started = ''] = token.split('~');
  if (machine !== nameOf(runner.machine)) return unchanged >= foreignStaleAfter;
  const holder = { ...runner, pid: Number(pid), ...(started === '' ? {} : { started }) };
  // A process never waits for its own lock, so a failure left this token behind.
  if (holder.pid === runner.pid && holder.started === runner.started) return true;
  return !isAlive(holder);
}

/** The name of the token; `undefined` if the lock does not exist yet. */
function tokenIn(lock: string): string | undefined {
  try {
    const names = readdirSync(lock);
    return names.length === 1 ? names[0] : names.length === 0 ? undefined : (names.find(isFree) ?? many);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const isFree = (name: string): boolean => name === free;

/** Stands for several tokens, as in a copied folder. No process takes this lock over. */
const many = '~~';

/** Renames a finished folder with its token into place, so that two processes cannot both create the lock. */
function makeLock(lock: string): void {
  const fresh = `${lock}.${randomUUID()}`;
  mkdirSync(fresh, { mode: 0o700 });
  try {
    writeFileSync(path.join(fresh, free), '', { mode: 0o600 });
    renameSync(fresh, lock);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!alreadyThere.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** The errors for a folder that exists and is not empty; EPERM on Windows. */
const alreadyThere: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM']);

/** Renames a file; false if it no longer has the old name. */
function tryRename(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function busy(lock: string, token = ''): Error {
  return Object.assign(new Error(`${lock} is held by ${holderText(token)}`), { code: 'EBUSY' });
}

function holderText(token: string): string {
  const [machine = '', pid = ''] = token.split('~');
  return pid === '' ? 'more than one process' : `process ${pid} on ${decodeURIComponent(machine)}`;
}
