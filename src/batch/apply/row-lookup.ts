// What is known of the rows of a batch, a group at a time: from the record, and from what was found in the ledgers.
import type { LedgerEntry } from '../../credits/customer.ts';
import type { KeyState } from '../../record/known-write.ts';
import type { AccountRecord } from '../../record/record.ts';
import type { BatchWrite } from './begin-rows.ts';

/** How a row stands: in the ledger, begun and not known, refused, or still to be sent. */
export type Standing = 'done' | 'open' | 'refused' | 'planned';

/** A row whose entry is in a ledger, and whose end the record does not know. */
export interface FoundRow {
  readonly entry: LedgerEntry;
  /** What the record knows of its key. */
  readonly known: KeyState | undefined;
  /** `undefined` where an attempt at it is open, which is settled by this. */
  readonly planned: BatchWrite | undefined;
}

/** As many keys as are looked up at a time. */
export const groupSize = 1024;

export const standingOf = (known: Pick<KeyState, 'state'> | undefined): Standing => {
  switch (known?.state) {
    case 'settled':
      return 'done';
    case 'noted':
    case 'unknown':
      return 'open';
    case 'refused':
      return 'refused';
    default:
      return 'planned';
  }
};

export class RowLookup {
  readonly #record: Pick<AccountRecord, 'keyStates'>;
  readonly #isNew: boolean;
  /** By their keys; they count as done. */
  readonly found = new Map<string, FoundRow>();
  /** Rows that this run did not send because of a cap: why, by their keys. */
  readonly over = new Map<string, string>();

  /** @param of a new batch has had no run, so that nothing is known of any row */
  constructor(record: Pick<AccountRecord, 'keyStates'>, of: 'new batch' | 'begun batch') {
    this.#record = record;
    this.#isNew = of === 'new batch';
  }

  /** @param keys at most 1,024 */
  async states(keys: readonly string[]): Promise<ReadonlyMap<string, KeyState>> {
    return this.#isNew || keys.length === 0 ? new Map() : this.#record.keyStates(keys);
  }

  /** The same, whatever was thought to be known. */
  async statesNow(keys: readonly string[]): Promise<ReadonlyMap<string, KeyState>> {
    return keys.length === 0 ? new Map() : this.#record.keyStates(keys);
  }

  /** The same for however many keys. */
  async allStates(keys: readonly string[]): Promise<ReadonlyMap<string, KeyState>> {
    const all = new Map<string, KeyState>();
    for (let at = 0; at < keys.length; at += groupSize)
      for (const [key, state] of await this.statesNow(keys.slice(at, at + groupSize))) all.set(key, state);
    return all;
  }

  /** How each of these rows stands, in their order. */
  async standings<Row extends { readonly key: string }>(
    rows: readonly Row[],
  ): Promise<readonly (readonly [Row, Standing])[]> {
    const states = await this.states(rows.map(({ key }) => key));
    return rows.map((row) => [row, this.found.has(row.key) ? 'done' : standingOf(states.get(row.key))]);
  }
}
