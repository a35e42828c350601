// Reads the file of a plan in pieces, and notices a piece that changed after it was hashed.
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { noPlan } from './plan-line-reading.ts';

const pieceSize = 1 << 16;

interface ByteRange {
  readonly from?: number;
  readonly to?: number;
}

/** The bytes of the file, piece by piece; the next piece overwrites the one before. */
export async function* pieces(
  handle: FileHandle,
  { from = 0, to = Number.POSITIVE_INFINITY }: ByteRange,
): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(pieceSize);
  for (let at = from; at < to; ) {
    const bytesRead = await filled(handle, buffer.subarray(0, Math.min(pieceSize, to - at)), at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** A system may read less than it was asked for before the end of a file. */
async function filled(handle: FileHandle, buffer: Buffer, at: number): Promise<number> {
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, at + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

/** The pieces from the beginning of a file to a byte of it, as they were hashed. */
export interface HashedPieces {
  readonly digests: readonly string[];
  /** How many bytes the hash is of. */
  readonly hashed: number;
}

export const digestOf = (piece: Uint8Array): string => createHash('sha256').update(piece).digest('base64');

/**
 * The same pieces once more, from a byte on. Throws a `refused` error in the place of the first that is another by now.
 * @param file as it is called in the error
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
