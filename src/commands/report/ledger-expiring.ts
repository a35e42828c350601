// Reads the blocks of one ledger that expire soon, and how fast its credits are used, and estimates what will be lost.

import { dateAt, daysAfter, readDate, startOfDay } from '../../credits/calendar.ts';
import type { CreditBlock } from '../../credits/customer.ts';
import type { Instant } from '../../credits/exact.ts';
import {
  basisDaysUsual,
  type ExpiringBlock,
  expiringOf,
  expiryDayUntil,
  UseByDay,
  usualSpan,
} from '../../reports/burndown.ts';
import { knownZone } from '../../writes/customer.ts';
import { blocksOf, entriesOf, type Ledger, wasUsedBefore } from '../every-ledger.ts';

export interface ExpiringReading {
  readonly now: Instant;
  /** How far to look ahead, as a relative date: `+30d`. */
  readonly within: string;
  readonly onEntry: () => void;
}

/** Empty where no block expires in time. Throws a `server` error for a zone that this Node does not know. */
export async function ledgerExpiring(
  ledger: Ledger,
  { now, within, onEntry }: ExpiringReading,
): Promise<readonly ExpiringBlock[]> {
  const blocks: CreditBlock[] = [];
  for await (const { record } of blocksOf(ledger, { all: false })) blocks.push(record);
  onEntry();
  if (blocks.every(({ expiry_date }) => expiry_date === null)) return [];
  const zone = knownZone(ledger.customer.timezone);
  const reading = readDate(within, now, zone);
  // Beyond the last year that can be written, nothing is left out.
  const until = reading.kind === 'date' ? reading.date : undefined;
  if (blocks.every((block) => expiryDayUntil(block, { until, zone }) === undefined)) return [];
  const asOf = dateAt(now, zone);
  const from = startOfDay(daysAfter(asOf, -basisDaysUsual), zone);
  const use = new UseByDay(zone);
  for await (const { record } of entriesOf(ledger, { type: 'decrement', range: { from } })) use.add(record);
  const firstUse = (await wasUsedBefore(ledger, from)) ? dateAt(from, zone) : use.firstDay;
  const rate = use.rate(usualSpan(asOf, { isOver: false, firstUse }));
  return expiringOf({ blocks, asOf, until, zone, rate });
}
