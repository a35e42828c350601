// Reads stdin, whole or in pieces, until an interruption.
import type { Readable } from 'node:stream';
import { CreditctlError, notApplied } from '../../errors.ts';

/** The most bytes of a text that must be in memory as a whole, from a file or from stdin. */
export const textBytesMax = 64 * 1024 * 1024;

/** All of the input. Throws a `usage` error if it is longer than `textBytesMax`. */
export async function wholeInput(input: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    bytes += chunk.byteLength;
    if (bytes > textBytesMax) throw notApplied('usage', 'stdin is longer than 64 MiB: send less');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The input in pieces as they arrive. Throws the signal's reason, or a `usage` error if the input cannot be read. */
export async function* inputChunks(
  stdin: Readable,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const stop = (): void => void stdin.destroy(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stdin) yield Buffer.from(chunk as Uint8Array);
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    const why = codeOf(error) === 'EISDIR' ? 'is a folder' : `cannot be read (${codeOf(error)})`;
    throw new CreditctlError('usage', `stdin ${why}`, {
      applied: 'no',
      cause: error,
    });
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** The system's code for an error. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);
