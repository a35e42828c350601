// Writes rows into the tables of the record: inserts new rows in few statements, and updates only changed columns.
import type { Database, Value } from '../../database/driver.ts';
import { insertRows, type Rows } from '../../database/insert-rows.ts';
import type { CurrentWrite } from '../current-write.ts';
import { heldOf, runnerText } from './current-rows.ts';

/** By key: the writes at the start of the transaction, and the changed ones. */
interface ChangedWrites {
  readonly before: ReadonlyMap<string, CurrentWrite>;
  readonly after: ReadonlyMap<string, CurrentWrite>;
}

/** Stores the changed writes in the table `writes`. Call this within a transaction. */
export function putWrites(database: Database, account: number, { before, after: all }: ChangedWrites): void {
  const added: CurrentWrite[] = [];
  for (const [key, after] of all) {
    const was = before.get(key);
    if (was?.noted === after.noted) {
      update(database, account, { was, after });
      continue;
    }
    if (was !== undefined)
      database.prepare('DELETE FROM writes WHERE account = ? AND noted = ?').run(account, was.noted);
    added.push(after);
  }
  for (const rows of insertionsOf(account, added)) insertRows(database, rows);
}

/** Computes the value of a column of `writes`. */
type ColumnOf = (write: CurrentWrite) => Value;

const jsonOrNull = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

/** The columns of `writes` that never change within an attempt; below, the columns that change. */
const fixed = Object.entries<ColumnOf>({
  noted: (write) => write.noted,
  key: (write) => write.key,
  attempt: (write) => write.attempt,
  fingerprint: (write) => write.fingerprint,
  named: (write) => Number(write.isNamed),
  method: (write) => write.method,
  who: (write) => write.who,
  author: (write) => jsonOrNull(write.author),
  api_key: (write) => write.apiKey,
  noted_at: (write) => write.notedAt,
  ledger_at: (write) => write.ledgerAt,
  customer: (write) => write.customer,
  holder: (write) => write.reserves?.customer ?? null,
  currency: (write) => write.reserves?.currency ?? null,
  day: (write) => write.reserves?.day ?? null,
  reserved: (write) => write.reserves?.amount ?? null,
  batch: (write) => write.batch,
  row: (write) => write.row,
  noted_run: (write) => write.notedRun,
  undoes: (write) => write.undoes,
  to_follow: (write) => write.toFollow,
  approved_by: (write) => jsonOrNull(write.approvedBy),
});
const changing = Object.entries<ColumnOf>({
  state: (write) => write.state,
  held: heldOf,
  version: (write) => write.version,
  runner: (write) => (write.runner === null ? null : runnerText(write.runner)),
  run: (write) => write.run,
  lease_until: (write) => write.leaseUntil,
  ended: (write) => write.ended,
  ended_at: (write) => write.endedAt,
  ended_by: (write) => write.endedBy,
  status: (write) => write.status,
  request_id: (write) => write.requestId,
  replayed: (write) => Number(write.isReplayed),
  found: (write) => Number(write.isFound),
  entry: (write) => write.entry,
  block: (write) => write.block,
  amount: (write) => write.amount,
  acknowledged_at: (write) => write.acknowledgedAt,
});
const columns = [...fixed, ...changing];

/** Columns that mostly have the same value in all rows that a run notes together. */
const sharedColumns: ReadonlySet<string> = new Set([
  ...['attempt', 'fingerprint', 'named', 'method', 'who', 'author', 'api_key', 'noted_at', 'batch'],
  ...['noted_run', 'to_follow', 'approved_by', 'state', 'held', 'runner', 'run', 'lease_until'],
  ...['replayed', 'found'],
]);
const isShared = columns.map(([name]) => sharedColumns.has(name));

/**
 * Groups new rows, in order, if they have the same non-empty columns and equal values in the shared columns. Empty columns
 * are left out, because a row of a batch has few values.
 */
function insertionsOf(account: number, writes: readonly CurrentWrite[]): readonly Rows[] {
  const all: { readonly first: readonly Value[]; readonly rows: Value[][] }[] = [];
  for (const write of writes) {
    const values = columns.map(([, of]) => of(write));
    const last = all.at(-1);
    const own = values.filter((value, at) => value !== null && isShared[at] === false);
    if (last !== undefined && areAlike(last.first, values)) last.rows.push(own);
    else all.push({ first: values, rows: [own] });
  }
  return all.map(({ first, rows }) => {
    const named = columns.map(([name], at) => [name, first[at] ?? null] as const);
    const given = named.filter(([, value]) => value !== null);
    return {
      table: 'writes',
      common: { account, ...Object.fromEntries(given.filter(([name]) => sharedColumns.has(name))) },
      columns: given.flatMap(([name]) => (sharedColumns.has(name) ? [] : [name])),
      rows,
    };
  });
}

const areAlike = (one: readonly Value[], other: readonly Value[]): boolean =>
  one.every((value, at) =>
    isShared[at] === true ? value === other[at] : (value === null) === (other[at] === null),
  );

/** Updates only the columns that differ, so that SQLite leaves the other indexes alone. */
function update(
  database: Database,
  account: number,
  { was, after }: Readonly<Record<'was' | 'after', CurrentWrite>>,
): void {
  const differing = changing.filter(([, of]) => of(was) !== of(after));
  const columns = differing.map(([name]) => `${name} = ?`).join(', ');
  const values = differing.map(([, of]) => of(after));
  database
    .prepare(`UPDATE writes SET ${columns} WHERE account = ? AND noted = ?`)
    .run(...values, account, after.noted);
}
