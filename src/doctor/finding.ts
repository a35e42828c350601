// Declares the result of one check; a check that throws becomes a failed finding.
import { CreditctlError } from '../errors.ts';

export interface Verdict {
  readonly status: 'ok' | 'warning' | 'failed';
  /** The result, as a sentence fragment. */
  readonly found: string;
  /** The ways out, each a sentence or a command line; none if all is well. */
  readonly remedy: readonly string[];
}

export interface Finding extends Verdict {
  /** The short name of the check. */
  readonly check: string;
}

export const ok = (found: string): Verdict => ({ status: 'ok', found, remedy: [] });

export const warning = (found: string, ...remedy: string[]): Verdict => ({
  status: 'warning',
  found,
  remedy,
});

export const failed = (found: string, ...remedy: string[]): Verdict => ({ status: 'failed', found, remedy });

/** Rejects only if the program is interrupted: a check that throws has failed, and the next check runs. */
export async function finding(
  check: string,
  examine: () => Verdict | Promise<Verdict>,
  interruption: AbortSignal,
): Promise<Finding> {
  try {
    return { check, ...(await examine()) };
  } catch (error) {
    if (interruption.aborted) throw interruption.reason;
    return { check, ...verdictOn(error) };
  }
}

/** An error as a finding, with its ways out as the remedy. */
export function verdictOn(error: unknown): Verdict {
  if (error instanceof CreditctlError) {
    return failed(error.message, ...(error.facts.next ?? []));
  }
  const { code } = error as NodeJS.ErrnoException;
  return failed(`could not be checked (${code ?? String(error)})`, 'Give yourself read access to it');
}
