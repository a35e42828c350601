// Puts many rows into a table with few statements, in which what the rows have in common is bound once.
import type { Database, Value } from '../../database/driver.ts';

/** So many rows are one statement. More are no faster, and take longer to prepare. */
const sizes = [32, 8, 1];

export interface Rows {
  readonly table: string;
  /** What each of the rows has, by column. */
  readonly common: Readonly<Record<string, Value>>;
  readonly columns: readonly string[];
  /** The values of each row, in the order of `columns`. */
  readonly rows: readonly (readonly Value[])[];
}

/** Call it within a transaction. */
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

/** Rows are alike, so few statements are made. */
function insertion({ table, names, size, shared, own }: Insertion): string {
  const name = `${size} ${table} ${names}`;
  const known = insertions.get(name);
  if (known !== undefined) return known;
  // A `?` without a number is the one after the highest so far.
  const values = [...Array.from({ length: shared }, (_, place) => `?${place + 1}`), ...Array(own).fill('?')];
  const sql = `INSERT INTO ${table} (${names}) VALUES ${Array(size)
    .fill(`(${values.join(', ')})`)
    .join(', ')}`;
  insertions.set(name, sql);
  return sql;
}

const insertions = new Map<string, string>();
