// The bytes of a plan in pieces of one size, as every store keeps them compressed. Pure.
import { inflateRawSync } from 'node:zlib';
import { type CreditctlError, notApplied } from '../errors.ts';

/** Bytes of a plan in one piece: equal plans make equal pieces, whoever keeps them. */
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

/** How a plan begins once rows were erased from it: it is none any more. */
export const erasedBeginning = '{"creditctl_plan_erased":true}\n';

/** @param first the first piece of a plan */
export const isErased = (first: Uint8Array): boolean =>
  Buffer.from(first.subarray(0, erasedBeginning.length)).toString('latin1') === erasedBeginning;

/** Why a kept plan cannot be read. @param record as messages name it */
export const unreadablePlan = {
  erased: (record: string): CreditctlError =>
    unreadable(
      `${record} has erased the texts of a customer from this plan, so it cannot be applied, resumed or undone`,
      'Undo the entries of other customers one by one: creditctl undo <entry>',
    ),
  changed: (record: string): CreditctlError => unreadable(`${record} holds a plan that was changed`, verify),
  missing: (record: string): CreditctlError => unreadable(`${record} does not hold this plan`, verify),
};

const verify = 'See what else is wrong: creditctl history verify';

const unreadable = (message: string, next: string): CreditctlError => notApplied('refused', message, [next]);

/** What was compressed; `undefined` for anything else. */
export function unpacked(packed: Uint8Array): Uint8Array | undefined {
  try {
    return inflateRawSync(packed);
  } catch {
    return undefined;
  }
}
