// Stores and reads the plans of batches in the record, as compressed pieces.
import { bytes, type Database, integer, text } from '../../database/driver.ts';
import { checkedPieces, hasErasedRows, keepPieces, unreadablePlan } from '../plan-bytes.ts';
import { SqliteChain } from './read-events.ts';

/** Adds the plans of batches to the chain of an account. */
export class SqlitePlans extends SqliteChain {
  get #name(): string {
    const { naming, path } = this.database;
    return `The ${naming.noun} ${path}`;
  }

  async plans(): Promise<readonly string[]> {
    return this.all('SELECT sha256 FROM plans WHERE account = ?').map((row) => text(row, 'sha256'));
  }

  async hasPlan(sha256: string): Promise<boolean> {
    if (pieceCount(this.database, this.account.id, sha256) === undefined) return false;
    const [first] = this.#packed(sha256, 1);
    return first === undefined || !hasErasedRows(first);
  }

  /** Stores each piece in a transaction of its own; the plan counts once all pieces are stored. */
  async savePlan(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const { database } = this;
    const { id } = this.account;
    if (pieceCount(database, id, sha256) !== undefined) {
      for await (const _ of this.plan(sha256));
      return;
    }
    const keep = database.prepare(
      'INSERT OR REPLACE INTO plan_pieces (account, sha256, piece, bytes) VALUES (?, ?, ?, ?)',
    );
    const count = await keepPieces(sha256, pieces, (packed, place) =>
      database.write(() => keep.run(id, sha256, place, packed)),
    );
    database.write(() => {
      const kept = 'SELECT count(*) FROM plan_pieces WHERE account = ?1 AND sha256 = ?2 AND piece < ?3';
      database
        .prepare(
          `INSERT INTO plans (account, sha256, pieces) SELECT ?1, ?2, ?3 WHERE ?3 = (${kept}) ON CONFLICT DO NOTHING`,
        )
        .run(id, sha256, count);
    });
    if (pieceCount(database, id, sha256) === undefined) throw unreadablePlan.overtaken(this.#name);
  }

  async *plan(sha256: string, mayLack?: 'erased rows'): AsyncGenerator<Uint8Array> {
    const count = pieceCount(this.database, this.account.id, sha256);
    if (count === undefined) throw unreadablePlan.missing(this.#name);
    yield* checkedPieces(this.#packed(sha256, count), { sha256, mayLack }, this.#name);
  }

  /** The first `count` pieces of a plan, as they are stored; `undefined` for a missing one. */
  *#packed(sha256: string, count: number): Iterable<Uint8Array | undefined> {
    const select = 'SELECT bytes FROM plan_pieces WHERE account = ? AND sha256 = ? AND piece = ?';
    for (let place = 0; place < count; place += 1) {
      const [row] = this.all(select, sha256, place);
      yield row && bytes(row, 'bytes');
    }
  }
}

function pieceCount(database: Database, account: number, sha256: string): number | undefined {
  const row = database
    .prepare('SELECT pieces FROM plans WHERE account = ? AND sha256 = ?')
    .get(account, sha256);
  return row === undefined ? undefined : integer(row, 'pieces');
}

/** Removes what a process stored that was stopped before the end. Call this within `database.write`. */
export function removeUnfinishedPlans(database: Database, account: number): void {
  const whole = 'SELECT sha256 FROM plans WHERE account = ?1';
  database.prepare(`DELETE FROM plan_pieces WHERE account = ?1 AND sha256 NOT IN (${whole})`).run(account);
}

/** Removes a plan. Call this within `database.write`. */
export function removePlan(database: Database, account: number, sha256: string): void {
  for (const table of ['plans', 'plan_pieces'])
    database.prepare(`DELETE FROM ${table} WHERE account = ? AND sha256 = ?`).run(account, sha256);
}

/** Replaces a plan by its copy without erased rows, which was saved before. Call this within `database.write`. */
export function replacePlan(
  database: Database,
  account: number,
  { sha256, left }: { readonly sha256: string; readonly left: string },
): void {
  const count = pieceCount(database, account, left);
  if (count === undefined) throw new TypeError('what is left of the plan was not saved');
  removePlan(database, account, sha256);
  for (const table of ['plans', 'plan_pieces'])
    database
      .prepare(`UPDATE ${table} SET sha256 = ? WHERE account = ? AND sha256 = ?`)
      .run(sha256, account, left);
}
