// Numbers the entries of a copied ledger from 1 without gaps, as this store does: another account may leave some out.
import type { Database } from '../../database/driver.ts';
import { runLength } from '../store/write-entries.ts';

/** Call it within a transaction, once all entries are there. */
export function renumber(database: Database, ledger: number): void {
  // Below zero first, so that no number is taken twice on the way.
  for (const table of ['usage_entries', 'entries']) {
    database
      .prepare(
        `UPDATE ${table} SET sequence = -numbered.place FROM
           (SELECT sequence AS was, row_number() OVER (ORDER BY sequence) AS place FROM entries WHERE ledger = ?1) numbered
         WHERE ${table}.ledger = ?1 AND ${table}.sequence = numbered.was`,
      )
      .run(ledger);
  }
  for (const table of ['usage_entries', 'entries'])
    database.prepare(`UPDATE ${table} SET sequence = -sequence WHERE ledger = ?`).run(ledger);
  database.prepare('DELETE FROM amount_peaks WHERE ledger = ?').run(ledger);
  database
    .prepare(
      `INSERT INTO amount_peaks (ledger, run, type, peak)
       SELECT ledger, sequence / ${runLength}, type, max(amount_key) FROM entries WHERE ledger = ? GROUP BY 2, 3`,
    )
    .run(ledger);
}
