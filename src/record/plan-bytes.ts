// Cuts the bytes of a plan into compressed pieces of one size, reads them back, and checks their hash.
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type CreditctlError, notApplied, repetition } from '../errors.ts';

/** Bytes of a plan in one piece. With a fixed size, equal plans make equal pieces on every machine. */
const pieceSize = 1024 * 1024;

/**
 * Compresses a plan and stores it piece by piece; returns the number of pieces. Throws a TypeError if the bytes have
 * another hash.
 * @param keep stores a piece, numbered from 0
 */
export async function keepPieces(
  sha256: string,
  chunks: AsyncIterable<Uint8Array>,
  keep: (packed: Buffer, place: number) => unknown,
): Promise<number> {
  const hash = createHash('sha256');
  let count = 0;
  for await (const piece of inPieces(chunks)) {
    hash.update(piece);
    await keep(deflateRawSync(piece), count);
    count += 1;
  }
  if (hash.digest('hex') !== sha256) throw new TypeError('the bytes of the plan have another hash');
  return count;
}

async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < pieceSize) continue;
    const all = Buffer.concat(waiting);
    const end = length - (length % pieceSize);
    for (let at = 0; at < end; at += pieceSize) yield all.subarray(at, at + pieceSize);
    [waiting, length] = [[all.subarray(end)], length - end];
  }
  if (length > 0) yield Buffer.concat(waiting);
}

/** The first line of a plan from which rows were erased. A plan with this line cannot be applied. */
export const erasedBeginning = '{"creditctl_plan_erased":true}\n';

/** @param first the first piece of a plan */
const isErased = (first: Uint8Array): boolean =>
  Buffer.from(first.subarray(0, erasedBeginning.length)).toString('latin1') === erasedBeginning;

/**
 * The bytes of a stored plan, piece by piece. Throws `refused` if a piece is missing, or the bytes were changed.
 * @param packed its compressed pieces, `undefined` for a missing one
 * @param mayLack without it, a plan with erased rows throws `refused` at its end
 * @param record the record's name in messages
 */
export async function* checkedPieces(
  packed: Iterable<Uint8Array | undefined> | AsyncIterable<Uint8Array | undefined>,
  { sha256, mayLack }: { readonly sha256: string; readonly mayLack: 'erased rows' | undefined },
  record: string,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let lacks: boolean | undefined;
  for await (const each of packed) {
    const piece = each && unpacked(each);
    if (piece === undefined) throw unreadablePlan.changed(record);
    lacks ??= isErased(piece);
    hash.update(piece);
    yield piece;
  }
  if (hash.digest('hex') === sha256) return;
  if (lacks !== true) throw unreadablePlan.changed(record);
  if (mayLack === undefined) throw unreadablePlan.erased(record);
}

/** The errors for a stored plan that cannot be read. @param record the record's name in messages */
export const unreadablePlan = {
  erased: (record: string): CreditctlError =>
    unreadable(
      `${record} has erased the texts of a customer from this plan, so it cannot be applied, resumed or undone`,
      'Undo the entries of other customers one by one: creditctl undo <entry>',
    ),
  changed: (record: string): CreditctlError => unreadable(`${record} holds a plan that was changed`, verify),
  overtaken: (record: string): CreditctlError =>
    unreadable(
      `An erasure meanwhile took what ${record} had stored of this plan so far; nothing was sent`,
      repetition(),
    ),
  missing: (record: string): CreditctlError => unreadable(`${record} does not hold this plan`, verify),
};

const verify = 'See what else is wrong: creditctl history verify';

const unreadable = (message: string, next: string): CreditctlError => notApplied('refused', message, [next]);

/** Whether the plan with this first piece, as it is stored, lost rows. */
export const hasErasedRows = (first: Uint8Array): boolean => isErased(unpacked(first) ?? new Uint8Array());

/** The decompressed bytes; `undefined` for bytes that are not compressed data. */
function unpacked(packed: Uint8Array): Uint8Array | undefined {
  try {
    return inflateRawSync(packed);
  } catch {
    return undefined;
  }
}
