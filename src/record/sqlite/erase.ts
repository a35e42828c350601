// Erases the texts about one customer; the chain keeps their hashes and stays valid.
import { type Database, integer } from '../../database/driver.ts';
import { CreditctlError } from '../../errors.ts';
import { attemptsFor, erasedFacts, spellingsOf } from '../customer-names.ts';
import { appendFacts } from './append.ts';
import type { CapPlace } from './current-tables.ts';
import { removePlan, removeUnfinishedPlans, replacePlan } from './plans.ts';
import { eventsUpTo } from './read-events.ts';

interface Erasing {
  readonly names: readonly string[];
  readonly plans: ReadonlyMap<string, string>;
  /** The link of the head before the plans were read. */
  readonly since: number | undefined;
}

/** Call this within `database.write`. See `AccountRecord.erase`. */
export function eraseCustomer(
  database: Database,
  place: CapPlace,
  { names, plans, since }: Erasing,
): number | undefined {
  const { account } = place;
  const spellings = spellingsOf(names);
  const { customers, holders } = spellings;
  if (since !== undefined && isOutdated(database, account, { since, ...spellings })) {
    for (const left of plans.values()) removePlan(database, account, left);
    return undefined;
  }
  // An earlier attempt under a key may have been for another customer than the row names.
  const rows = database
    .prepare(
      `SELECT version FROM writes WHERE account = ?1 AND (attempt > 1
        OR customer IN (SELECT value FROM json_each(?2))
        OR holder IN (SELECT value FROM json_each(?3)) OR entry IN (SELECT value FROM json_each(?3)))`,
    )
    .all(account, JSON.stringify(customers), JSON.stringify(holders));
  const empty = database.prepare('DELETE FROM texts WHERE account = ? AND seq = ? RETURNING seq');
  let [count, texts] = [0, 0];
  for (const row of rows) {
    const events = eventsUpTo(database, account, integer(row, 'version'));
    const attempts = attemptsFor(spellings, events);
    for (const { seq, attempt } of events) if (attempts.has(attempt)) texts += empty.all(account, seq).length;
    if (attempts.size > 0) count += 1;
  }
  for (const [sha256, left] of plans) replacePlan(database, account, { sha256, left });
  // No plan leads to their customers.
  removeUnfinishedPlans(database, account);
  appendFacts(database, place, { facts: erasedFacts(names, plans) });
  return texts > 0 || plans.size > 0 ? count : 0;
}

/**
 * Whether what was read at `since` has changed. After another erasure, the new plans have rows of that customer. A write
 * that was begun meanwhile needs its texts to be settled.
 */
const isOutdated = (
  database: Database,
  account: number,
  { since, customers, holders }: { readonly since: number } & ReturnType<typeof spellingsOf>,
): boolean =>
  database
    .prepare(
      `SELECT 1 AS is_there FROM events
       WHERE account = ?1 AND seq > (SELECT last FROM links WHERE account = ?1 AND link = ?2)
         AND (json_extract(body, '$.kind') IN ('erased', 'batch_begun') OR json_extract(body, '$.kind') = 'noted'
           AND (json_extract(body, '$.customer') IN (SELECT value FROM json_each(?3))
             OR json_extract(body, '$.reserves.customer') IN (SELECT value FROM json_each(?4)))) LIMIT 1`,
    )
    .get(account, since, JSON.stringify(customers), JSON.stringify(holders)) !== undefined;

/**
 * Rewrites the file without the bytes of deleted texts, which SQLite leaves in free pages. The rollback journal may keep
 * such bytes too, so it is truncated after each transaction from here on. Throws a CreditctlError if the rewrite fails,
 * for example on a full disk; the texts are no longer readable through the record then.
 */
export function vacuum(database: Database): void {
  try {
    database.prepare('PRAGMA journal_mode=TRUNCATE').get();
    database.exec('VACUUM');
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    const message = `The texts are erased, but their bytes may still be in the file. ${error.message}`;
    throw error.with({ applied: 'yes', retrySafe: true }, message);
  }
}
