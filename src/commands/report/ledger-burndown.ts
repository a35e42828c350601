// Reads the blocks and the usage of one ledger, and projects when its credits run out.

import { startOfDay } from '../../credits/calendar.ts';
import { instantOf } from '../../credits/customer.ts';
import { type Amount, zero } from '../../credits/exact.ts';
import { ClosingBalances, type DayBalance } from '../../reports/balance-series.ts';
import { BlocksAsOf } from '../../reports/blocks-as-of.ts';
import { type Burndown, burndownOf, UseByDay } from '../../reports/burndown.ts';
import { blocksAtAnEntry, entriesOf, type Ledger, newestEntry, wasUsedBefore } from '../every-ledger.ts';
import type { Moment, Window } from './burndown-window.ts';

export interface LedgerBurndown extends Burndown {
  /** The balance of each day that was read, up to the day of the report. */
  readonly history: readonly DayBalance[];
  /** Whether the ledger has never had an entry or a block. */
  readonly isEmpty: boolean;
}

export interface BurndownReading {
  readonly moment: Moment;
  readonly window: Window;
  /** The customer's IANA time zone. */
  readonly zone: string;
  readonly onEntry: () => void;
}

/** A past day needs the whole ledger. Today needs only the days of the window, and two entries before the window. */
export async function ledgerBurndown(ledger: Ledger, reading: BurndownReading): Promise<LedgerBurndown> {
  const { moment, window, zone, onEntry } = reading;
  const { today, at, isPast, isOver } = moment;
  const use = new UseByDay(zone);
  const closing = new ClosingBalances(zone);
  const past = isPast ? new BlocksAsOf(at) : undefined;
  const from = startOfDay(window.from, zone);
  const { last, blocks: now } = await blocksAtAnEntry(ledger, { all: isPast });
  for await (const { record } of entriesOf(ledger, isPast ? {} : { range: { from } })) {
    onEntry();
    if (record.ledger_sequence_number > last) continue;
    past?.add(record);
    if (instantOf(record) > at) continue;
    use.add(record);
    closing.add(record);
  }
  const earlier = isPast ? undefined : await newestEntry(ledger, { range: { before: from } });
  const wasUsed = window.needsFirstUse && earlier !== undefined && (await wasUsedBefore(ledger, from));
  const blocks = past === undefined ? now : past.blocks(now);
  const rate = use.rate(window.span(wasUsed ? window.from : use.firstDay));
  const burndown = burndownOf({ blocks, asOf: today, isOver, at, zone, rate });
  const opening: Amount = earlier?.ending_balance ?? zero;
  const began = earlier === undefined ? (closing.firstDay ?? today) : window.from;
  const first = began > window.from ? began : window.from;
  return {
    ...burndown,
    history: [
      ...closing.series(first, today, opening).slice(0, -1),
      { day: today, balance: burndown.balance },
    ],
    isEmpty: blocks.length === 0 && earlier === undefined && closing.firstDay === undefined,
  };
}
