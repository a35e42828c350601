// Inserts many rows in few statements, a few times faster than one by one.
import type { Database, Value } from './driver.ts';

/** Numbers of rows in one INSERT. More rows are no faster, and take longer to prepare. */
const sizes = [32, 8, 1];

export interface Rows {
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
  // In SQLite, a `?` without a number takes the number after the highest one so far.
  const marks = [...shared.map((_, place) => `?${place + 1}`), ...columns.map(() => '?')].join(', ');
  let at = 0;
  for (const size of sizes.filter((each) => each <= rows.length)) {
    const sql = `INSERT INTO ${table} (${names}) VALUES ${Array(size).fill(`(${marks})`).join(', ')}`;
    for (; at + size <= rows.length; at += size) {
      const values = [...shared];
      for (const row of rows.slice(at, at + size)) for (const value of row) values.push(value);
      database.prepare(sql).run(...values);
    }
  }
}
