// Reads a file as text up to a limit, so that a device without an end cannot hang a command.

import { closeSync, openSync, readSync } from 'node:fs';

const chunkBytes = 65_536;

/** The text of a file, UTF-8; `undefined` if it is longer than the limit in bytes. Throws errors of the file system. */
export function readBoundedText(file: string, limit: number): string | undefined {
  const descriptor = openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let total = 0; total <= limit; ) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const count = readSync(descriptor, chunk);
      if (count === 0) return Buffer.concat(chunks).toString('utf8');
      chunks.push(chunk.subarray(0, count));
      total += count;
    }
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}
