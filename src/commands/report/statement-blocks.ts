// Chooses the blocks of a statement: as of the end of the month where later entries show that state, else as they are now.

import { dateAt } from '../../credits/calendar.ts';
import { type CreditBlock, drawableBalance, hasBegun, hasExpired } from '../../credits/customer.ts';
import { type Amount, agreeTo15Digits, type Instant, isZero } from '../../credits/exact.ts';
import type { Decoded } from '../../orb/decode/records.ts';
import type { BlocksAsOf } from '../../reports/blocks-as-of.ts';
import { jsonNumber } from '../../wire/json.ts';

export interface StatementBlocksOf {
  /** Every block as it is now, newest first. */
  readonly all: readonly Decoded<CreditBlock>[];
  /** The past state of blocks, from every entry up to now; `undefined` for a month that is not over. */
  readonly then: BlocksAsOf | undefined;
  /** The blocks that a movement of the month names. */
  readonly named: ReadonlySet<string>;
  /** The first instant after the statement. */
  readonly end: Instant;
  readonly now: Instant;
  /** The closing balance, which the past blocks must add up to. */
  readonly closing: Amount;
  /** The customer's IANA zone. */
  readonly zone: string;
}

/**
 * Selects the blocks that a movement names, and the blocks that were open at the end. `asOf`: the day of their balances.
 * `isLater`: the past blocks are unknown, though the month is over.
 */
export function statementBlocks(of: StatementBlocksOf) {
  const { all, then, named, end, now, closing, zone } = of;
  const last = end - 1;
  const earlier = then?.existing(all.map(({ record }) => record));
  const shown = (blocks: readonly Decoded<CreditBlock>[], at: Instant): readonly Decoded<CreditBlock>[] =>
    blocks.filter(({ record }) => named.has(record.id) || (isOpen(record, at) && hasBegun(record, last)));
  if (earlier !== undefined && agreeTo15Digits(drawableBalance(earlier, last), closing)) {
    const byId = new Map(earlier.map((block) => [block.id, block]));
    const blocks = all.flatMap(({ record: { id }, document }) => {
      const record = byId.get(id);
      return record === undefined
        ? []
        : [{ record, document: { ...document, balance: jsonNumber(record.balance), status: record.status } }];
    });
    return { blocks: shown(blocks, last), asOf: dateAt(last, zone), isLater: false };
  }
  return { blocks: shown(all, now), asOf: dateAt(now, zone), isLater: then !== undefined };
}

const isOpen = (block: CreditBlock, at: Instant): boolean => !isZero(block.balance) && !hasExpired(block, at);
