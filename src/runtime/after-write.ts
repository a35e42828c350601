// A failure after an applied write, such as to print its result: the error says that the write stands.
import { CreditctlError } from '../errors.ts';

/** One or several applied writes. */
export interface Written {
  /** The idempotency key of a single write. */
  readonly key?: string;
  /** The same command line, run again, writes nothing more. */
  readonly isRepeatable: boolean;
}

/** A write is repeatable if the user chose its key. @param key under which the write was sent */
export const writtenUnder = (flags: { readonly idempotencyKey?: string }, key: string): Written => ({
  key,
  isRepeatable: flags.idempotencyKey !== undefined,
});

/** A failure after an applied write, such as to print its result. The error says that the write stands. */
export function afterWrite(error: unknown, written: Written): unknown {
  if (!(error instanceof CreditctlError)) return error;
  const { key, isRepeatable } = written;
  const named = key === undefined ? {} : { idempotencyKey: key };
  const facts = { ...named, applied: 'yes', retrySafe: isRepeatable } as const;
  return error.with(facts, `The write was applied, but ${error.message}`);
}
