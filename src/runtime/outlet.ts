// stdout and stderr of this process, written without Node's streams where no command waits: those take long to load.
import { constants, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Outlet, OutletStream } from '../output/terminal/streams.ts';

interface Ways {
  readonly isTerminal: boolean;
  /**
   * Writes what is taken at once, and answers how many bytes that was; none where only the stream knows. Throws what
   * the system says.
   */
  readonly writeNow: (bytes: Uint8Array) => number;
  /** Node's own; made where a terminal is measured or a reader is slow. */
  readonly stream: () => OutletStream;
}

/** Writes straight to the descriptor until a write is not taken whole. From then on Node's stream writes, which can wait. */
export function outletBy({ isTerminal, writeNow, stream }: Ways): Outlet {
  const listeners: ((error: NodeJS.ErrnoException) => void)[] = [];
  let made: OutletStream | undefined;
  let isSlow = false;
  const streamOnce = (): OutletStream => {
    if (made === undefined) {
      made = stream();
      for (const listener of listeners) made.on('error', listener);
    }
    return made;
  };
  /** How many bytes are written. */
  const written = (bytes: Uint8Array): number => {
    let at = 0;
    while (at < bytes.length && !isSlow) {
      const taken = takenOf(() => writeNow(bytes.subarray(at)));
      isSlow = taken === 0;
      at += taken;
    }
    return at;
  };
  return {
    isTTY: isTerminal,
    get columns() {
      return isTerminal ? (streamOnce().columns ?? 0) : 0;
    },
    on: (_, listener) => {
      listeners.push(listener);
      made?.on('error', listener);
    },
    write: (text, done = () => {}) => {
      const bytes = Buffer.from(text);
      let at = 0;
      try {
        at = written(bytes);
      } catch (error) {
        return done(error as Error);
      }
      if (at === bytes.length) return done();
      streamOnce().write(bytes.subarray(at), done);
    },
  };
}

function takenOf(write: () => number): number {
  try {
    return write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}

/** @param descriptor 1 or 2 */
export function outletOn(descriptor: number, { isTerminal, stream }: Omit<Ways, 'writeNow'>): Outlet {
  let write: Ways['writeNow'] | undefined;
  const writeNow = (bytes: Uint8Array): number => {
    write ??= writerTo(descriptor);
    return write(bytes);
  };
  return outletBy({ isTerminal, writeNow, stream });
}

const never = (): number => 0;

/** The bytes that an unused socket always takes at once: less than a third of the buffer that Linux gives it. */
const socketMost = 65_536;

/** Writes at once, unless that could wait for a reader: no signal is handled during such a wait. Node's streams also write at once to files and terminals. */
function writerTo(descriptor: number): Ways['writeNow'] {
  if (process.platform === 'win32') return never;
  const stats = fstatSync(descriptor);
  if (stats.isFile() || stats.isCharacterDevice()) return (bytes) => writeSync(descriptor, bytes);
  if (process.platform !== 'linux') return never;
  if (stats.isFIFO()) return writerToPipe(descriptor);
  let left = stats.isSocket() ? socketMost : 0;
  return (bytes) => {
    left -= bytes.length;
    return left < 0 ? 0 : writeSync(descriptor, bytes);
  };
}

/** Opened anew, so that only this process writes to the pipe without waiting, and no other that shares it. */
function writerToPipe(descriptor: number): Ways['writeNow'] {
  try {
    const own = openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
    return (bytes) => writeSync(own, bytes);
  } catch {
    // Opening fails if the reader of the pipe has gone, or the pipe belongs to another user.
    return never;
  }
}

/** As `isatty`, which loads Node's streams, but that is only asked of what may be a terminal. */
export function isTerminal(descriptor: number): boolean {
  return mayBeTerminal(descriptor) && isatty(descriptor);
}

function mayBeTerminal(descriptor: number): boolean {
  if (process.platform === 'win32') return true;
  try {
    const stats = fstatSync(descriptor);
    return stats.isCharacterDevice() && stats.rdev !== statSync('/dev/null').rdev;
  } catch {
    return true;
  }
}
