// Usage in the store: which entries of a ledger are automatic deductions, and what for.
import type { Database } from './driver.ts';
import { integer, text } from './row.ts';

/** What an automatic deduction was for. */
export interface UsageFacts {
  readonly priceId: string;
  readonly invoiceId: string;
}

export const usageBetween =
  'SELECT sequence, price, invoice FROM usage_entries WHERE ledger = ? AND sequence >= ? AND sequence <= ?';

/** By sequence number, for the automatic deductions of a stretch of a ledger. */
export function usageFacts(
  database: Database,
  ledger: number,
  { first, last }: { readonly first: number; readonly last: number },
): ReadonlyMap<number, UsageFacts> {
  const table = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'usage_entries'").get();
  if (table === undefined) return new Map();
  const rows = database.prepare(usageBetween).all(ledger, first, last);
  return new Map(
    rows.map((row) => [
      integer(row, 'sequence'),
      { priceId: text(row, 'price'), invoiceId: text(row, 'invoice') },
    ]),
  );
}
