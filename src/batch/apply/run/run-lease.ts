// Holds the lease of a run: locks its batch and rows, and stops this process from sending once the lease is over.
import { CreditctlError, notApplied } from '../../../errors.ts';
import type { FactRunner } from '../../../record/facts.ts';
import type { AccountRecord } from '../../../record/record.ts';
import { beginningMs, type Clocks, leaseMs, stopwatch } from '../../../writes/submission.ts';

/** Milliseconds after which the lease is extended. */
const extendAfter = beginningMs / 4;

interface RunHold {
  readonly batch: string;
  readonly runner: FactRunner;
}

export class RunLease {
  /** Milliseconds that the lease lasts unless it is extended. */
  readonly ms = leaseMs;
  readonly #record: Pick<AccountRecord, 'extendLease'>;
  readonly #hold: RunHold;
  readonly #clocks: Clocks;
  readonly #timer: NodeJS.Timeout;
  /** Milliseconds since the lease began or was last extended. */
  #passed: () => number;
  #extending: Promise<void> | undefined;
  /** Keys of rows that are noted and have not ended. */
  readonly keys = new Set<string>();

  /** The lease counts from this call, so create it before the run is noted. */
  constructor(record: Pick<AccountRecord, 'extendLease'>, hold: RunHold, clocks: Clocks) {
    this.#record = record;
    this.#hold = hold;
    this.#clocks = clocks;
    this.#passed = stopwatch(clocks);
    // A request in flight may take long, and without the timer nothing would extend the lease meanwhile.
    this.#timer = setInterval(() => void this.#extend().catch(() => {}), extendAfter);
    this.#timer.unref();
  }

  /**
   * Call this before each attempt. Throws a `refused` error if the lease may end before the attempt, as after the machine
   * slept: another process may have taken the rows by then.
   */
  async check(): Promise<void> {
    const passed = this.#passed();
    if (passed >= leaseMs) throw lapsed();
    if (passed < extendAfter) return;
    try {
      await this.#extend();
    } catch (error) {
      // The lease still holds, and the next attempt tries to extend it again.
      if (!(error instanceof CreditctlError)) throw error;
    }
    if (this.#passed() >= beginningMs) throw lapsed();
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #extend(): Promise<void> {
    this.#extending ??= this.#extended().finally(() => {
      this.#extending = undefined;
    });
    return this.#extending;
  }

  async #extended(): Promise<void> {
    if (this.#passed() >= leaseMs) return;
    const { batch, runner } = this.#hold;
    const passed = stopwatch(this.#clocks);
    const keys = [...this.keys];
    await this.#record.extendLease({ runner, batch, keys }, leaseMs);
    this.#passed = passed;
  }
}

const lapsed = (): CreditctlError =>
  notApplied('refused', 'This run was stopped for too long, so another process may continue it');
