// Provides the embedded ledger's clock: real time, or a test clock that all processes at one database share.
import type { Instant } from '../../credits/exact.ts';
import type { Settings } from '../store/settings.ts';

/**
 * Model: a test clock runs on from the set instant at the pace of real time, to rehearse cron jobs and expiries; only
 * the offset from real time is stored. Ledgers themselves never go back, see `ledgerTime`.
 */
export interface LedgerClock {
  /** The ledger's current time. */
  readonly now: () => Instant;
  readonly real: () => Instant;
  /** Sets the clock to an instant; `undefined` returns the clock to real time. */
  readonly set: (at: Instant | undefined) => void;
}

/** @param real milliseconds since the epoch */
export function ledgerClock(settings: Settings, real: () => Instant): LedgerClock {
  return {
    real,
    now: () => real() + Number(settings.get('clock') ?? 0),
    set: (at) => settings.set({ clock: at === undefined ? undefined : String(at - real()) }),
  };
}
