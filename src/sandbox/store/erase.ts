// Empties a database in place, even while other processes have it open.
import { type Database, text } from '../../database/driver.ts';

/** Deletes every row and inserts the first rows again, in one transaction. @param fill as of `openStore` */
export function eraseStore(database: Database, fill: (database: Database) => void): void {
  database.write(() => {
    emptyTables(database);
    fill(database);
  });
  database.exec('VACUUM');
  // Without a checkpoint the write-ahead log stays as large as the deleted rows.
  database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
}

/** Deletes every row and returns the names of the tables, which can be filled in any order. Call it within `database.write`. */
export function emptyTables(database: Database): readonly string[] {
  database.exec('PRAGMA defer_foreign_keys=ON');
  const tables = database
    .prepare("SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map((row) => text(row, 'name'));
  for (const table of tables) database.exec(`DELETE FROM main."${table}"`);
  return tables;
}
