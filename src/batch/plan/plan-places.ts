// Reads single lines of a plan by where they begin in its file: an undo takes the rows in reverse order.
import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

interface PlacedLine {
  readonly line: string;
  /** In bytes. */
  readonly start: number;
}

const pieceSize = 1 << 16;
const lineFeed = 0x0a;

/** Every line of the file, in flat memory. */
export async function* placedLines(handle: FileHandle): AsyncGenerator<PlacedLine> {
  const piece = Buffer.alloc(pieceSize);
  let rest: Buffer = Buffer.alloc(0);
  for (let start = 0; ; ) {
    const { bytesRead } = await handle.read(piece, 0, pieceSize, start + rest.length);
    if (bytesRead === 0) return;
    const bytes = Buffer.concat([rest, piece.subarray(0, bytesRead)]);
    let from = 0;
    for (let stop = bytes.indexOf(lineFeed); stop !== -1; stop = bytes.indexOf(lineFeed, from)) {
      yield { line: bytes.toString('utf8', from, stop), start: start + from };
      from = stop + 1;
    }
    start += from;
    rest = bytes.subarray(from);
  }
}

/** Long enough for most lines; one for all of them, because each is read at once. */
const shared = Buffer.alloc(4096);

/** The line that begins there. Many short waits would be longer than the reading itself. */
export function lineAt({ fd }: FileHandle, start: number): string {
  for (let bytes = shared; ; bytes = Buffer.alloc(bytes.length * 4)) {
    const read = readSync(fd, bytes, 0, bytes.length, start);
    const stop = bytes.subarray(0, read).indexOf(lineFeed);
    if (stop !== -1 || read < bytes.length) return bytes.toString('utf8', 0, stop === -1 ? read : stop);
  }
}
