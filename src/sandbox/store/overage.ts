// Reads what a late write can still change in the usage of a ledger: recently expired credits, and debts.
import { add, type Instant, subtract } from '../../credits/exact.ts';
import { amountIn, type Database, integer, type Row, text, textOrNull } from '../../database/driver.ts';
import type { Lapse, Overage } from '../ledger/account.ts';
import { type Entry, isDebtMove } from '../ledger/model.ts';
import type { Covered } from '../ledger/posting.ts';
import { blockById, blockColumns, storedBlock } from './blocks.ts';
import { rowsInPortions } from './pages.ts';

export const expiriesNewest = `SELECT sequence, amount, created_at, block FROM entries INDEXED BY entries_type
  WHERE ledger = ? AND type = 'credit_block_expiry' AND sequence < ? ORDER BY sequence DESC LIMIT ?`;

/** Expiries after an instant by which credits left the balance, the newest first. */
export function* lapsesSince(database: Database, ledger: number, since: Instant): Iterable<Lapse> {
  const expiries = {
    begin: Number.MAX_SAFE_INTEGER,
    pointOf: (row: Row) => integer(row, 'sequence'),
    read: (before: number, most: number) => database.prepare(expiriesNewest).all(ledger, before, most),
  };
  for (const row of rowsInPortions(expiries, 1)) {
    if (integer(row, 'created_at') <= since) return;
    const sequence = integer(row, 'sequence');
    const block = blockById(database, text(row, 'block'))?.block;
    if (block?.counted === true) yield { sequence, block, amount: amountIn(row, 'amount') };
  }
}

export const selectDebts = `SELECT ${blockColumns} FROM blocks INDEXED BY blocks_debts
  WHERE ledger = ? AND sign = -1 ORDER BY ordinal`;
export const selectBorne = `SELECT sequence, amount, covered, item, day_starts_at FROM usage_entries JOIN entries USING (ledger, sequence)
  WHERE usage_entries.ledger = ? AND bearer = ? AND day_starts_at > ? ORDER BY day_starts_at, sequence`;

/** Usage of days that begin after an instant, carried by blocks in debt; the oldest first. */
export function overageSince(database: Database, ledger: number, since: Instant): readonly Overage[] {
  const found: Overage[] = [];
  for (const { block: bearer } of database.prepare(selectDebts).all(ledger).map(storedBlock))
    for (const row of database.prepare(selectBorne).all(ledger, bearer.id, since))
      found.push({
        sequence: integer(row, 'sequence'),
        bearer,
        amount: subtract(amountIn(row, 'amount'), amountIn(row, 'covered')),
        itemId: textOrNull(row, 'item'),
        dayStartsAt: integer(row, 'day_starts_at'),
      });
  return found.sort((a, b) => a.sequence - b.sequence);
}

/** Stores how much of a usage entry its own block or a later one has paid. */
export function keepCovered(database: Database, ledger: number, { sequence, by }: Covered): void {
  const row = database
    .prepare('SELECT covered FROM usage_entries WHERE ledger = ? AND sequence = ?')
    .get(ledger, sequence);
  if (row === undefined) throw new RangeError(`entry ${sequence} is no usage`);
  database
    .prepare('UPDATE usage_entries SET covered = ? WHERE ledger = ? AND sequence = ?')
    .run(add(amountIn(row, 'covered'), by), ledger, sequence);
}

/** If an entry moves a debt to another block, stores that block as the bearer of the usage. */
export function updateBearer(database: Database, ledger: number, entry: Entry): void {
  if (!isDebtMove(entry)) return;
  database
    .prepare('UPDATE usage_entries SET bearer = ? WHERE ledger = ? AND bearer = ?')
    .run(entry.newBlockId, ledger, entry.blockId);
}
