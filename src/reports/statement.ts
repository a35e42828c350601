// The statement of one ledger for one month: opening balance, every movement, closing balance, open blocks.

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
  /** The last day of the month that is over; the day before its first if none is. */
  readonly completeUntil: CalendarDate;
  readonly opening: Amount;
  /** Opening balance and sums add up to it. */
  readonly closing: Amount;
  readonly sums: MovementSums;
  /** The customer's own currency, in which the values of the sums are; `null` if there is none yet. */
  readonly valueCurrency: string | null;
  /** The entries created in the month, oldest first. */
  readonly movements: readonly LedgerEntry[];
  /** Those that were open at the end of the month, and those that a movement names. */
  readonly blocks: readonly CreditBlock[];
  /** The day whose balances the blocks have: the last of the statement, unless those cannot be known. */
  readonly blocksAsOf: CalendarDate;
}

/** All of a statement but the entries, which may be more than fit in memory. */
export type StatementHead = Omit<Statement, 'movements'>;
