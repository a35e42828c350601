// Only one process at a time: a token that is renamed from "free" to its holder and back, so that nobody can hold it twice.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ProcessPort, Runner } from './process.ts';

export interface Locking extends Pick<ProcessPort, 'runner' | 'isAlive'> {
  /** Waits so many milliseconds; blocks the process where not said. */
  readonly wait?: (ms: number) => void;
}

/** Milliseconds between two tries, in all, and after which the lock of another machine is one that was left behind. */
const pause = 5;
const patience = 15_000;
const foreignStaleAfter = 10_000;

/**
 * Runs `act` while no other process runs its own under this lock. Throws an `EBUSY` that names the holder if it never
 * gets its turn; a lock whose holder was killed is taken over at once.
 *
 * The lock is a folder with one file in it, the token, whose name says who holds it. Taking, giving back and taking
 * over are each one `rename` of that very name: of two processes that try, the system lets exactly one succeed, and a
 * name is never used twice, so what is taken over can only be the lock that was looked at.
 * @param lock path of the folder; its parent must exist
 */
export function alone<Result>(lock: string, locking: Locking, act: () => Result): Result {
  const mine = path.join(lock, tokenOf(locking.runner));
  acquire(lock, mine, locking);
  try {
    return act();
  } finally {
    // Missing only if somebody removed the folder: then there is nothing to give back.
    moved(mine, path.join(lock, free));
  }
}

/** A lock that is held for as long as a process likes. */
export interface Hold {
  release(): void;
}

/**
 * Takes the lock for long, without waiting for it; or says who holds it. A holder that was killed is taken over from at
 * once; one on another machine never is, because from here nobody can tell.
 * @param lock path of the folder; its parent must exist
 */
export function hold(lock: string, locking: Locking): Hold | { readonly heldBy: string } {
  const mine = path.join(lock, tokenOf(locking.runner));
  const release = (): void => void moved(mine, path.join(lock, free));
  // A second look, where the lock has just been made or given back.
  for (let look = 0; look < 3; look += 1) {
    if (moved(path.join(lock, free), mine)) return { release };
    const token = tokenIn(lock);
    if (token === undefined) makeLock(lock);
    if (token === undefined || token === free) continue;
    if (!isLeftBehind(token, 0, locking)) return { heldBy: holderText(token) };
    if (moved(path.join(lock, token), mine)) return { release };
  }
  return { heldBy: 'another process' };
}

/** Who holds a lock right now, if the process still runs. */
export function holderOf(lock: string, locking: Locking): string | undefined {
  const token = tokenIn(lock);
  if (token === undefined || token === free || isLeftBehind(token, 0, locking)) return undefined;
  return holderText(token);
}

const free = 'free';

/** `<machine>~<pid>~<when it began>~<a name for this one turn>`, each part without a `~` of its own. */
function tokenOf({ machine, pid, started = '' }: Runner): string {
  return [nameOf(machine), pid, started, randomUUID()].join('~');
}

const nameOf = (machine: string): string => encodeURIComponent(machine).replaceAll('~', '%7E').slice(0, 120);

function acquire(lock: string, mine: string, locking: Locking): void {
  let seen: string | undefined;
  let unchanged = 0;
  for (let waited = 0; waited <= patience; waited += pause) {
    if (moved(path.join(lock, free), mine)) return;
    const token = tokenIn(lock);
    if (token === undefined) makeLock(lock);
    if (token === undefined || token === free) continue;
    unchanged = token === seen ? unchanged + pause : 0;
    seen = token;
    if (isLeftBehind(token, unchanged, locking) && moved(path.join(lock, token), mine)) return;
    (locking.wait ?? block)(pause);
  }
  throw busy(lock, seen);
}

const block = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Whether the holder can be told to have ended; one on another machine only by holding the same turn for long. */
function isLeftBehind(token: string, unchanged: number, { runner, isAlive }: Locking): boolean {
  const [machine = '', pid = '', started = ''] = token.split('~');
  if (machine !== nameOf(runner.machine)) return unchanged >= foreignStaleAfter;
  const holder = { ...runner, pid: Number(pid), ...(started === '' ? {} : { started }) };
  // A turn of this very process that is not over cannot be waited for: it was left when something failed.
  if (holder.pid === runner.pid && holder.started === runner.started) return true;
  return !isAlive(holder);
}

/** The name of the token; `undefined` where there is none yet, or where it cannot be said which. */
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

/** Stands for tokens that a copied folder brought along: waited for, never taken over. */
const many = '~~';

/** The folder comes into being with its token in it, so there is never a moment in which two could make one. */
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

/** What the systems say of a folder that is there and not empty; Windows says EPERM. */
const alreadyThere: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM']);

/** False if the file has another name by now. */
function moved(from: string, to: string): boolean {
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
