// Errors of this machine or of the record around a batch, each with what is known of the writes.
import { CreditctlError, type ErrorFacts } from '../../errors.ts';

/**
 * A `failure`, which is about this machine and not about the API.
 * @param what a sentence without its end: `The copy of the plan cannot be written`
 * @param error what the system said, or an error that was made of it
 */
export function diskFault(what: string, error: unknown, facts: ErrorFacts = {}): CreditctlError {
  const cause = error instanceof CreditctlError && error.cause !== undefined ? error.cause : error;
  const { code, message } = cause as NodeJS.ErrnoException;
  return new CreditctlError('failure', `${what} (${code ?? message})`, {
    cause: error,
    next: ['Make room or give yourself access to it, or name another folder in CREDITCTL_STATE_DIR'],
    ...facts,
  });
}

/** The way out is that of the run, which knows the name of its batch. @param base the files begin with this path */
export const resultsFault = (error: unknown, base: string): CreditctlError =>
  diskFault(`The files of the outcomes cannot be written beside ${base}`, error, { next: [] });

/** The same error of the record, once it is known that what was to be noted was not sent. */
export function notSent(error: unknown): unknown {
  if (!(error instanceof CreditctlError)) return error;
  return new CreditctlError(error.kind, error.message, { ...error.facts, applied: 'no' });
}
