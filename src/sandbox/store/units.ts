// The pricing units that an operator has added beside `credits`, kept among the settings.
import type { Database } from '../../database/driver.ts';
import { Settings } from './settings.ts';

/** In the order in which they were added. */
export function addedUnits(database: Database): readonly string[] {
  return idsIn(new Settings(database).get('units'));
}

/** Adds a unit; one that is there already stays as it is. On disk when this returns. */
export function addUnit(database: Database, id: string): void {
  new Settings(database).change('units', (value) => JSON.stringify([...new Set([...idsIn(value), id])]));
}

const idsIn = (value: string | undefined): readonly string[] =>
  JSON.parse(value ?? '[]') as readonly string[];
