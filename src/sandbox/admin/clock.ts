// Provides the embedded ledger's clock: real time, or a test clock that all processes at one database share.
import type { Instant } from '../../credits/exact.ts';
import type { Settings } from '../store/settings.ts';

export type LedgerClock = ReturnType<typeof ledgerClock>;

/**
 * Model: a test clock runs on from the set instant at the pace of real time, to rehearse cron jobs and expiries; only
 * the offset from real time is stored. Ledgers themselves never go back, see `ledgerTime`.
 * @param real milliseconds since the epoch
 */
export function ledgerClock(settings: Settings, real: () => Instant) {
  return {
    real,
    /** The ledger's current time. */
    now: (): Instant => real() + Number(settings.get('clock') ?? 0),
    /** Sets the clock to an instant; `undefined` returns the clock to real time. */
    set: (at: Instant | undefined): void =>
      settings.set({ clock: at === undefined ? undefined : String(at - real()) }),
  };
}
