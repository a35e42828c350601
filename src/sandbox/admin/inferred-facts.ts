// Infers facts that the API does not return from all entries of a ledger: the block that an entry created, the entries
// of one command, and the ceiling of each block.
import { type Amount, subtract, zero } from '../../credits/exact.ts';
import { amountIn, type Database, integer, integerOrNull, type Row, text } from '../../database/driver.ts';
import { rowsInPortions } from '../store/pages.ts';

const entriesAfter = `SELECT sequence, type, amount, void_amount, entries.block AS block, new_block_expires_at, created_at,
    description, metadata, price, usage_entries.invoice AS charged_on
  FROM entries LEFT JOIN usage_entries USING (ledger, sequence)
  WHERE ledger = ? AND sequence > ? ORDER BY sequence LIMIT ?`;

interface Block {
  readonly id: string;
  readonly initial: Amount;
  /** Milliseconds since the epoch; `null` means never. */
  readonly expiresAt: number | null;
}

/**
 * Completes the entries of a copied ledger. Call it within a transaction, after all entries are numbered.
 * @param blocks in order of creation @returns the ceilings of the blocks whose credits were voided or moved
 */
export function inferFacts(
  database: Database,
  ledger: number,
  blocks: readonly Block[],
): ReadonlyMap<string, Amount> {
  const inference = new Inference(database, ledger, blocks);
  const rows = rowsInPortions({
    begin: 0,
    pointOf: (row) => integer(row, 'sequence'),
    read: (after, most) => database.prepare(entriesAfter).all(ledger, after, most),
  });
  for (const row of rows) inference.add(row);
  return inference.ceilings;
}

class Inference {
  readonly ceilings = new Map<string, Amount>();
  readonly #database: Database;
  readonly #ledger: number;
  readonly #initial: ReadonlyMap<string, Amount>;
  readonly #blocks: readonly Block[];
  /** Blocks that an entry has created or named so far. */
  readonly #known = new Set<string>();
  /** The index of the first block that is not known yet. */
  #next = 0;
  #before: Row | undefined;

  constructor(database: Database, ledger: number, blocks: readonly Block[]) {
    this.#database = database;
    this.#ledger = ledger;
    this.#blocks = blocks;
    this.#initial = new Map(blocks.map(({ id, initial }) => [id, initial]));
  }

  add(row: Row): void {
    const block = text(row, 'block');
    switch (text(row, 'type')) {
      case 'expiration_change':
        this.#applyMove(row, block);
        break;
      case 'void_initiated':
        this.#lower(block, amountIn(row, 'void_amount'));
        break;
      case 'void':
        // No credits can ever return to the block that a void created.
        this.ceilings.set(block, zero);
        if (this.#before !== undefined && text(this.#before, 'type') === 'void_initiated')
          this.#note('new_block = ?3', this.#before, block);
        break;
      case 'decrement':
        if (continues(this.#before, row)) this.#note('continues = 1', row);
        break;
      default:
    }
    this.#known.add(block);
    this.#before = row;
  }

  /** An expiry change without a new expiry only moves a debt (see `settleDue`). */
  #applyMove(row: Row, block: string): void {
    const expiresAt = integerOrNull(row, 'new_block_expires_at');
    const isDebt = expiresAt === null;
    const amount = isDebt ? zero : amountIn(row, 'amount');
    if (!isDebt) this.#lower(block, amount);
    this.#known.add(block);
    // Blocks stand in the order in which entries created them, so the first unknown block mostly fits.
    while (this.#known.has(this.#blocks[this.#next]?.id ?? '')) this.#next += 1;
    const made = this.#blocks.find(
      (each, index) =>
        index >= this.#next &&
        !this.#known.has(each.id) &&
        each.expiresAt === expiresAt &&
        each.initial === amount,
    );
    if (made === undefined) return;
    this.#known.add(made.id);
    this.#note('new_block = ?3', row, made.id);
  }

  #lower(block: string, by: Amount): void {
    const known = this.ceilings.get(block) ?? this.#initial.get(block);
    if (known !== undefined) this.ceilings.set(block, subtract(known, by));
  }

  #note(what: string, row: Row, ...values: readonly string[]): void {
    this.#database
      .prepare(`UPDATE entries SET ${what} WHERE ledger = ?1 AND sequence = ?2`)
      .run(this.#ledger, integer(row, 'sequence'), ...values);
  }
}

/** Deductions of one second with equal texts but different blocks came from one command. */
function continues(before: Row | undefined, row: Row): boolean {
  if (before === undefined || text(before, 'type') !== 'decrement') return false;
  const isSame = (column: string): boolean => before[column] === row[column];
  const said = ['created_at', 'description', 'metadata', 'price', 'charged_on'];
  return said.every(isSame) && !isSame('block');
}
