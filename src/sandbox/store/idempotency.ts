// Stores answers under their idempotency key, in the transaction of the write that they answer.
import type { Instant } from '../../credits/exact.ts';
import { type Database, integer, text } from '../../database/driver.ts';

/** Lifetime of a key in milliseconds; a later request with the key is executed again (Orb docs: idempotency). */
const idempotencyWindow = 48 * 60 * 60 * 1000;

export interface KeptAnswer {
  /** A hash of the request: its method, path and body. */
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
}

export function keptAnswer(database: Database, key: string, now: Instant): KeptAnswer | undefined {
  const row = database
    .prepare('SELECT fingerprint, status, body, created_at FROM idempotency WHERE key = ?')
    .get(key);
  if (row === undefined || integer(row, 'created_at') <= now - idempotencyWindow) return undefined;
  return { fingerprint: text(row, 'fingerprint'), status: integer(row, 'status'), body: text(row, 'body') };
}

export const forgetOldest =
  'DELETE FROM idempotency WHERE key IN (SELECT key FROM idempotency WHERE created_at <= ? ORDER BY created_at LIMIT 16)';

/** Stores an answer and deletes a few expired answers: more than are added, so that the table does not grow. */
export function keepAnswer(
  database: Database,
  { key, now }: { readonly key: string; readonly now: Instant },
  answer: KeptAnswer,
): void {
  database.prepare(forgetOldest).run(now - idempotencyWindow);
  database
    .prepare(
      'INSERT OR REPLACE INTO idempotency (key, fingerprint, status, body, created_at) VALUES (?, ?, ?, ?, ?)',
    )
    .run(key, answer.fingerprint, answer.status, answer.body, now);
}
