// Empties a database in place, even while other processes have it open.
import { type Database, text } from '../../database/driver.ts';

/** Deletes every row and inserts the first rows again, in one transaction. @param fill as of `openStore` */
export function eraseStore(database: Database, fill: (database: Database) => void): void {
  database.write(() => {
    // With deferred foreign keys the tables can be emptied in any order.
    database.exec('PRAGMA defer_foreign_keys=ON');
    const tables = database.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    for (const table of tables.all()) database.exec(`DELETE FROM "${text(table, 'name')}"`);
    fill(database);
  });
  database.exec('VACUUM');
  // Without a checkpoint the write-ahead log stays as large as the deleted rows.
  database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
}
