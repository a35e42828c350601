// Reads the file or stdin that a flag names, up to a limit, so that an endless device cannot hang a command.

import { closeSync, openSync, readSync } from 'node:fs';
import { notApplied } from '../errors.ts';
import { textBytesMax } from '../output/terminal/input.ts';
import type { Terminal } from '../output/terminal/streams.ts';

const chunkBytes = 65_536;

/** The bytes of a file; `undefined` if it is longer than the limit in bytes. Throws errors of the file system. */
export function readBounded(file: string, limit: number): Buffer | undefined {
  const descriptor = openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let total = 0; total <= limit; ) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const count = readSync(descriptor, chunk);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      total += count;
    }
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes of a file, or of stdin for `-`. Throws a `usage` error that names the flag, or the reason of an interruption. */
export const readBytes = async (
  source: string,
  flag: string,
  { terminal, interruption }: { readonly terminal: Terminal; readonly interruption: AbortSignal },
): Promise<Buffer> => (source === '-' ? terminal.readInput(interruption) : fileBytes(source, flag));

function fileBytes(file: string, flag: string): Buffer {
  const bytes = boundedBytes(file, flag);
  if (bytes !== undefined) return bytes;
  throw notApplied('usage', `${flag}: the file ${file} is longer than 64 MiB: name a shorter one`);
}

function boundedBytes(file: string, flag: string): Buffer | undefined {
  try {
    return readBounded(file, textBytesMax);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw notApplied('usage', `${flag}: the file ${file} ${why}`);
  }
}
