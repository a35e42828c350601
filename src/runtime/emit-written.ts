// Tells of a write that took effect: that its answer cannot be shown changes nothing about it.
import { CreditctlError } from '../errors.ts';
import type { Runtime } from './runtime.ts';

/** What the same command line would do again: the same write once more, or nothing. */
export type Written = 'once' | 'repeatable';

/** The same key twice is one write. */
export const writtenUnder = (flags: { readonly idempotencyKey?: string }): Written =>
  flags.idempotencyKey === undefined ? 'once' : 'repeatable';

/** Throws the failure of stdout as one of a write that was applied. */
export async function emitWritten(
  pieces: AsyncIterable<string>,
  written: Written,
  { terminal }: Runtime,
): Promise<void> {
  try {
    for await (const piece of pieces) await terminal.out(piece);
  } catch (error) {
    throw afterWrite(error, written);
  }
}

/** A failure after a write that was applied, such as to read or show its result: it says that the write stands. */
export function afterWrite(error: unknown, written: Written): unknown {
  if (!(error instanceof CreditctlError)) return error;
  const facts = { ...error.facts, applied: 'yes', retrySafe: written === 'repeatable' } as const;
  return new CreditctlError(error.kind, `The write was applied, but ${error.message}`, facts);
}
