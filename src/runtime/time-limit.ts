// `--timeout`: ends the run as a signal does, once its time is over.
import { CreditctlError } from '../errors.ts';
import type { RuntimeOptions } from './runtime.ts';

/** Joins the signals that end the run with its own limit of time, which is lifted when the work is done. */
export function timeLimit(
  timeout: number | undefined,
  { interruption, parts }: Pick<RuntimeOptions, 'interruption' | 'parts'>,
): { readonly interruption: AbortSignal; readonly lift: () => void } {
  if (timeout === undefined) return { interruption, lift: () => {} };
  const late = new AbortController();
  const done = new AbortController();
  const giveUp = (): void =>
    late.abort(
      // What it says of a write is for whoever sent it to know.
      new CreditctlError('network', `Gave up after ${timeout / 1000} s (--timeout)`, {
        next: ['Allow more time with --timeout, or leave it out'],
      }),
    );
  parts.sleep(timeout, done.signal).then(giveUp, () => {});
  return { interruption: AbortSignal.any([interruption, late.signal]), lift: () => done.abort() };
}
