// Cuts the bytes of a plan into pieces of one size, and reads compressed pieces back. Pure.
import { inflateRawSync } from 'node:zlib';
import { type CreditctlError, notApplied } from '../errors.ts';

/** Bytes of a plan in one piece. With a fixed size, equal plans make equal pieces on every machine. */
const pieceSize = 1024 * 1024;

export async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
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
export const isErased = (first: Uint8Array): boolean =>
  Buffer.from(first.subarray(0, erasedBeginning.length)).toString('latin1') === erasedBeginning;

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
      'Run the same command again',
    ),
  missing: (record: string): CreditctlError => unreadable(`${record} does not hold this plan`, verify),
};

const verify = 'See what else is wrong: creditctl history verify';

const unreadable = (message: string, next: string): CreditctlError => notApplied('refused', message, [next]);

/** The decompressed bytes; `undefined` for bytes that are not compressed data. */
export function unpacked(packed: Uint8Array): Uint8Array | undefined {
  try {
    return inflateRawSync(packed);
  } catch {
    return undefined;
  }
}
