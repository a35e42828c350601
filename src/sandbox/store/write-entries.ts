// Writes ledger entries: appends them, changes pending ones, and replaces them after a replay.
import { isDeepStrictEqual } from 'node:util';
import type { EntryType } from '../../credits/customer.ts';
import type { Database, Value } from '../../database/driver.ts';
import { insertRows } from '../../database/insert-rows.ts';
import { ascendingKey, type Entry } from '../ledger/model.ts';

/** Consecutive entries that share one row of `amount_peaks`. */
export const runLength = 256;

const columns = [
  ...['sequence', 'id', 'type', 'amount', 'amount_key', 'starting', 'ending', 'created_at', 'description'],
  ...['metadata', 'block', 'new_block_expires_at', 'void_amount', 'void_reason', 'invoice', 'new_block'],
  'continues',
];

export function insertEntries(database: Database, ledger: number, entries: readonly Entry[]): void {
  insertRows(database, { table: 'entries', common: { ledger }, columns, rows: entries.map(valuesOf) });
  const peaks = new Map<string, Peak>();
  for (const entry of entries) {
    const peak = ascendingKey(entry.amount);
    const place = `${runOf(entry)} ${entry.type}`;
    if (peak > (peaks.get(place)?.peak ?? ''))
      peaks.set(place, { run: runOf(entry), type: entry.type, peak });
  }
  for (const peak of peaks.values()) raisePeak(database, ledger, peak);
}

const runOf = ({ sequence }: Entry): number => Math.floor(sequence / runLength);

const valuesOf = (entry: Entry): readonly Value[] => [
  entry.sequence,
  entry.id,
  entry.type,
  entry.amount,
  ascendingKey(entry.amount),
  entry.starting,
  entry.ending,
  entry.createdAt,
  entry.description,
  JSON.stringify(entry.metadata),
  entry.blockId,
  entry.newBlockExpiresAt,
  entry.voidAmount,
  entry.voidReason,
  entry.invoiceId,
  entry.newBlockId,
  entry.continues ? 1 : 0,
];

interface Peak {
  readonly run: number;
  readonly type: EntryType;
  readonly peak: string;
}

function raisePeak(database: Database, ledger: number, { run, type, peak }: Peak): void {
  database
    .prepare(
      `INSERT INTO amount_peaks (ledger, run, type, peak) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET peak = excluded.peak WHERE excluded.peak > peak`,
    )
    .run(ledger, run, type, peak);
}

/** Rewrites the amounts of a pending entry. If its amount shrinks, the peak of its run stays, and a search may read that run in vain. */
export function changeAmounts(database: Database, ledger: number, entry: Entry): void {
  const peak = ascendingKey(entry.amount);
  database
    .prepare(
      'UPDATE entries SET amount = ?, amount_key = ?, starting = ?, ending = ? WHERE ledger = ? AND sequence = ?',
    )
    .run(entry.amount, peak, entry.starting, entry.ending, ledger, entry.sequence);
  raisePeak(database, ledger, { run: runOf(entry), type: entry.type, peak });
}

/** Replaces the entries of a ledger. Both lists are numbered from 1; entries up to the first change stay. */
export function replaceEntries(
  database: Database,
  ledger: number,
  { before, after }: { readonly before: readonly Entry[]; readonly after: readonly Entry[] },
): void {
  const changed = after.findIndex((entry, index) => !isDeepStrictEqual(entry, before[index]));
  const firstSequence = (changed === -1 ? after.length : changed) + 1;
  // Peaks are stored per run, so a run is rewritten as a whole.
  const run = Math.floor(firstSequence / runLength);
  const first = run * runLength;
  database.prepare('DELETE FROM entries WHERE ledger = ? AND sequence >= ?').run(ledger, first);
  database.prepare('DELETE FROM amount_peaks WHERE ledger = ? AND run >= ?').run(ledger, run);
  insertEntries(database, ledger, after.slice(Math.max(first - 1, 0)));
}
