// Looks up the state of a batch's rows in groups, from the record and from entries found in the ledgers.
import type { LedgerEntry } from '../../../credits/customer.ts';
import type { KeyState } from '../../../record/known-write.ts';
import type { AccountRecord } from '../../../record/record.ts';
import type { BatchWrite } from '../../plan/plan-lines.ts';

/** State of a row: in the ledger, begun with unknown outcome, refused, or not sent yet. */
export type RowState = 'done' | 'open' | 'refused' | 'planned';

/** A row whose entry is in a ledger, but which is not settled in the record. */
export interface FoundRow {
  readonly entry: LedgerEntry;
  /** The record's state of the row's key. */
  readonly known: KeyState | undefined;
  /** The write to note first; `undefined` if the record has an open attempt, which this entry settles. */
  readonly planned: BatchWrite | undefined;
}

/** Number of keys in one lookup. */
export const groupSize = 1024;

/**
 * Number of rows in a group that is only read, with one lookup for each group. V8 copies a group that survives a garbage
 * collection, so larger groups need more memory and are no faster.
 */
export const readSize = 256;

export const rowStateOf = (known: Pick<KeyState, 'state'> | undefined): RowState => {
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
  /** Rows found in the ledgers, by key; these rows count as done. */
  readonly found = new Map<string, FoundRow>();
  /** The reason for each row that a cap held back in this run, by key. */
  readonly over = new Map<string, string>();

  /** @param of a new batch had no run, so the record knows none of its rows */
  constructor(record: Pick<AccountRecord, 'keyStates'>, of: 'new batch' | 'begun batch') {
    this.#record = record;
    this.#isNew = of === 'new batch';
  }

  /** The record's present states of these keys. */
  recordedStates(keys: readonly string[]): Promise<ReadonlyMap<string, KeyState>> {
    return recordedStates(keys, this.#record);
  }

  /**
   * The states of these keys, without asking the record for a new batch. If the record does know a key, it rejects facts that
   * assume otherwise.
   */
  async expectedStates(keys: readonly string[]): Promise<ReadonlyMap<string, KeyState>> {
    return this.#isNew ? new Map() : this.recordedStates(keys);
  }

  /** State of a row. @param known the record's state of its key */
  rowState(key: string, known: KeyState | undefined): RowState {
    return this.found.has(key) ? 'done' : rowStateOf(known);
  }

  /** Number of rows to read at a time; fewer if the record is not asked. */
  get readSize(): number {
    return this.#isNew ? 64 : readSize;
  }

  /** The expected state of each row, in order, with the customer for whom the record has reserved credits. */
  async rowStates<Row extends { readonly key: string }>(
    rows: readonly Row[],
  ): Promise<readonly (readonly [Row, RowState, string | undefined])[]> {
    const states = await this.expectedStates(rows.map(({ key }) => key));
    return rows.map((row) => {
      const known = states.get(row.key);
      return [row, this.rowState(row.key, known), known?.reserves?.customer];
    });
  }
}

/** The record's states of any number of keys, without keys that it does not know. */
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

/** Regroups rows into groups of one size, because an async step for each row costs too much. The last group may be empty. */
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
