// Finds stored ledger entries by sequence, type, time or amount, newest first.

import type { BlockFilter, EntryType } from '../../credits/customer.ts';
import { type Amount, type Instant, isNegative } from '../../credits/exact.ts';
import {
  amountIn,
  amountOrNull,
  type Database,
  integer,
  integerOrNull,
  type Row,
  text,
  textOrNull,
} from '../../database/driver.ts';
import { ascendingKey, type Block, type Entry } from '../ledger/model.ts';
import { isUnbounded, type TimeRange, timeBounds } from './pages.ts';
import { runLength } from './write-entries.ts';

/** The facts of a block that its entries show; these facts never change. */
export type BlockFacts = Pick<Block, 'id' | 'expiresAt' | 'costBasis' | 'filters'>;

export interface StoredEntry {
  readonly entry: Entry;
  readonly block: BlockFacts;
}

export interface EntryFilters {
  readonly ledger: number;
  /** Only entries with a lower sequence number. */
  readonly before: number;
  readonly type: EntryType | null;
  readonly created: TimeRange;
  readonly minimum: Amount | null;
}

/** Entries newest first, at most `limit` entries. */
export function newestEntries(
  database: Database,
  filters: EntryFilters,
  limit: number,
): readonly StoredEntry[] {
  const range = sequences(database, filters);
  if (range === undefined) return [];
  const { minimum } = filters;
  if (minimum === null || isNegative(minimum)) {
    return entriesBetween(database, { ...filters, ...range, key: null }, limit);
  }
  return entriesAbove(database, { ...filters, ...range, key: ascendingKey(minimum) }, limit);
}

interface SequenceRange {
  readonly first: number;
  readonly last: number;
}

export const firstSince =
  'SELECT sequence FROM entries WHERE ledger = ? AND created_at >= ? ORDER BY created_at, sequence LIMIT 1';
export const lastUntil =
  'SELECT sequence FROM entries WHERE ledger = ? AND created_at <= ? ORDER BY created_at DESC, sequence DESC LIMIT 1';

/** `created_at` never decreases along a ledger, so a range of time is a range of sequence numbers. */
function sequences(database: Database, { ledger, before, created }: EntryFilters): SequenceRange | undefined {
  const last = before - 1;
  if (isUnbounded(created)) return { first: 0, last };
  const { from, until } = timeBounds(created);
  const oldest = database.prepare(firstSince).get(ledger, from);
  const newest = database.prepare(lastUntil).get(ledger, until);
  if (oldest === undefined || newest === undefined) return undefined;
  return { first: integer(oldest, 'sequence'), last: Math.min(last, integer(newest, 'sequence')) };
}

interface Search extends SequenceRange {
  readonly ledger: number;
  readonly type: EntryType | null;
  /** The smallest `ascendingKey` of an amount; `null` is no minimum. */
  readonly key: string | null;
}

export function selectEntries({ type, key }: Pick<Search, 'type' | 'key'>): string {
  // Without INDEXED BY the planner may scan by sequence and filter by type, which is slow for a rare type.
  const index = type === null ? '' : 'INDEXED BY entries_type';
  return `SELECT e.*, b.expires_at AS block_expires_at, b.cost_basis AS block_cost_basis, b.filters AS block_filters
    FROM entries e ${index} CROSS JOIN blocks b ON b.id = e.block
    WHERE e.ledger = ? ${type === null ? '' : 'AND e.type = ?'} AND e.sequence >= ? AND e.sequence <= ?
    ${key === null ? '' : 'AND e.amount_key >= ?'} ORDER BY e.sequence DESC LIMIT ?`;
}

function entriesBetween(database: Database, search: Search, limit: number): readonly StoredEntry[] {
  const { ledger, type, key, first, last } = search;
  return database
    .prepare(selectEntries(search))
    .all(ledger, ...given(type), first, last, ...given(key), limit)
    .map(storedEntry);
}

