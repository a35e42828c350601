// The keys of events that were ingested, kept for as long as an event with one of them could come again.
import type { Instant } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';

/** Notes an event; false where one with its key is there already. Call it within `database.write`. */
export function noteEventKey(database: Database, key: string, occurredAt: Instant): boolean {
  const known = database.prepare('SELECT 1 FROM ingested_events WHERE key = ?').get(key);
  if (known !== undefined) return false;
  database.prepare('INSERT INTO ingested_events (key, occurred_at) VALUES (?, ?)').run(key, occurredAt);
  return true;
}

export const forgetOldEvents = `DELETE FROM ingested_events WHERE key IN
  (SELECT key FROM ingested_events WHERE occurred_at < ? ORDER BY occurred_at LIMIT ?)`;

/** Forgets at most so many keys of events that occurred before an instant. */
export function forgetEventKeys(database: Database, before: Instant, most: number): void {
  database.prepare(forgetOldEvents).run(before, most);
}
