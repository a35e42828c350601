// Reads writes from SQLite, with their texts, their batch runs, and the writes that undid them.
import {
  bytes,
  type Database,
  integer,
  integerOrNull,
  type Row,
  text,
  textOrNull,
  type Value,
} from '../../database/driver.ts';
import { allTexts } from '../chained-fact.ts';
import { type CurrentRun, type CurrentWrite, stillReserves } from '../current-write.ts';
import type { FactRunner, TextName, WriteState } from '../facts.ts';
import {
  apiKeyOf,
  instantText,
  type KeyState,
  leaseOf,
  type RunsOfRow,
  runnerOf,
  type Write,
  writeOf,
} from '../known-write.ts';
import type { WriteWithTexts } from '../record.ts';
import { currentWriteOf, heldOf, parsed, reservesIn } from './current-rows.ts';
import { parts, rowsOfKeys, runAt } from './current-tables.ts';

/** The FROM clause of the settled writes that undid parts of `w`. */
export const undoings = `FROM writes AS u INDEXED BY writes_by_undone
   WHERE u.account = w.account AND u.undoes = w.key AND u.state = 'settled'`;

/** Limits `undoings` to those that undid the last part. */
export const ofLastPart = 'AND u.to_follow = 0';

const undoneBy = `(SELECT u.key ${undoings} ${ofLastPart} ORDER BY u.noted DESC LIMIT 1) AS undone_by`;

/** The SQL after `FROM writes AS w … WHERE w.account = ? AND`, with its values. */
export interface Condition {
  readonly sql: string;
  /** The index to use; `null` for the table itself, in the order of the notes. `undefined`: SQLite chooses. */
  readonly index?: string | null;
  readonly values: readonly Value[];
}

/** A condition, with the order of its index. A list reads the index backwards. */
export interface ListCondition extends Condition {
  readonly order: Order;
  /** The parts of the record to read one by one, newest first, if the index begins with the part. */
  readonly parts?: readonly number[];
}

export interface Order {
  readonly columns: readonly string[];
  /** The values of a write in these columns. */
  readonly placeOf: (current: CurrentWrite) => readonly Value[];
}

interface FoundWrite {
  readonly current: CurrentWrite;
  readonly write: Write;
  /** The sequence number of the event that began the run which noted the row; 0 for a write by hand. */
  readonly runBegun: number;
  /** Whether the column `held` agrees with the state of the write. */
  readonly isHeldRight: boolean;
}

export function foundWrites(
  database: Database,
  account: number,
  { sql, index, values }: Condition,
): readonly FoundWrite[] {
  const rows = database
    .prepare(`SELECT w.*, ${undoneBy} FROM writes AS w ${by(index)} WHERE w.account = ? AND ${sql}`)
    .all(account, ...values);
  const runsOf = runsKnown(database, account);
  return rows.map((row) => {
    const current = currentWriteOf(row);
    const ofRow = runsOf(current);
    return {
      current,
      write: writeOf(current, ofRow, textOrNull(row, 'undone_by')),
      runBegun: ofRow.noting?.begun ?? 0,
      isHeldRight: row.held === heldOf(current),
    };
  });
}

/** The next page of a list. */
interface NextPage {
  /** The part of the record to read; `undefined` if the list is not read part by part. */
  readonly part: number | undefined;
  /** `Order.placeOf` of the last write of the previous page; empty for the first page. */
  readonly after: readonly Value[];
  readonly size: number;
}

export function pageOf(
  { sql, order: { columns }, values, index = null }: ListCondition,
  { part, after, size }: NextPage,
): Condition {
  const names = columns.map((name) => `w.${name}`);
  const inPart = part === undefined ? '' : 'AND w.noted >> 15 = ?';
  const rest = after.length === 0 ? '' : `AND (${names.join(', ')}) < (${after.map(() => '?').join(', ')})`;
  const fromTheEnd = names.map((name) => `${name} DESC`).join(', ');
  return {
    index,
    sql: `${sql} ${inPart} ${rest} ORDER BY ${fromTheEnd} LIMIT ?`,
    values: [...values, ...(part === undefined ? [] : [part]), ...after, size],
  };
}

/** The parts of the record with at least one match, newest first. */
export function partsWith(database: Database, account: number, { sql, index, values }: Condition) {
  const any = `SELECT 1 FROM writes AS w ${by(index)} WHERE w.account = ?1 AND w.noted >> 15 = part AND ${sql}`;
  const rows = database
    .prepare(`${parts} SELECT part FROM parts WHERE EXISTS (${any})`)
    .all(account, ...values);
  return rows.map((row) => integer(row, 'part'));
}

