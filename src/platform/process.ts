// Describes this process: its user, its id, and whether another process of this machine still runs.
import { hash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

/** A process of a machine. */
export interface Runner {
  /** Identifies host, boot and container; among equal values, a process id identifies one process. */
  readonly machine: string;
  readonly pid: number;
  /** The start time, in the machine's own unit; tells two processes with the same id apart. */
  readonly started?: string;
}

/** The user and the process of this run, and whether other processes of this machine still run. */
export interface ProcessPort {
  /** The name of the user. */
  readonly who: string;
  /** The user id for file access; `undefined` on Windows. */
  readonly userId: number | undefined;
  readonly host: string;
  readonly runner: Runner;
  /** Whether a process of this machine is still running. */
  readonly isAlive: (runner: Runner) => boolean;
  /**
   * Runs blocking work, during which Node handles no signal: the system then ends the process at a signal. Earlier
   * signals are handled first.
   */
  readonly runBlocking: <Result>(work: () => Result) => Promise<Result>;
}

// Cached: neither changes, and the name of a user may come from another machine.
let user: string | undefined;
let runner: Runner | undefined;

export const thisProcess: ProcessPort = {
  get who() {
    user ??= userName();
    return user;
  },
  get userId() {
    return process.geteuid?.();
  },
  get host() {
    return os.hostname();
  },
  get runner() {
    runner ??= ownRunner();
    return runner;
  },
  isAlive,
  runBlocking,
};

function ownRunner(): Runner {
  const started = processState(process.pid)?.started;
  return { machine: machineName(), pid: process.pid, ...(started === undefined ? {} : { started }) };
}

/**
 * Two containers may share a host name and process ids, but on Linux their boot ids or process id namespaces differ.
 * Other systems have only the name of the host.
 */
function machineName(): string {
  const parts = [lineOf('/proc/sys/kernel/random/boot_id'), namespaceOfIds()];
  const known = parts.filter((part) => part !== undefined).join(' ');
  return known === '' ? os.hostname() : `${os.hostname()} ${hash('sha256', known).slice(0, 12)}`;
}

function lineOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function namespaceOfIds(): string | undefined {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0];
  } catch {
    return undefined;
  }
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A container's user may have no name.
    return process.env.USER ?? 'unknown';
  }
}

/**
 * Whether exactly this process still runs. Its id may belong to a later process, or to a zombie. If the machine does not
 * report start times, the id alone decides.
 */
function isAlive({ pid, started }: Runner): boolean {
  const own = processState(process.pid);
  if (own === undefined) return answersSignals(pid);
  const other = processState(pid);
  if (other === undefined || other.isDead) return false;
  return started === undefined || other.started === started;
}

/** Calls `resume` when the process goes on after Ctrl-Z. Returns a function that stops watching. */
export function onContinued(resume: () => void): () => void {
  process.on('SIGCONT', resume);
  return () => process.removeListener('SIGCONT', resume);
}

const endingSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

async function runBlocking<Result>(work: () => Result): Promise<Result> {
  await new Promise((resolve) => setImmediate(resolve));
  const listened = endingSignals.map((signal) => [signal, process.listeners(signal)] as const);
  // Without a listener, the system ends the process.
  for (const signal of endingSignals) process.removeAllListeners(signal);
  try {
    return work();
  } finally {
    for (const [signal, listeners] of listened)
      for (const listener of listeners) process.on(signal, listener);
  }
}

/** A process in /proc on Linux: whether it is a zombie, and when it started, in ticks since boot. */
function processState(pid: number): { readonly isDead: boolean; readonly started: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may contain anything, so the fields are counted after the last parenthesis.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { isDead: fields[0] === 'Z' || fields[0] === 'X', started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
