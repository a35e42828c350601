// How a run ends: when its time is over, and with what a command left for the end: failures, marks, and the record to close.
import { CreditctlError } from '../errors.ts';

/** Milliseconds for which the program waits to note that the outcome was reported. */
const marksMax = 200;

export class Ending {
  readonly #failures: CreditctlError[] = [];
  readonly #marks: (() => Promise<void>)[] = [];
  readonly #records: { close(): Promise<void> }[] = [];

  readonly failAtEnd = (error: CreditctlError): void => void this.#failures.push(error);

  readonly atEnd = (act: () => Promise<void>): void => void this.#marks.push(act);

  /** Has a record closed after everything else has ended. */
  closeLast(record: { close(): Promise<void> }): void {
    this.#records.push(record);
  }

  /** Throws the first failure that was left for the end. */
  throwFailure(): void {
    const [failure] = this.#failures.splice(0);
    if (failure !== undefined) throw failure;
  }

  readonly end = async (): Promise<void> => {
    const marks = this.#marks.splice(0).map((act) => act());
    if (marks.length > 0) await within(marksMax, Promise.allSettled(marks));
    for (const record of this.#records.splice(0)) await record.close().catch(() => {});
  };
}

/** Waits for the work until the time is up, because the work may never end. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const limit = AbortSignal.timeout(ms);
  await Promise.race([
    work,
    new Promise((resolve) => limit.addEventListener('abort', resolve, { once: true })),
  ]);
}

/** Joins the signals that end the run with its own limit of time, which is lifted when the work is done. */
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
      // Whether a write was applied is only known to the code that sent it, so this error does not say.
      new CreditctlError('network', `Gave up after ${timeout / 1000} s (--timeout)`, {
        next: ['Allow more time with --timeout, or leave it out'],
      }),
    );
  sleep(timeout, done.signal).then(giveUp, () => {});
  return { interruption: AbortSignal.any([interruption, late.signal]), lift: () => done.abort() };
}