export function by(index: string | null | undefined): string {
  if (index === undefined) return '';
  return index === null ? 'NOT INDEXED' : `INDEXED BY ${index}`;
}

export const writesWhere = (database: Database, account: number, condition: Condition): readonly Write[] =>
  foundWrites(database, account, condition).map(({ write }) => write);

export function writesWithTextsWhere(
  database: Database,
  account: number,
  condition: Condition,
): readonly { readonly current: CurrentWrite; readonly write: WriteWithTexts }[] {
  const writes = foundWrites(database, account, condition);
  const seqs = writes.flatMap(({ current: { noted, ended }, runBegun }) => [noted, ended ?? 0, runBegun]);
  const texts = textsOf(database, account, seqs);
  return writes.map(({ current, write, runBegun }) => {
    const found = allTexts.map((name) => [name, textIn(texts, name, { ...current, runBegun })]);
    return {
      current,
      write: { ...write, texts: Object.fromEntries(found) as Record<TextName, string | null> },
    };
  });
}

type Texts = ReadonlyMap<number, Readonly<Partial<Record<string, string>>>>;

/** The text of a write. A row of a batch has the command of its run. */
function textIn(
  texts: Texts,
  name: TextName,
  { noted, ended, runBegun }: Pick<CurrentWrite, 'noted' | 'ended'> & Pick<FoundWrite, 'runBegun'>,
): string | null {
  const ofRun = name === 'command' ? texts.get(runBegun)?.[name] : undefined;
  return texts.get(ended ?? 0)?.[name] ?? texts.get(noted)?.[name] ?? ofRun ?? null;
}

/** Texts by event; erased texts are left out. */
export function textsOf(database: Database, account: number, seqs: readonly number[]): Texts {
  const texts = new Map<number, Record<string, string>>();
  const rows = database
    .prepare(
      'SELECT t.seq, t.name, t.text FROM json_each(?) AS wanted CROSS JOIN texts AS t ON t.account = ? AND t.seq = wanted.value',
    )
    .all(JSON.stringify([...new Set(seqs)]), account);
  for (const row of rows) {
    const [seq, name] = [integer(row, 'seq'), text(row, 'name')];
    texts.set(seq, { ...texts.get(seq), [name]: textOfRow(row) });
  }
  return texts;
}

export const textOfRow = (row: Row): string => Buffer.from(bytes(row, 'text')).toString();

/** Finds the batch runs of rows, and reads each run once. */
function runsKnown(database: Database, account: number) {
  const runs = new Map<string, CurrentRun | undefined>();
  const known = (batch: string | null, run: number | null): CurrentRun | undefined => {
    if (batch === null || run === null) return undefined;
    const name = `${run} ${batch}`;
    if (!runs.has(name)) runs.set(name, runAt(database, account, { batch, run }));
    return runs.get(name);
  };
  return ({ batch, notedRun, run }: Pick<CurrentWrite, 'batch' | 'notedRun' | 'run'>): RunsOfRow => ({
    noting: known(batch, notedRun),
    working: known(batch, run),
  });
}

/** The columns of a key's state, which are only a part of the row. */
const stateColumns = `w.key, w.state, w.attempt, w.version, w.noted_at, w.ledger_at, w.lease_until, w.runner, w.api_key,
  w.batch, w.noted_run, w.run, w.row, w.holder, w.currency, w.day, w.reserved, w.amount`;

export function keyStatesOf(
  database: Database,
  account: number,
  keys: readonly string[],
): ReadonlyMap<string, KeyState> {
  const runsOf = runsKnown(database, account);
  const states = rowsOfKeys(database, account, { keys, columns: stateColumns }).map((row) => {
    const [runner, apiKey] = [parsed<FactRunner>(row, 'runner'), textOrNull(row, 'api_key')];
    const [state, run] = [text(row, 'state') as WriteState, integerOrNull(row, 'run')];
    const batch = textOrNull(row, 'batch');
    const { noting, working } = runsOf({ batch, run, notedRun: integerOrNull(row, 'noted_run') });
    const known: KeyState = {
      state,
      attempt: integer(row, 'attempt'),
      version: integer(row, 'version'),
      notedAt: instantText(integer(row, 'noted_at')),
      ledgerAt: textOrNull(row, 'ledger_at'),
      leaseUntil: instantText(leaseOf({ runner, leaseUntil: integer(row, 'lease_until') }, working)),
      runner: runnerOf({ runner }, working),
      run,
      plan: working?.plan ?? null,
      row: integerOrNull(row, 'row'),
      apiKey: apiKeyOf({ apiKey }, noting),
      reserves: stillReserves(state) ? reservesIn(row) : null,
      amount: textOrNull(row, 'amount'),
    };
    return [text(row, 'key'), known] as const;
  });
  return new Map(states);
}
