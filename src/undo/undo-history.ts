// Reads from the ledger what a write did, and what happened since.
import type { LedgerEntry } from '../credits/customer.ts';
import { type Amount, add, amountFromText, compare, zero } from '../credits/exact.ts';
import type { Connection } from '../orb/connection.ts';
import { ledgerQuery } from '../requests/ledger-query.ts';
import { markerName, mayBeAnswer } from '../requests/request.ts';
import { numberText } from '../wire/json.ts';
import type { MadeEntry, UndoTarget } from './target.ts';

/** What a write did, and what happened since. */
export interface UndoHistory {
  /** Every entry that the write made, oldest first; none if the ledger has them no more. */
  readonly entries: readonly LedgerEntry[];
  /** Every later entry in its currency, oldest first. */
  readonly since: readonly LedgerEntry[];
}

/**
 * Reads the ledger from its newest entry back to those of the write. The API answered a decrement over several blocks
 * with its last entry; those before it belong to it until they add up to what was asked for (Orb docs: deduction order).
 */
export async function undoHistory(
  { customer, body, made }: Pick<UndoTarget, 'customer' | 'body' | 'made'>,
  { api }: Connection,
): Promise<UndoHistory> {
  const { currency } = made;
  const wanted = amountFromText(numberText(body.amount) ?? '') ?? zero;
  const isSpanning = made.type === 'decrement';
  const since: LedgerEntry[] = [];
  const entries: LedgerEntry[] = [];
  let total: Amount = zero;
  for await (const { record: entry } of api.entries(ledgerQuery(customer, { currency }, {}), {})) {
    if (entries.length === 0 && !isMade(entry, made)) since.push(entry);
    else if (entries.length === 0 || (isSpanning && isPart(entry, made))) {
      entries.unshift(entry);
      total = add(total, entry.amount);
    }
    if (entries.length > 0 && (!isSpanning || compare(total, wanted) >= 0)) break;
  }
  return { entries, since: entries.length === 0 ? [] : since.reverse() };
}

/** The entries that made blocks, apart from what the API makes by itself. */
export async function makingOf(
  { customer, made: { currency } }: Pick<UndoTarget, 'customer' | 'made'>,
  { api }: Connection,
): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (const type of ['increment', 'expiration_change'])
    for await (const { record } of api.entries(ledgerQuery(customer, { type, currency }, {}), {}))
      entries.push(record);
  return entries;
}

/** An older version noted another entry of a void that it found in the ledger than the API answers. */
function isMade(entry: LedgerEntry, { id, type, mark }: MadeEntry): boolean {
  if (type !== 'void') return entry.id === id;
  return (
    mayBeAnswer(entry) && (entry.id === id || (mark !== undefined && entry.metadata[markerName] === mark))
  );
}

/** An entry with the mark of another write is no part of this one, whatever the amounts add up to. */
function isPart({ entry_type, metadata }: LedgerEntry, made: MadeEntry): boolean {
  const mark = metadata[markerName];
  return entry_type === 'decrement' && (mark === undefined || mark === made.mark);
}
