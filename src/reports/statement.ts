// Defines the statement of one ledger for one month: opening balance, every movement, closing balance, open blocks.

import type { CalendarDate, CalendarMonth } from '../credits/calendar.ts';
import type { CreditBlock, LedgerEntry } from '../credits/customer.ts';
import type { Amount } from '../credits/exact.ts';
import type { MovementSums, MovementsOptions } from './movements.ts';

export interface Statement extends Pick<MovementsOptions, 'waited'> {
  /** The external id, or `id:…`. */
  readonly customer: string;
  readonly customerName: string;
  readonly currency: string;
  /** A month of the customer's calendar: `2026-10`. */
  readonly month: CalendarMonth;
  /** The customer's IANA zone, in which the month begins and ends. */
  readonly zone: string;
  /** Whether the month is over; the statement of a running month goes up to now. */
  readonly isOver: boolean;
  /** The last day of the month that has ended; the day before the month if none has. */
  readonly completeUntil: CalendarDate;
  readonly opening: Amount;
  /** Opening balance and sums add up to this balance. */
  readonly closing: Amount;
  readonly sums: MovementSums;
  /** The currency of the values in `sums`, which is the customer's own; `null` if the customer has none yet. */
  readonly valueCurrency: string | null;
  /** The entries created in the month, oldest first. */
  readonly movements: readonly LedgerEntry[];
  /** Blocks that were open at the end of the month, and blocks that a movement names. */
  readonly blocks: readonly CreditBlock[];
  /** The day whose balances the blocks have: the last day of the statement, unless its balances are not known. */
  readonly blocksAsOf: CalendarDate;
}

/** A statement without its entries, which may not fit in memory. */
export type StatementHead = Omit<Statement, 'movements'>;
