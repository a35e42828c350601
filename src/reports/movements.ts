// What moved the balance of a ledger: granted, used, expired, voided, amended and the rest, by period.
import type { Amount } from '../credits/amount.ts';

/** What moved a balance in a span of time. Opening + granted + amended − used − expired − voided + other = closing. */
export interface MovementSums {
  readonly granted: Amount;
  readonly used: Amount;
  readonly expired: Amount;
  readonly voided: Amount;
  readonly amended: Amount;
  /** What became effective after it was granted, and what changed without an entry; may be negative. */
  readonly other: Amount;
  /** How many of the entries may still change. */
  readonly pending: number;
}
