// The embedded ledger's clock: real time, or a test clock that all processes at one database follow.
import type { Instant } from '../../credits/exact.ts';
import type { Settings } from '../store/settings.ts';

/**
 * Model: a clock that was set runs on from there, at the pace of real time, because what is rehearsed is cron jobs
 * and expiries; only the distance to real time is kept. Ledgers themselves never go back, see `ledgerTime`.
 */
export interface LedgerClock {
  /** What the ledger takes for now. */
  readonly now: () => Instant;
  readonly real: () => Instant;
  /** Moves it to an instant; `undefined` makes it real time again. */
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
