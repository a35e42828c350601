// A credit block as a row: its columns, and back again.

import type { BlockFilter, BlockSource, BlockStatus } from '../../credits/entry.ts';
import { isNegative, isPositive } from '../../credits/exact.ts';
import {
  amountIn,
  type Database,
  integer,
  integerOrNull,
  type Row,
  text,
  textOrNull,
} from '../../database/driver.ts';
import { type Block, deductionKey, nextDueAt } from '../ledger/model.ts';

export interface StoredBlock {
  /** Counts up in order of creation, over all ledgers. */
  readonly ordinal: number;
  readonly ledger: number;
  readonly block: Block;
}

export const blockColumns =
  'ordinal, id, ledger, balance, initial, effective_at, expires_at, cost_basis, status, counted, filters, source, ceiling';

export function storedBlock(row: Row): StoredBlock {
  return {
    ordinal: integer(row, 'ordinal'),
    ledger: integer(row, 'ledger'),
    block: {
      id: text(row, 'id'),
      balance: amountIn(row, 'balance'),
      initial: amountIn(row, 'initial'),
      effectiveAt: integer(row, 'effective_at'),
      expiresAt: integerOrNull(row, 'expires_at'),
      costBasis: textOrNull(row, 'cost_basis'),
      status: text(row, 'status') as BlockStatus,
      counted: integer(row, 'counted') === 1,
      filters: JSON.parse(text(row, 'filters')) as readonly BlockFilter[],
      source: text(row, 'source') as BlockSource,
      ceiling: amountIn(row, 'ceiling'),
    },
  };
}

/** @param place its ledger, and where it stands in the order of creation; `null` puts it last */
export function insertBlock(
  database: Database,
  { ledger, ordinal }: { readonly ledger: number; readonly ordinal: number | null },
  block: Block,
): void {
  database
    .prepare(
      `INSERT INTO blocks (ordinal, id, ledger, balance, initial, effective_at, expires_at, cost_basis, status, counted, filters, source, ceiling, sign, deduction_key, due_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ordinal,
      block.id,
      ledger,
      block.balance,
      block.initial,
      block.effectiveAt,
      block.expiresAt,
      block.costBasis,
      block.status,
      block.counted ? 1 : 0,
      JSON.stringify(block.filters),
      block.source,
      block.ceiling,
      signOf(block),
      deductionKey(block),
      nextDueAt(block),
    );
}

/** Writes what may change of a block; its dates, cost basis and filters never do, its initial balance only in a replay. */
export function updateBlock(database: Database, block: Block): void {
  database
    .prepare(
      'UPDATE blocks SET balance = ?, initial = ?, status = ?, counted = ?, ceiling = ?, sign = ?, due_at = ? WHERE id = ?',
    )
    .run(
      block.balance,
      block.initial,
      block.status,
      block.counted ? 1 : 0,
      block.ceiling,
      signOf(block),
      nextDueAt(block),
      block.id,
    );
}

/** What the indexes know of a balance: whether there is any, and which way. */
export function signOf({ balance }: Block): -1 | 0 | 1 {
  if (isNegative(balance)) return -1;
  return isPositive(balance) ? 1 : 0;
}
