// Stores credit blocks, and finds them by id, for a decision of the ledger core, or newest first.
import type { BlockFilter, BlockSource, BlockStatus } from '../../credits/customer.ts';
import { type Instant, isNegative, isPositive } from '../../credits/exact.ts';
import {
  amountIn,
  type Database,
  insertRow,
  integer,
  integerOrNull,
  type Row,
  text,
  textOrNull,
} from '../../database/driver.ts';
import {
  type Block,
  deductionKey,
  filteredKind,
  isExpired,
  keysOutlasting,
  nextDueAt,
  unfilteredKind,
} from '../ledger/model.ts';
import { isUnbounded, latestRows, type PageFilter, rowsAfter, rowsInPortions } from './pages.ts';

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

/** @param place the block's ledger, and the block's position in the order of creation; `null` is last */
export function insertBlock(
  database: Database,
  { ledger, ordinal }: { readonly ledger: number; readonly ordinal: number | null },
  block: Block,
): void {
  const { id, balance, initial, status, source, ceiling } = block;
  insertRow(database, 'blocks', {
    ...{ ordinal, id, ledger, balance, initial, status, source, ceiling },
    effective_at: block.effectiveAt,
    expires_at: block.expiresAt,
    cost_basis: block.costBasis,
    counted: Number(block.counted),
    filters: JSON.stringify(block.filters),
    sign: signOf(block),
    deduction_key: deductionKey(block),
    due_at: nextDueAt(block),
  });
}

/** Writes the fields of a block that can change. Dates, cost basis and filters never change, the initial balance only in a replay. */
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

/** The sign of a balance, as the indexes store it: credits (1), none (0) or a debt (-1). */
export function signOf({ balance }: Block): -1 | 0 | 1 {
  if (isNegative(balance)) return -1;
  return isPositive(balance) ? 1 : 0;
}

export function blockById(database: Database, id: string): StoredBlock | undefined {
  const row = database.prepare(`SELECT ${blockColumns} FROM blocks WHERE id = ?`).get(id);
  return row === undefined ? undefined : storedBlock(row);
}

const drawable = `SELECT ${blockColumns}, deduction_key FROM blocks INDEXED BY blocks_drawable
  WHERE ledger = ? AND sign = 1 AND counted = 1`;
export const drawableTied = `${drawable} AND deduction_key = ? AND ordinal > ? ORDER BY ordinal LIMIT ?`;
export const drawableBeyond = `${drawable} AND deduction_key > ? ORDER BY deduction_key, ordinal LIMIT ?`;

/** The place of a block in the order of deductions. */
const pointOf = (row: Row) => ({ key: text(row, 'deduction_key'), ordinal: integer(row, 'ordinal') });

/** Drawable blocks in deduction order. */
export function* drawableBlocks(database: Database, ledger: number): Iterable<Block> {
  const read = ({ key, ordinal }: ReturnType<typeof pointOf>, most: number) =>
    rowsAfter(
      most,
      (limit) => database.prepare(drawableTied).all(ledger, key, ordinal, limit),
      (limit) => database.prepare(drawableBeyond).all(ledger, key, limit),
    );
  const rows = rowsInPortions({ begin: { key: '', ordinal: 0 }, pointOf, read }, 4);
  for (const row of rows) yield storedBlock(row).block;
}

const counted = `SELECT ${blockColumns}, deduction_key FROM blocks INDEXED BY blocks_counted
  WHERE ledger = ? AND counted = 1`;
export const countedTied = `${counted} AND deduction_key = ? AND ordinal < ? ORDER BY ordinal DESC LIMIT ?`;
export const countedBefore = `${counted} AND deduction_key >= ? AND deduction_key < ?
  ORDER BY deduction_key DESC, ordinal DESC LIMIT ?`;

/** Counted blocks that have not expired, in reverse deduction order: blocks for all items come before blocks limited to items. */
export function* lastBlocks(database: Database, ledger: number, at: Instant): Iterable<Block> {
  for (const kind of [unfilteredKind, filteredKind]) {
    const { first, beyond } = keysOutlasting(at, kind);
    const read = ({ key, ordinal }: ReturnType<typeof pointOf>, most: number) =>
      rowsAfter(
        most,
        (limit) => database.prepare(countedTied).all(ledger, key, ordinal, limit),
        (limit) => database.prepare(countedBefore).all(ledger, first, key, limit),
      );
    for (const row of rowsInPortions({ begin: { key: beyond, ordinal: 0 }, pointOf, read }, 1)) {
      const { block } = storedBlock(row);
      if (!isExpired(block, at)) yield block;
    }
  }
}

export const holdingByExpiry = `SELECT ${blockColumns} FROM blocks WHERE ledger = ? AND sign = 1 AND expires_at IS ? LIMIT 2`;

/** Up to two blocks that hold credits and expire at an instant (`null`: never). */
export function blocksHolding(
  database: Database,
  ledger: number,
  expiresAt: Instant | null,
): readonly Block[] {
  const rows = database.prepare(holdingByExpiry).all(ledger, expiresAt);
  return rows.map((row) => storedBlock(row).block);
}

export const dueInOrder = `SELECT ${blockColumns} FROM blocks
  WHERE ledger = ? AND due_at IS NOT NULL AND due_at <= ? ORDER BY due_at, ordinal LIMIT ?`;

/** Blocks that fell due by `at`, the earliest first. */
export function dueBlocks(
  database: Database,
  { ledger, at }: { readonly ledger: number; readonly at: Instant },
  limit: number,
): readonly StoredBlock[] {
  return database.prepare(dueInOrder).all(ledger, at, limit).map(storedBlock);
}

export interface BlockFilters extends PageFilter {
  readonly ledger: number;
  /** Whether expired and empty blocks are included. */
  readonly all: boolean;
}

/**
 * Blocks newest first. Model: in order of creation, or of effective dates if the filter has a range of effective dates,
 * because Orb states no order (contract: CreditBlock).
 */
export function newestBlocks(
  database: Database,
  { ledger, all, ...filter }: BlockFilters,
): readonly StoredBlock[] {
  const rows = isUnbounded(filter.within)
    ? database.prepare(newestFirst(all)).all(ledger, filter.after.ordinal, filter.limit)
    : latestRows(database, { ...latestEffectiveFirst(all), of: [ledger] }, filter);
  return rows.map(storedBlock);
}

export function newestFirst(all: boolean): string {
  const among = all ? 'INDEXED BY blocks_newest WHERE' : 'INDEXED BY blocks_open WHERE sign <> 0 AND';
  return `SELECT ${blockColumns} FROM blocks ${among} ledger = ? AND ordinal < ? ORDER BY ordinal DESC LIMIT ?`;
}

export function latestEffectiveFirst(all: boolean): { readonly tied: string; readonly beyond: string } {
  const index = all ? 'blocks_effective WHERE' : 'blocks_open_effective WHERE sign <> 0 AND';
  const select = `SELECT ${blockColumns} FROM blocks INDEXED BY ${index} ledger = ?`;
  return {
    tied: `${select} AND effective_at = ? AND ordinal < ? ORDER BY ordinal DESC LIMIT ?`,
    beyond: `${select} AND effective_at >= ? AND effective_at <= ? ORDER BY effective_at DESC, ordinal DESC LIMIT ?`,
  };
}

export const selectMade = `SELECT ${blockColumns} FROM blocks INDEXED BY blocks_newest WHERE ledger = ? ORDER BY ordinal`;

/** All blocks of a ledger in order of creation. */
export function allBlocks(database: Database, ledger: number): readonly StoredBlock[] {
  return database.prepare(selectMade).all(ledger).map(storedBlock);
}
