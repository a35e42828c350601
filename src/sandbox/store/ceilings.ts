// Schema step 4: replaces each block's drawn and voided amounts by its ceiling, the most that the block may still hold.
import { type Amount, larger, subtract, zero } from '../../credits/exact.ts';
import { amountIn, type Database, integer, type Row, text } from '../../database/driver.ts';

/** Computes the ceiling of every block from its voided amount and from its `expiration_change` entries. */
export function addCeilings(database: Database): void {
  database.exec(`ALTER TABLE blocks ADD COLUMN ceiling TEXT NOT NULL DEFAULT '0'`);
  const keep = database.prepare('UPDATE blocks SET ceiling = ? WHERE ordinal = ?');
  const blocks = database.prepare('SELECT ordinal, id, ledger, balance, initial, voided FROM blocks').all();
  const moved = movedFrom(database);
  for (const row of blocks) {
    const left = subtract(amountIn(row, 'initial'), amountIn(row, 'voided'));
    const ceiling = (moved.get(text(row, 'id')) ?? []).reduce<Amount>(subtract, left);
    // Before this step voided credits could be returned to a block, so the ceiling may not be below the balance.
    keep.run([zero, amountIn(row, 'balance')].reduce(larger, ceiling), integer(row, 'ordinal'));
  }
  database.exec('ALTER TABLE blocks DROP COLUMN decremented; ALTER TABLE blocks DROP COLUMN voided');
}

/** The amounts that expiry changes moved out of each block. An entry without a new expiry only moved a debt. */
function movedFrom(database: Database): ReadonlyMap<string, readonly Amount[]> {
  const rows: readonly Row[] = database
    .prepare(
      `SELECT block, amount FROM entries WHERE type = 'expiration_change' AND new_block_expires_at IS NOT NULL`,
    )
    .all();
  const moved = new Map<string, Amount[]>();
  for (const row of rows) {
    const id = text(row, 'block');
    moved.set(id, [...(moved.get(id) ?? []), amountIn(row, 'amount')]);
  }
  return moved;
}
