// Stores the pricing units that an operator added besides `credits`, as a setting.
import type { Database } from '../../database/driver.ts';
import { Settings } from './settings.ts';

/** The added pricing units, oldest first. */
export function addedUnits(database: Database): readonly string[] {
  return idsIn(new Settings(database).get('units'));
}

/** Adds a pricing unit; an existing unit stays unchanged. On disk when this returns. */
export function addUnit(database: Database, id: string): void {
  new Settings(database).change('units', (value) => JSON.stringify([...new Set([...idsIn(value), id])]));
}

const idsIn = (value: string | undefined): readonly string[] =>
  JSON.parse(value ?? '[]') as readonly string[];
