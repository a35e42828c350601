// This process: its user, its id, and whether another process of this machine still runs.
import { hash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

/** A process of a machine. */
export interface Runner {
  /** Identifies a host, boot and container: within one, a process id means one process. */
  readonly machine: string;
  readonly pid: number;
  /** When it started, in the machine's own unit; distinguishes it from a later process with the same id. */
  readonly started?: string;
}

/** The user and the process of this run, and whether other processes of this machine still run. */
export interface ProcessPort {
  /** The name of the user. */
  readonly who: string;
  /** The id under which it uses files; `undefined` on Windows, which has none. */
  readonly userId: number | undefined;
  readonly host: string;
  readonly runner: Runner;
  /** Whether a process of this machine is still running. */
  readonly isAlive: (runner: Runner) => boolean;
  /**
   * Runs work that may never end and during which no signal is heard: one that comes ends the process. Signals that came
   * before are heard first.
   */
  readonly leaveToSignals: <Result>(work: () => Result) => Promise<Result>;
}

// Asked for once: neither changes, and the name of a user may have to come from another machine.
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
  leaveToSignals,
};

function ownRunner(): Runner {
  const started = processState(process.pid)?.started;
  return { machine: machineName(), pid: process.pid, ...(started === undefined ? {} : { started }) };
}

/**
 * Two containers may have one host name, and the same process ids: on Linux the boot and the namespace of process ids
 * differ then. Elsewhere, the name of the host is all there is.
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
 * Whether exactly this process still runs. An id alone may belong to a later process, or to a zombie. Where the machine
 * does not say when a process started, the id alone decides.
 */
function isAlive({ pid, started }: Runner): boolean {
  const own = processState(process.pid);
  if (own === undefined) return answersSignals(pid);
  const other = processState(pid);
  if (other === undefined || other.isDead) return false;
  return started === undefined || other.started === started;
}

const endingSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

async function leaveToSignals<Result>(work: () => Result): Promise<Result> {
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
    // The name in parentheses may contain anything, so counting begins after it.
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
