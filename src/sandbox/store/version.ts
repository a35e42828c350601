// Detects whether the database may have changed since the last look.
import { type Database, integer } from '../../database/driver.ts';

/** A text that differs after any change by this process or another. The text may also differ without a change. */
export function versionOf(database: Database): string {
  const row = database
    .prepare('SELECT total_changes() AS own, data_version AS others FROM pragma_data_version')
    .get();
  return row === undefined ? '' : `${integer(row, 'own')} ${integer(row, 'others')}`;
}
