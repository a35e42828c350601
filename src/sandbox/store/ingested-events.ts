// Stores the keys of ingested events for as long as an event with the same key can arrive again.
import type { Instant } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';

/** Stores the key of an event; false if the key is already stored. Call it within `database.write`. */
export function noteEventKey(database: Database, key: string, occurredAt: Instant): boolean {
  const known = database.prepare('SELECT 1 FROM ingested_events WHERE key = ?').get(key);
  if (known !== undefined) return false;
  database.prepare('INSERT INTO ingested_events (key, occurred_at) VALUES (?, ?)').run(key, occurredAt);
  return true;
}

export const forgetOldEvents = `DELETE FROM ingested_events WHERE key IN
  (SELECT key FROM ingested_events WHERE occurred_at < ? ORDER BY occurred_at LIMIT ?)`;

/** Deletes at most `most` keys of events that occurred before an instant. */
export function forgetEventKeys(database: Database, before: Instant, most: number): void {
  database.prepare(forgetOldEvents).run(before, most);
}
