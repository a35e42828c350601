// Reads a plan's file in pieces or by line, and detects a piece that changed after it was hashed.
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { noPlan } from './plan-line-reading.ts';

const pieceSize = 1 << 16;

/** The bytes of the file in pieces; each piece overwrites the previous one. */
export async function* pieces(
  handle: FileHandle,
  { from = 0, to = Number.POSITIVE_INFINITY }: { readonly from?: number; readonly to?: number },
): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(pieceSize);
  for (let at = from; at < to; ) {
    const bytesRead = await filled(handle, buffer.subarray(0, Math.min(pieceSize, to - at)), at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** Fills the buffer: a single read may return fewer bytes before the end of the file. */
async function filled(handle: FileHandle, buffer: Buffer, at: number): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, at + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

/** The digests of a file's pieces, in order. */
export interface HashedPieces {
  readonly digests: readonly string[];
  /** Number of bytes that the hash covers. */
  readonly hashed: number;
}

export const digestOf = (piece: Uint8Array): string => createHash('sha256').update(piece).digest('base64');

/**
 * Reads hashed pieces again from an offset. Throws a `refused` error at the first piece that changed.
 * @param file its name in the error
 */
export async function* samePieces(
  handle: FileHandle,
  { digests, hashed }: HashedPieces,
  { file, from }: { readonly file: string; readonly from: number },
): AsyncGenerator<Uint8Array> {
  let place = Math.floor(from / pieceSize);
  let skipped = from - place * pieceSize;
  for await (const piece of pieces(handle, { from: place * pieceSize, to: hashed })) {
    if (digestOf(piece) !== digests[place]) throw changed(file);
    place += 1;
    yield piece.subarray(skipped);
    skipped = 0;
  }
  if (place < digests.length) throw changed(file);
}

const changed = (file: string) => noPlan(file, 'was changed while it was read', 'refused');

interface PlacedLine {
  readonly line: string;
  /** Offset in bytes. */
  readonly start: number;
}

const lineFeed = 0x0a;

/** Every line of the file with its offset, in flat memory. */
export async function* placedLines(handle: FileHandle): AsyncGenerator<PlacedLine> {
  let rest: Buffer = Buffer.alloc(0);
  let start = 0;
  for await (const piece of pieces(handle, {})) {
    const bytes = Buffer.concat([rest, piece]);
    let from = 0;
    for (let stop = bytes.indexOf(lineFeed); stop !== -1; stop = bytes.indexOf(lineFeed, from)) {
      yield { line: bytes.toString('utf8', from, stop), start: start + from };
      from = stop + 1;
    }
    start += from;
    rest = bytes.subarray(from);
  }
}

/** Large enough for most lines. One buffer serves all calls, because each decodes its line at once. */
const shared = Buffer.alloc(4096);

/** The line at an offset. The read is synchronous: for short lines, awaiting costs more than reading. */
export function lineAt({ fd }: FileHandle, start: number): string {
  for (let bytes = shared; ; bytes = Buffer.alloc(bytes.length * 4)) {
    const read = readSync(fd, bytes, 0, bytes.length, start);
    const stop = bytes.subarray(0, read).indexOf(lineFeed);
    if (stop !== -1 || read < bytes.length) return bytes.toString('utf8', 0, stop === -1 ? read : stop);
  }
}
