// Stores and reads the plans of batches in the record, as compressed pieces.
import { bytes, type Database, integer, text } from '../../database/driver.ts';
import { checkedPieces, hasErasedRows, keepPieces, unreadablePlan } from '../plan-bytes.ts';

export const plansOf = (database: Database, account: number): readonly string[] =>
  database
    .prepare('SELECT sha256 FROM plans WHERE account = ?')
    .all(account)
    .map((row) => text(row, 'sha256'));

export function hasPlan(database: Database, account: number, sha256: string): boolean {
  if (pieceCount(database, account, sha256) === undefined) return false;
  const [first] = packedPieces(database, account, { sha256, count: 1 });
  return first === undefined || !hasErasedRows(first);
}

/** The first `count` pieces of a plan, as they are stored; `undefined` for a missing one. */
function* packedPieces(
  database: Database,
  account: number,
  { sha256, count }: { readonly sha256: string; readonly count: number },
): Iterable<Uint8Array | undefined> {
  const select = database.prepare(
    'SELECT bytes FROM plan_pieces WHERE account = ? AND sha256 = ? AND piece = ?',
  );
  for (let place = 0; place < count; place += 1) {
    const row = select.get(account, sha256, place);
    yield row && bytes(row, 'bytes');
  }
}

function pieceCount(database: Database, account: number, sha256: string): number | undefined {
  const row = database
    .prepare('SELECT pieces FROM plans WHERE account = ? AND sha256 = ?')
    .get(account, sha256);
  return row === undefined ? undefined : integer(row, 'pieces');
}

/**
 * Stores each piece in a transaction of its own; the plan counts once all pieces are stored. Throws a TypeError if the
 * bytes have another hash. For a stored plan, checks its bytes and throws as `planBytes` does.
 */
export async function savePlan(
  database: Database,
  account: number,
  { sha256, pieces }: { readonly sha256: string; readonly pieces: AsyncIterable<Uint8Array> },
): Promise<void> {
  if (pieceCount(database, account, sha256) !== undefined) {
    for await (const _ of planBytes(database, account, { sha256 }));
    return;
  }
  const keep = database.prepare(
    'INSERT OR REPLACE INTO plan_pieces (account, sha256, piece, bytes) VALUES (?, ?, ?, ?)',
  );
  const count = await keepPieces(sha256, pieces, (packed, place) =>
    database.write(() => keep.run(account, sha256, place, packed)),
  );
  database.write(() => {
    const kept = 'SELECT count(*) FROM plan_pieces WHERE account = ?1 AND sha256 = ?2 AND piece < ?3';
    database
      .prepare(
        `INSERT INTO plans (account, sha256, pieces) SELECT ?1, ?2, ?3 WHERE ?3 = (${kept}) ON CONFLICT DO NOTHING`,
      )
      .run(account, sha256, count);
  });
  if (pieceCount(database, account, sha256) === undefined) throw unreadablePlan.overtaken(nameOf(database));
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

/** The bytes of a plan, piece by piece. Throws `refused` if the plan or a piece is missing, or the bytes were changed. */
export async function* planBytes(
  database: Database,
  account: number,
  { sha256, mayLack }: { readonly sha256: string; readonly mayLack?: 'erased rows' | undefined },
): AsyncGenerator<Uint8Array> {
  const count = pieceCount(database, account, sha256);
  if (count === undefined) throw unreadablePlan.missing(nameOf(database));
  const packed = packedPieces(database, account, { sha256, count });
  yield* checkedPieces(packed, { sha256, mayLack }, nameOf(database));
}

const nameOf = ({ naming, path }: Database): string => `The ${naming.noun} ${path}`;
