// Whether anything may have changed in the database since it was last looked at.
import { type Database, integer } from '../../database/driver.ts';

/** A text that is another one after any change, of this process or of another. May also change for nothing. */
export function versionOf(database: Database): string {
  const row = database
    .prepare('SELECT total_changes() AS own, data_version AS others FROM pragma_data_version')
    .get();
  return row === undefined ? '' : `${integer(row, 'own')} ${integer(row, 'others')}`;
}
