// Stores which entries of a ledger are automatic deductions, and for which usage.

import { zero } from '../../credits/exact.ts';
import { type Database, insertRow, integer, type Row, text, textOrNull } from '../../database/driver.ts';
import type { KeptUsage, LedgerInMemory } from '../ledger/ledger-in-memory.ts';
import type { UsageEntry, UsageKind } from '../ledger/usage.ts';

/** The position of an automatic deduction, and the block that it drew from. */
export interface UsagePlace {
  readonly ledger: number;
  readonly sequence: number;
  readonly blockId: string;
}

/** @param kept the usage data that a replay preserves; a new deduction is carried by its own block */
export function insertUsage(
  database: Database,
  { ledger, sequence, blockId }: UsagePlace,
  { kind, bearerId = blockId, covered = zero }: Partial<KeptUsage> & Pick<KeptUsage, 'kind'>,
): void {
  insertRow(database, 'usage_entries', {
    ...{ ledger, sequence, covered },
    block: blockId,
    item: kind.itemId,
    price: kind.priceId,
    invoice: kind.invoiceId,
    day: kind.day,
    day_starts_at: kind.dayStartsAt,
    bearer: bearerId,
  });
}

export const lastOfUsage = `SELECT entries.sequence AS sequence, created_at
  FROM usage_entries JOIN entries USING (ledger, sequence)
  WHERE usage_entries.ledger = ? AND usage_entries.block = ? AND price = ? AND usage_entries.invoice = ? AND day = ?
  ORDER BY usage_entries.sequence DESC LIMIT 1`;

/** The last deduction from a block for usage of a kind. */
export function lastUsageEntry(
  database: Database,
  { ledger, blockId }: Pick<UsagePlace, 'ledger' | 'blockId'>,
  { priceId, invoiceId, day }: UsageKind,
): UsageEntry | undefined {
  const row = database.prepare(lastOfUsage).get(ledger, blockId, priceId, invoiceId, day);
  return row === undefined
    ? undefined
    : { sequence: integer(row, 'sequence'), createdAt: integer(row, 'created_at') };
}

export const selectUsage = `SELECT sequence, item, price, invoice, day, day_starts_at FROM usage_entries
  WHERE ledger = ? AND sequence >= ? AND sequence <= ?`;

/** The usage behind the automatic deductions in a range of a ledger, by sequence number. */
export function usageBetween(
  database: Database,
  ledger: number,
  { first, last }: { readonly first: number; readonly last: number },
): ReadonlyMap<number, UsageKind> {
  const rows = database.prepare(selectUsage).all(ledger, first, last);
  return new Map(rows.map((row) => [integer(row, 'sequence'), kindIn(row)]));
}

/** Stores the usage behind the deductions of a ledger again, after a replay replaced its entries. */
export function replaceUsage(database: Database, ledger: number, { entries, usage }: LedgerInMemory): void {
  database.prepare('DELETE FROM usage_entries WHERE ledger = ?').run(ledger);
  for (const { sequence, blockId } of entries) {
    const kept = usage.get(sequence);
    if (kept !== undefined) insertUsage(database, { ledger, sequence, blockId }, kept);
  }
}

function kindIn(row: Row): UsageKind {
  return {
    itemId: textOrNull(row, 'item'),
    priceId: text(row, 'price'),
    invoiceId: text(row, 'invoice'),
    day: text(row, 'day'),
    dayStartsAt: integer(row, 'day_starts_at'),
  };
}
