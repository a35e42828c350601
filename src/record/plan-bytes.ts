// The bytes of a plan in pieces of one size, as every store keeps them compressed. Pure.
import { inflateRawSync } from 'node:zlib';

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

/** What was compressed; `undefined` for anything else. */
export function unpacked(packed: Uint8Array): Uint8Array | undefined {
  try {
    return inflateRawSync(packed);
  } catch {
    return undefined;
  }
}
