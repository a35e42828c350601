// Reads a file of lines in flat memory: all of them, or only those that hold a text.
import { closeSync, openSync, readSync } from 'node:fs';
import { checkIsFile } from '../platform/own-file.ts';

export interface FileLine {
  /** Counted from 1. */
  readonly number: number;
  /** Where it begins, in bytes. */
  readonly start: number;
  /** Without its newline. */
  readonly bytes: Buffer;
  /** False for a last line without its newline. */
  readonly isWhole: boolean;
}

const chunkSize = 1024 * 1024;
const newline = 0x0a;

/** Every line. A file that does not exist has none. @param end how many bytes of it there are to read */
export function* fileLines(file: string, end = Number.POSITIVE_INFINITY): Generator<FileLine> {
  let number = 0;
  for (const { start, bytes } of wholeLineChunks(file, end)) {
    for (let at = 0; at < bytes.length; ) {
      const stop = bytes.indexOf(newline, at);
      const isWhole = stop !== -1;
      const next = isWhole ? stop : bytes.length;
      number += 1;
      yield { number, start: start + at, bytes: bytes.subarray(at, next), isWhole };
      at = next + 1;
    }
  }
}

/** The bytes of each line that holds a text, with where it begins; only they are looked at closely. */
export function* linesHolding(
  file: string,
  needle: Buffer,
): Generator<{ readonly start: number; readonly bytes: Buffer }> {
  for (const { start, bytes } of wholeLineChunks(file, Number.POSITIVE_INFINITY)) {
    for (let at = bytes.indexOf(needle); at !== -1; ) {
      const begin = bytes.lastIndexOf(newline, at) + 1;
      const stop = bytes.indexOf(newline, at);
      const end = stop === -1 ? bytes.length : stop;
      yield { start: start + begin, bytes: bytes.subarray(begin, end) };
      at = end >= bytes.length ? -1 : bytes.indexOf(needle, end);
    }
  }
}

interface Chunk {
  readonly start: number;
  /** Ends with a newline, except at the end of a file that does not. */
  readonly bytes: Buffer;
}

function* wholeLineChunks(file: string, end: number): Generator<Chunk> {
  const descriptor = openedToRead(file);
  if (descriptor === undefined) return;
  try {
    let start = 0;
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const position = start + rest.length;
      const chunk = Buffer.allocUnsafe(Math.min(chunkSize, end - position));
      const size = chunk.length === 0 ? 0 : readSync(descriptor, chunk, 0, chunk.length, position);
      if (size === 0) break;
      const bytes =
        rest.length === 0 ? chunk.subarray(0, size) : Buffer.concat([rest, chunk.subarray(0, size)]);
      const whole = bytes.lastIndexOf(newline) + 1;
      if (whole > 0) yield { start, bytes: bytes.subarray(0, whole) };
      rest = bytes.subarray(whole);
      start += whole;
    }
    if (rest.length > 0) yield { start, bytes: rest };
  } finally {
    closeSync(descriptor);
  }
}

function openedToRead(file: string): number | undefined {
  try {
    checkIsFile(file);
    return openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