export function selectRuns(type: EntryType | null): string {
  return `SELECT DISTINCT run FROM amount_peaks
    WHERE ledger = ? AND run >= ? AND run <= ? AND peak >= ? ${type === null ? '' : 'AND type = ?'} ORDER BY run DESC LIMIT ?`;
}

/** Reads only runs whose peak reaches the key. A run may still yield nothing if it is the first or last, or if its peak entry shrank. */
function entriesAbove(
  database: Database,
  search: Search & { readonly key: string },
  limit: number,
): readonly StoredEntry[] {
  const found: StoredEntry[] = [];
  const lowest = Math.floor(search.first / runLength);
  let highest = Math.floor(search.last / runLength);
  const portion = Math.min(limit + 2, 64);
  while (found.length < limit) {
    const runs = database
      .prepare(selectRuns(search.type))
      .all(search.ledger, lowest, highest, search.key, ...given(search.type), portion)
      .map((row) => integer(row, 'run'));
    for (const run of runs) {
      if (found.length >= limit) break;
      const first = Math.max(search.first, run * runLength);
      const last = Math.min(search.last, run * runLength + runLength - 1);
      found.push(...entriesBetween(database, { ...search, first, last }, limit - found.length));
    }
    const lastRun = runs.at(-1);
    if (lastRun === undefined || runs.length < portion) break;
    highest = lastRun - 1;
  }
  return found;
}

const given = (value: string | null): readonly string[] => (value === null ? [] : [value]);

/** An entry and all later entries, oldest first. */
export function entriesFrom(database: Database, ledger: number, sequence: number): readonly StoredEntry[] {
  const search = { ledger, type: null, key: null, first: sequence, last: Number.MAX_SAFE_INTEGER };
  return [...entriesBetween(database, search, Number.MAX_SAFE_INTEGER)].reverse();
}

/** Narrows a range of creation times to one status. @param until the last instant whose entries are committed */
export function statusRange(
  range: TimeRange,
  status: 'committed' | 'pending' | null,
  until: Instant,
): TimeRange {
  if (status === 'committed') return { ...range, lte: Math.min(range.lte ?? until, until) };
  if (status === 'pending') return { ...range, gt: Math.max(range.gt ?? until, until) };
  return range;
}

function storedEntry(row: Row): StoredEntry {
  return {
    entry: entryIn(row),
    block: {
      id: text(row, 'block'),
      expiresAt: integerOrNull(row, 'block_expires_at'),
      costBasis: textOrNull(row, 'block_cost_basis'),
      filters: JSON.parse(text(row, 'block_filters')) as readonly BlockFilter[],
    },
  };
}

function entryIn(row: Row): Entry {
  return {
    id: text(row, 'id'),
    sequence: integer(row, 'sequence'),
    type: text(row, 'type') as EntryType,
    amount: amountIn(row, 'amount'),
    starting: amountIn(row, 'starting'),
    ending: amountIn(row, 'ending'),
    createdAt: integer(row, 'created_at'),
    description: textOrNull(row, 'description'),
    metadata: JSON.parse(text(row, 'metadata')) as Readonly<Record<string, string>>,
    blockId: text(row, 'block'),
    newBlockExpiresAt: integerOrNull(row, 'new_block_expires_at'),
    newBlockId: textOrNull(row, 'new_block'),
    continues: integer(row, 'continues') === 1,
    voidAmount: amountOrNull(row, 'void_amount'),
    voidReason: textOrNull(row, 'void_reason'),
    invoiceId: textOrNull(row, 'invoice'),
  };
}

export const selectHistory = 'SELECT * FROM entries WHERE ledger = ? ORDER BY sequence';

/** All entries of a ledger, oldest first; memory grows with the ledger. */
export function allEntries(database: Database, ledger: number): readonly Entry[] {
  return database.prepare(selectHistory).all(ledger).map(entryIn);
}
