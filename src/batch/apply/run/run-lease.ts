// The lease of a run: keeps other processes off its batch and its rows, and keeps this one from sending once it is over.
import { CreditctlError } from '../../../errors.ts';
import type { FactRunner } from '../../../record/facts.ts';
import type { AccountRecord } from '../../../record/record.ts';
import { type Clocks, leaseMs, stopwatch } from '../../../writes/lease.ts';

/** Milliseconds after which it is made longer. */
const extendAfter = leaseMs / 4;

interface RunHold {
  readonly batch: string;
  readonly runner: FactRunner;
}

export class RunLease {
  /** How long it holds unless it is extended, in milliseconds. */
  readonly ms = leaseMs;
  readonly #record: Pick<AccountRecord, 'extendLease'>;
  readonly #hold: RunHold;
  readonly #clocks: Clocks;
  readonly #timer: NodeJS.Timeout;
  /** Milliseconds since it began. */
  #passed: () => number;
  #extending: Promise<void> | undefined;
  /** The keys of rows that are noted and have not ended. */
  readonly keys = new Set<string>();

  /** Counts from now on: to be made before the run is noted. */
  constructor(record: Pick<AccountRecord, 'extendLease'>, hold: RunHold, clocks: Clocks) {
    this.#record = record;
    this.#hold = hold;
    this.#clocks = clocks;
    this.#passed = stopwatch(clocks);
    // What is in flight may take long, and nothing else happens meanwhile.
    this.#timer = setInterval(() => void this.#extend().catch(() => {}), extendAfter);
    this.#timer.unref();
  }

  /**
   * To be called before each attempt. Throws a `refused` error once the lease is over: by then another process may have
   * taken the rows, as after a machine has slept.
   */
  async check(): Promise<void> {
    const passed = this.#passed();
    if (passed >= leaseMs) throw lapsed();
    if (passed < extendAfter) return;
    try {
      await this.#extend();
    } catch (error) {
      // It holds for now, and the next attempt tries again.
      if (!(error instanceof CreditctlError)) throw error;
    }
    if (this.#passed() >= leaseMs) throw lapsed();
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
  new CreditctlError('refused', 'This run was stopped for too long, so another process may continue it', {
    applied: 'no',
  });
