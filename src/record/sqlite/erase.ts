// Empties what customers and operators wrote about one customer; the chain keeps the hashes, and still holds.
import type { Database, Row } from '../../database/driver.ts';
import { integer } from '../../database/row.ts';
import type { HeadWatch } from '../record.ts';
import { appendFacts } from './append.ts';
import { eventsUpTo } from './read-events.ts';
import type { CapPlace } from './standing-tables.ts';

/**
 * Call it within `database.write`. A plan that names the customer goes as a whole, unless a write of it is still open.
 * Answers how many writes were concerned.
 * @param customer as writes name it: an external id, `id:…`, or the API's own id
 */
export function eraseCustomer(
  database: Database,
  place: CapPlace,
  { customer, watch }: { readonly customer: string; readonly watch?: HeadWatch | undefined },
): number {
  const { account } = place;
  const rows = database
    .prepare(
      `SELECT noted, version, batch, run FROM writes
       WHERE account = ?1 AND customer IN (?2, 'id:' || ?2)
       UNION SELECT noted, version, batch, run FROM writes WHERE account = ?1 AND holder = ?2`,
    )
    .all(account, customer);
  const empty = database.prepare('DELETE FROM texts WHERE account = ? AND seq = ?');
  for (const row of rows)
    for (const { seq } of eventsUpTo(database, account, integer(row, 'version'))) empty.run(account, seq);
  dropPlans(database, account, rows);
  appendFacts(database, place, [{ fact: { kind: 'erased', customer } }], { watch });
  return rows.length;
}

function dropPlans(database: Database, account: number, rows: readonly Row[]): void {
  const batches = new Set(rows.flatMap(({ batch }) => (typeof batch === 'string' ? [batch] : [])));
  for (const batch of batches) {
    const open = database
      .prepare(
        "SELECT 1 FROM writes WHERE account = ? AND batch = ? AND state IN ('noted', 'unknown') LIMIT 1",
      )
      .get(account, batch);
    if (open !== undefined) continue;
    for (const table of ['plans', 'plan_pieces'])
      database
        .prepare(
          `DELETE FROM ${table} WHERE account = ?1 AND sha256 IN (SELECT plan FROM runs WHERE account = ?1 AND batch = ?2)`,
        )
        .run(account, batch);
  }
}
