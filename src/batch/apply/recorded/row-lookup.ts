// What is known of the rows of a batch, a group at a time: from the record, and from what was found in the ledgers.
import type { LedgerEntry } from '../../../credits/customer.ts';
import type { KeyState } from '../../../record/known-write.ts';
import type { AccountRecord } from '../../../record/record.ts';
import type { BatchWrite } from '../../plan/plan-lines.ts';

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

/**
 * As many rows as are read at a time where each is only looked at, and the record is asked about each group. A group
 * that is alive when V8 collects is copied and kept for long, so larger ones take more memory, and are no faster.
 */
export const readSize = 256;

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

  /** What the record says of these keys by now. */
  recordedStates(keys: readonly string[]): Promise<ReadonlyMap<string, KeyState>> {
    return recordedStates(keys, this.#record);
  }

  /**
   * The same, but for a new batch the record is not asked. Where it knows a key all the same, it takes no fact about it
   * that goes by this.
   */
  async expectedStates(keys: readonly string[]): Promise<ReadonlyMap<string, KeyState>> {
    return this.#isNew ? new Map() : this.recordedStates(keys);
  }

  /** How a row stands. @param known what the record says of its key */
  standing(key: string, known: KeyState | undefined): Standing {
    return this.found.has(key) ? 'done' : standingOf(known);
  }

  /** As many rows as are read at a time to learn how they stand: fewer where the record is not asked. */
  get readSize(): number {
    return this.#isNew ? 64 : readSize;
  }

  /** How each of these rows is expected to stand, in their order. */
  async standings<Row extends { readonly key: string }>(
    rows: readonly Row[],
  ): Promise<readonly (readonly [Row, Standing])[]> {
    const states = await this.expectedStates(rows.map(({ key }) => key));
    return rows.map((row) => [row, this.standing(row.key, states.get(row.key))]);
  }
}

/** What a record says of keys, however many they are; those that it does not know are left out. */
export async function recordedStates(
  keys: readonly string[],
  record: Pick<AccountRecord, 'keyStates'>,
): Promise<ReadonlyMap<string, KeyState>> {
  const states = new Map<string, KeyState>();
  for (let at = 0; at < keys.length; at += groupSize)
    for (const [key, state] of await record.keyStates(keys.slice(at, at + groupSize))) states.set(key, state);
  return states;
}

export type Groups<Row> = AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>;

/** The same rows in groups of one size, because a step for each row costs more than the row. The last may be empty. */
export async function* inGroupsOf<Row>(size: number, groups: Groups<Row>): AsyncGenerator<readonly Row[]> {
  let group: Row[] = [];
  for await (const rows of groups) {
    for (const row of rows) {
      group.push(row);
      if (group.length < size) continue;
      yield group;
      group = [];
    }
  }
  yield group;
}
