// Emptying a database in place, also while other processes have it open.
import { type Database, text } from '../../database/driver.ts';

/** Deletes every row of every table and adds the first ones again, all at once. @param fill as of `openStore` */
export function eraseStore(database: Database, fill: (database: Database) => void): void {
  database.write(() => {
    // Tables that refer to each other may be emptied in any order if all of them end up empty.
    database.exec('PRAGMA defer_foreign_keys=ON');
    const tables = database.prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    for (const table of tables.all()) database.exec(`DELETE FROM "${text(table, 'name')}"`);
    fill(database);
  });
  database.exec('VACUUM');
  // Without a checkpoint the write-ahead log stays as large as the rows that were deleted.
  database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
}
