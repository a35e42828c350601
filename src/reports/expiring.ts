// Which blocks expire soon, and how much of each will likely be lost at the present rate of use. Pure.

import { type CalendarDate, dateAt } from '../credits/calendar.ts';
import type { CreditBlock } from '../credits/entry.ts';
import { type Amount, compare, parseInstant, zero } from '../credits/exact.ts';
import { meanPace } from './burndown.ts';
import { project } from './projection.ts';
import type { UseRate } from './use-rate.ts';

/** A block that expires. */
export interface ExpiringBlock {
  /** Its id. */
  readonly block: string;
  readonly balance: Amount;
  /** The first day on which its credits cannot be used, in the customer's zone. */
  readonly expiresOn: CalendarDate;
  /** What will not be used by then. Nothing of a block that waits for its payment: its credits are nobody's yet. */
  readonly likelyLost: Amount;
}

/** The day on which a block expires; `undefined` if it never does. @param zone the customer's IANA time zone */
export function expiryDay({ expiry_date }: CreditBlock, zone: string): CalendarDate | undefined {
  const at = expiry_date === null ? undefined : parseInstant(expiry_date);
  return at === undefined ? undefined : dateAt(at, zone);
}

export interface ExpiringOf {
  /** All open blocks of the ledger, newest first: those that expire later are drawn on, too. */
  readonly blocks: readonly CreditBlock[];
  readonly asOf: CalendarDate;
  /** The last day that counts; `undefined` for every day. */
  readonly until: CalendarDate | undefined;
  readonly zone: string;
  readonly rate: UseRate;
}

export function expiringOf({ until, rate, ...given }: ExpiringOf): readonly ExpiringBlock[] {
  const { unused } = project({ ...given, pace: meanPace(rate) });
  return given.blocks.flatMap((block) => {
    const expiresOn = expiryDay(block, given.zone);
    if (expiresOn === undefined || (until !== undefined && expiresOn > until)) return [];
    const { id, balance } = block;
    return [{ block: id, balance, expiresOn, likelyLost: unused.get(id) ?? zero }];
  });
}

/** The most lost first, then the soonest. */
export const worstFirst = (a: ExpiringBlock, b: ExpiringBlock): number =>
  compare(b.likelyLost, a.likelyLost) || (a.expiresOn < b.expiresOn ? -1 : a.expiresOn > b.expiresOn ? 1 : 0);
