// Ends a run: sets its time limit, throws failures left for the end, notes reported outcomes, and closes records.
import { CreditctlError } from '../errors.ts';

/** Milliseconds that the program waits for its notes of reported outcomes. */
const marksMax = 200;

export class Ending {
  readonly #failures: CreditctlError[] = [];
  readonly #marks: (() => Promise<void>)[] = [];
  readonly #records: { close(): Promise<void> }[] = [];

  readonly failAtEnd = (error: CreditctlError): void => void this.#failures.push(error);

  readonly atEnd = (action: () => Promise<void>): void => void this.#marks.push(action);

  /** Closes a record after everything else has ended. */
  closeLast(record: { close(): Promise<void> }): void {
    this.#records.push(record);
  }

  /** Throws the first failure from `failAtEnd`. */
  throwFailure(): void {
    const [failure] = this.#failures.splice(0);
    if (failure !== undefined) throw failure;
  }

  readonly end = async (): Promise<void> => {
    const marks = this.#marks.splice(0).map((action) => action());
    if (marks.length > 0) await within(marksMax, Promise.allSettled(marks));
    for (const record of this.#records.splice(0)) await record.close().catch(() => {});
  };
}

/** Waits for the work for a limited time, because the work may never end. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const limit = AbortSignal.timeout(ms);
  await Promise.race([
    work,
    new Promise((resolve) => limit.addEventListener('abort', resolve, { once: true })),
  ]);
}

/** Joins the signals that end the run with a time limit, which is cleared when the work is done. */
export function timeLimit(
  timeout: number | undefined,
  {
    interruption,
    sleep,
  }: { readonly interruption: AbortSignal; sleep(ms: number, until: AbortSignal): Promise<unknown> },
): { readonly interruption: AbortSignal; readonly lift: () => void } {
  if (timeout === undefined) return { interruption, lift: () => {} };
  const late = new AbortController();
  const done = new AbortController();
  const giveUp = (): void =>
    late.abort(
      // Only the code that sent a write knows whether it was applied, so this error does not say.
      new CreditctlError('network', `Gave up after ${timeout / 1000} s (--timeout)`, {
        next: ['Allow more time with --timeout, or leave it out'],
      }),
    );
  sleep(timeout, done.signal).then(giveUp, () => {});
  return { interruption: AbortSignal.any([interruption, late.signal]), lift: () => done.abort() };
}
