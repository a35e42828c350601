// Writes rows into the tables of the record: inserts new rows in few statements, and updates only changed columns.
import type { Database, Value } from '../../database/driver.ts';
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
      const { sql, values } = updateOf(was, after);
      database.prepare(sql).run(...values, account, after.noted);
      continue;
    }
    if (was !== undefined)
      database.prepare('DELETE FROM writes WHERE account = ? AND noted = ?').run(account, was.noted);
    added.push(after);
  }
  for (const rows of insertionsOf(account, added)) insertRows(database, rows);
}

/** The columns of `writes` that never change within an attempt; below, the columns that change. */
const fixedColumns = [
  ...['noted', 'key', 'attempt', 'fingerprint', 'named', 'method', 'who', 'author', 'api_key', 'noted_at'],
  ...['ledger_at', 'customer', 'holder', 'currency', 'day', 'reserved', 'batch', 'row', 'noted_run'],
  ...['undoes', 'to_follow', 'approved_by'],
];
const changingColumns = [
  ...['state', 'held', 'version', 'runner', 'run', 'lease_until', 'ended', 'ended_at', 'ended_by', 'status'],
  ...['request_id', 'replayed', 'found', 'entry', 'block', 'amount', 'acknowledged_at'],
];

/** A statement, with its values. */
interface Change {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** Columns that mostly have the same value in all rows that a run notes together. */
const sharedColumns: ReadonlySet<string> = new Set([
  ...['attempt', 'fingerprint', 'named', 'method', 'who', 'author', 'api_key', 'noted_at', 'batch'],
  ...['noted_run', 'to_follow', 'approved_by', 'state', 'held', 'runner', 'run', 'lease_until'],
  ...['replayed', 'found'],
]);
const columns = [...fixedColumns, ...changingColumns];
const isShared = columns.map((name) => sharedColumns.has(name));

/**
 * Groups new rows, in order, if they have the same non-empty columns and equal values in the shared columns. Empty columns
 * are left out, because a row of a batch has few values.
 */
function insertionsOf(account: number, writes: readonly CurrentWrite[]): readonly Rows[] {
  const all: { readonly first: readonly Value[]; readonly rows: Value[][] }[] = [];
  for (const write of writes) {
    const values = [...fixedValues(write), ...changingValues(write)];
    const last = all.at(-1);
    const own = values.filter((value, at) => value !== null && isShared[at] === false);
    if (last !== undefined && areAlike(last.first, values)) last.rows.push(own);
    else all.push({ first: values, rows: [own] });
  }
  return all.map(({ first, rows }) => {
    const named = columns.map((name, at) => [name, first[at] ?? null] as const);
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
function updateOf(before: CurrentWrite, after: CurrentWrite): Change {
  const was = changingValues(before);
  let differing = '';
  const values: Value[] = [];
  for (const [at, value] of changingValues(after).entries()) {
    const differs = value !== was[at];
    differing += differs ? '+' : '-';
    if (differs) values.push(value);
  }
  return { sql: updateFor(differing), values };
}

/** The UPDATE statement, cached by its columns. @param differing one sign for each changing column, `+` if it differs */
function updateFor(differing: string): string {
  const known = updates.get(differing);
  if (known !== undefined) return known;
  const names = changingColumns.filter((_, at) => differing[at] === '+');
  const sql = `UPDATE writes SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE account = ? AND noted = ?`;
  updates.set(differing, sql);
  return sql;
}
const updates = new Map<string, string>();

const fixedValues = (write: CurrentWrite): readonly Value[] => [
  write.noted,
  write.key,
  write.attempt,
  write.fingerprint,
  Number(write.isNamed),
  write.method,
  write.who,
  write.author === null ? null : JSON.stringify(write.author),
  write.apiKey,
  write.notedAt,
  write.ledgerAt,
  write.customer,
  write.reserves?.customer ?? null,
  write.reserves?.currency ?? null,
  write.reserves?.day ?? null,
  write.reserves?.amount ?? null,
  write.batch,
  write.row,
  write.notedRun,
  write.undoes,
  write.toFollow,
  write.approvedBy === null ? null : JSON.stringify(write.approvedBy),
];

const changingValues = (write: CurrentWrite): readonly Value[] => [
  write.state,
  heldOf(write),
  write.version,
  write.runner === null ? null : runnerText(write.runner),
  write.run,
  write.leaseUntil,
  write.ended,
  write.endedAt,
  write.endedBy,
  write.status,
  write.requestId,
  Number(write.isReplayed),
  Number(write.isFound),
  write.entry,
  write.block,
  write.amount,
  write.acknowledgedAt,
];

/** Numbers of rows in one INSERT. More rows are no faster, and take longer to prepare. */
const sizes = [32, 8, 1];

interface Rows {
  readonly table: string;
  /** Values that all rows have, by column. */
  readonly common: Readonly<Record<string, Value>>;
  readonly columns: readonly string[];
  /** The values of each row, in the order of `columns`. */
  readonly rows: readonly (readonly Value[])[];
}

/** Inserts rows into a table, in order. Call this within a transaction. */
export function insertRows(database: Database, { table, common, columns, rows }: Rows): void {
  const shared = Object.values(common);
  const names = [...Object.keys(common), ...columns].join(', ');
  let at = 0;
  for (const size of sizes)
    for (; at + size <= rows.length; at += size) {
      const sql = insertion({ table, names, size, shared: shared.length, own: columns.length });
      const values = [...shared];
      for (const row of rows.slice(at, at + size)) for (const value of row) values.push(value);
      database.prepare(sql).run(...values);
    }
}

interface Insertion {
  readonly table: string;
  readonly names: string;
  readonly size: number;
  readonly shared: number;
  readonly own: number;
}

/** The INSERT statement, cached by table, columns and number of rows. */
function insertion({ table, names, size, shared, own }: Insertion): string {
  const name = `${size} ${table} ${names}`;
  const known = insertions.get(name);
  if (known !== undefined) return known;
  // In SQLite, a `?` without a number takes the number after the highest one so far.
  const values = [...Array.from({ length: shared }, (_, place) => `?${place + 1}`), ...Array(own).fill('?')];
  const sql = `INSERT INTO ${table} (${names}) VALUES ${Array(size)
    .fill(`(${values.join(', ')})`)
    .join(', ')}`;
  insertions.set(name, sql);
  return sql;
}

const insertions = new Map<string, string>();
