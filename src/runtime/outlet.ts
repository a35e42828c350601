// Writes to stdout and stderr, without Node's streams if no write can block: the streams take long to load.
import { constants, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Outlet, OutletStream } from '../output/terminal/streams.ts';

interface DescriptorWriter {
  readonly isTerminal: boolean;
  /**
   * Writes without waiting, and returns the number of bytes written; 0 if only the stream can write. Throws the system's
   * error.
   */
  readonly writeNow: (bytes: Uint8Array) => number;
  /** Node's stream; made to measure a terminal or to wait for a slow reader. */
  readonly stream: () => OutletStream;
}

/** Writes straight to the descriptor until a write falls short. From then on Node's stream writes, because it can wait. */
export function outletBy({ isTerminal, writeNow, stream }: DescriptorWriter): Outlet {
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
  /** Writes without waiting, and returns the number of bytes written. */
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
export function outletOn(
  descriptor: number,
  { isTerminal, stream }: Omit<DescriptorWriter, 'writeNow'>,
): Outlet {
  let write: DescriptorWriter['writeNow'] | undefined;
  const writeNow = (bytes: Uint8Array): number => {
    write ??= writerTo(descriptor);
    return write(bytes);
  };
  return outletBy({ isTerminal, writeNow, stream });
}

const never = (): number => 0;

/** Bytes that an unused socket always accepts at once: less than a third of its buffer on Linux. */
const socketMost = 65_536;

/** Writes at once, unless the write could block a signal. Node's streams also write at once to files and terminals. */
function writerTo(descriptor: number): DescriptorWriter['writeNow'] {
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

/** Opens the pipe again, because the flag for writes without waiting would change a shared descriptor for other processes. */
function writerToPipe(descriptor: number): DescriptorWriter['writeNow'] {
  try {
    const own = openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
    return (bytes) => writeSync(own, bytes);
  } catch {
    // Opening fails if the reader has closed the pipe, or the pipe belongs to another user.
    return never;
  }
}

/** As `isatty`, which loads Node's streams; so it is called only for a character device. */
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
