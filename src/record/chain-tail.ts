// Where a chain stands in its file, read from the end backwards: only the tail of a file of any size is read.
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { chainStart, type Link, readSeal, type Unchained } from './chain-line.ts';

export interface Tail {
  readonly link: Link;
  /** The first byte after the last line of the chain. */
  readonly end: number;
}

const newline = 0x0a;
const firstWindow = 64 * 1024;
const growth = 8;

export function readTail(descriptor: number, size: number): Tail {
  for (let window = firstWindow; ; window *= growth) {
    const start = Math.max(0, size - window);
    const bytes = readBytes(descriptor, start, size);
    const found = lastSealed(bytes, start === 0);
    if (found !== undefined) return { link: found.link, end: start + found.end };
    if (start === 0) return { link: chainStart, end: 0 };
  }
}

/** @param isWholeFile whether the first line of these bytes begins with them */
function lastSealed(bytes: Buffer, isWholeFile: boolean): Tail | undefined {
  for (let end = bytes.lastIndexOf(newline); end !== -1; ) {
    const before = end === 0 ? -1 : bytes.lastIndexOf(newline, end - 1);
    if (before === -1 && !isWholeFile) return undefined;
    const seal = readSeal(bytes.subarray(before + 1, end));
    if (seal !== undefined) return { link: { line: seal.line, hash: seal.stated }, end: end + 1 };
    end = before;
  }
  return undefined;
}

/**
 * What stands between the chain and its next line, with the newline that ends it.
 * @param text what will be written there before the next line: a newline where the remains have none
 */
export function remains(
  descriptor: number,
  { end, size }: { readonly end: number; readonly size: number },
): { readonly unchained: Unchained | undefined; readonly text: string } {
  if (size === end) return { unchained: undefined, text: '' };
  const hash = createHash('sha256');
  const step = 1024 * 1024;
  let last: number | undefined;
  for (let at = end; at < size; at += step) {
    const bytes = readBytes(descriptor, at, Math.min(size, at + step));
    hash.update(bytes);
    last = bytes.at(-1);
  }
  const text = last === newline ? '' : '\n';
  return { unchained: { bytes: size - end + text.length, sha256: hash.update(text).digest('hex') }, text };
}

function readBytes(descriptor: number, from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe(to - from);
  let have = 0;
  while (have < bytes.length) {
    const size = readSync(descriptor, bytes, have, bytes.length - have, from + have);
    if (size === 0) break;
    have += size;
  }
  return bytes.subarray(0, have);
}
