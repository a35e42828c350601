// Settings of the embedded ledger, kept in its database so that every process goes by the same ones.
import { type Database, text } from '../../database/driver.ts';

/** `ledger`: the id of this ledger. `clock`: milliseconds ahead of real time. `faults`: a plan as JSON. `faults-drawn`: how many requests met that plan. `units`: ids as JSON. */
export type SettingName = 'ledger' | 'clock' | 'faults' | 'faults-drawn' | 'units';

export class Settings {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The value as any process set it last; `undefined` if it is not set. */
  get(name: SettingName): string | undefined {
    const row = this.#database.prepare('SELECT value FROM settings WHERE name = ?').get(name);
    return row === undefined ? undefined : text(row, 'value');
  }

  /** Sets several at once; `undefined` unsets. On disk when this returns. */
  set(values: Readonly<Partial<Record<SettingName, string | undefined>>>): void {
    this.#database.write(() => {
      for (const [name, value] of Object.entries(values)) this.#put(name, value);
    });
  }

  /** Adds one to a count that is set; answers what it was. */
  count(name: SettingName): number {
    return Number(this.change(name, (counted) => String(Number(counted ?? 0) + 1)) ?? 0);
  }

  /** Replaces a value by one that is computed from it, and returns the replaced one. No other process can write in between. */
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
