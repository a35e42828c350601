// Stores settings of the embedded ledger in its database, so that every process uses the same values.
import { type Database, text } from '../../database/driver.ts';

/** `ledger`: this ledger's id. `clock`: milliseconds ahead of real time. `faults`: the fault plan as JSON. `faults-drawn`: requests since the plan was set. `units`: ids as JSON. */
export type SettingName = 'ledger' | 'clock' | 'faults' | 'faults-drawn' | 'units';

export class Settings {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The latest value that any process set; `undefined` if the setting is not set. */
  get(name: SettingName): string | undefined {
    const row = this.#database.prepare('SELECT value FROM settings WHERE name = ?').get(name);
    return row === undefined ? undefined : text(row, 'value');
  }

  /** Sets several settings at once; `undefined` unsets a setting. On disk when this returns. */
  set(values: Readonly<Partial<Record<SettingName, string | undefined>>>): void {
    this.#database.write(() => {
      for (const [name, value] of Object.entries(values)) this.#put(name, value);
    });
  }

  /** Increments a counter and returns its previous value. */
  count(name: SettingName): number {
    return Number(this.change(name, (counted) => String(Number(counted ?? 0) + 1)) ?? 0);
  }

  /** Replaces a value by one computed from it and returns the previous value, in one transaction. */
  change(name: SettingName, next: (value: string | undefined) => string): string | undefined {
    return this.#database.write(() => {
      const value = this.get(name);
      this.#put(name, next(value));
      return value;
    });
  }

  #put(name: string, value: string | undefined): void {
    const { prepare } = this.#database;
    if (value === undefined) prepare('DELETE FROM settings WHERE name = ?').run(name);
    else prepare('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)').run(name, value);
  }
}
