// That something on the disk which a batch needs cannot be read or written: what it is, why, and the way out.
import { CreditctlError, type ErrorFacts } from '../../errors.ts';

/**
 * A `failure`, which is about this machine and not about the API.
 * @param what a sentence without its end: `The journal of the batch cannot be written`
 * @param error what the system said, or an error that was made of it
 */
export function diskFault(what: string, error: unknown, facts: ErrorFacts = {}): CreditctlError {
  const told = error instanceof CreditctlError && error.cause !== undefined ? error.cause : error;
  const { code, message } = told as NodeJS.ErrnoException;
  return new CreditctlError('failure', `${what} (${code ?? message})`, {
    retrySafe: true,
    cause: error,
    next: ['Make room or give yourself access to it, or name another folder in CREDITCTL_STATE_DIR'],
    ...facts,
  });
}

export const journalFault = (error: unknown, facts?: ErrorFacts): CreditctlError =>
  diskFault('The journal of the batch cannot be written', error, facts);

/** The way out is that of the run, which knows the name of its batch. @param base the files begin with this path */
export const resultsFault = (error: unknown, base: string): CreditctlError =>
  diskFault(`The files of the outcomes cannot be written beside ${base}`, error, { next: [] });
