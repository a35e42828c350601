// Wraps a SQLite engine: statements with positional values, typed reads of rows, and transactions.

import { statSync } from 'node:fs';
import type { Amount } from '../credits/exact.ts';
import { type Engine, type EngineStatement, openEngine, type Value } from './engine.ts';
import {
  commitFault,
  databaseFault,
  isBusy,
  type NamedFile,
  type Naming,
  notInPlace,
  plainNaming,
} from './fault.ts';

export type { Value } from './engine.ts';
export type Row = Readonly<Record<string, Value | undefined>>;

/** A prepared statement. Values are positional; anything but text, a number, a bigint, bytes or `null` is a defect. */
export interface Statement {
  /** Returns the row id of the last row inserted on this connection. */
  readonly run: (...values: readonly Value[]) => number;
  readonly get: (...values: readonly Value[]) => Row | undefined;
  readonly all: (...values: readonly Value[]) => readonly Row[];
}

export interface Database extends NamedFile {
  readonly exec: (sql: string) => void;
  /** Prepares a statement; the same text is prepared once per connection. */
  readonly prepare: (sql: string) => Statement;
  /** Runs `work` on one unchanging view of the database, without keeping writers out. */
  readonly read: <T>(work: () => T) => T;
  /** Runs `work` as the only writer; its writes are on disk when this returns, and rolled back if it throws. */
  readonly write: <T>(work: () => T) => T;
  /**
   * Throws a CreditctlError if the file was deleted or replaced since it was opened, because writes would be lost. Every
   * `write` calls this first.
   */
  readonly checkInPlace: () => void;
  readonly close: () => void;
}

/** Opens a database file that exists. @throws CreditctlError naming the file and the way out */
export async function openDatabase(path: string, naming: Naming = plainNaming): Promise<Database> {
  const file = { path, naming };
  try {
    return databaseOver(await openEngine(path), file);
  } catch (error) {
    throw databaseFault(error, file);
  }
}

/** The device and inode of the file at a path; `undefined` without a file, as for a database in memory. */
function fileAt(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.dev} ${stats.ino}`;
}

function databaseOver(engine: Engine, file: NamedFile): Database {
  const opened = fileAt(file.path);
  const checkInPlace = (): void => {
    if (opened !== undefined && fileAt(file.path) !== opened) throw notInPlace(file);
  };
  const prepared = new Map<string, Statement>();
  const guarded = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      try {
        // SQLite reports a failed disk if the file was moved away.
        checkInPlace();
      } catch (reason) {
        throw databaseFault(reason, file);
      }
      throw databaseFault(error, file);
    }
  };
  const exec = (sql: string): void => guarded(() => engine.exec(sql));
  const prepare = (sql: string): Statement => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const statement = statementOver(
      guarded(() => engine.prepare(sql)),
      guarded,
    );
    prepared.set(sql, statement);
    return statement;
  };
  const commit = (): void => {
    try {
      engine.exec('COMMIT');
    } catch (error) {
      throw commitFault(databaseFault(error, file));
    }
  };
  const begin = (sql: string): void =>
    guarded(() => {
      try {
        engine.exec(sql);
      } catch (error) {
        // SQLite has no queue of waiting writers: among many, one may wait longer than the busy timeout.
        if (!isBusy(error) || !retryBegin(engine, sql, file.path)) throw error;
      }
    });
  const within = <T>(sql: string, work: () => T): T => {
    begin(sql);
    try {
      const result = work();
      commit();
      return result;
    } catch (error) {
      abandon(engine);
      throw error;
    }
  };
  return {
    ...file,
    exec,
    prepare,
    read: (work) => within('BEGIN', work),
    write: (work) =>
      within('BEGIN IMMEDIATE', () => {
        checkInPlace();
        return work();
      }),
    checkInPlace,
    close: () => engine.close(),
  };
}

/** How long a transaction keeps trying to begin while other processes commit, in milliseconds. */
const retryTimeMax = 30_000;

/** How long the files may stay unchanged before the holder of the lock counts as stopped, in milliseconds. */
const stalledAfter = 5000;

/** Retries to begin a transaction while other processes make progress; returns whether the transaction began. */
function retryBegin(engine: Engine, sql: string, path: string): boolean {
  const { timeout } = engine.prepare('PRAGMA busy_timeout').get([]) as Row;
  // Short steps notice a stopped holder of the lock soon after `stalledAfter`.
  engine.exec('PRAGMA busy_timeout=250');
  try {
    for (const until = Date.now() + retryTimeMax; Date.now() < until && isChanging(path); ) {
      try {
        engine.exec(sql);
        return true;
      } catch (error) {
        if (!isBusy(error)) throw error;
      }
    }
    return false;
  } finally {
    engine.exec(`PRAGMA busy_timeout=${timeout}`);
  }
}

/** Whether other processes make progress with their transactions; a stopped holder of the lock is not waited for. */
function isChanging(path: string): boolean {
  const changes = [path, `${path}-wal`].map(
    (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return Date.now() - Math.max(...changes) < stalledAfter;
}

/** Rolls back a transaction, unless SQLite has already rolled it back after a fault. */
function abandon(engine: Engine): void {
  try {
    engine.exec('ROLLBACK');
  } catch {
    // The error that caused the rollback is the one to report.
  }
}

function statementOver(statement: EngineStatement, guarded: <T>(action: () => T) => T): Statement {
  return {
    run: (...values) => guarded(() => lastRowId(statement.run(checked(values)))),
    get: (...values) => guarded(() => statement.get(checked(values)) as Row | undefined),
    all: (...values) => guarded(() => statement.all(checked(values)) as readonly Row[]),
  };
}

function lastRowId(info: unknown): number {
  return Number((info as { readonly lastInsertRowid: number | bigint }).lastInsertRowid);
}

/** Inserts one row, and returns its row id. @param row the values by column */
export function insertRow(
  { prepare }: Pick<Database, 'prepare'>,
  table: string,
  row: Readonly<Record<string, Value>>,
): number {
  const columns = Object.keys(row);
  const marks = columns.map(() => '?').join(', ');
  return prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks})`).run(...Object.values(row));
}

function checked(values: readonly Value[]): readonly Value[] {
  for (const value of values) {
    const kind = typeof value;
    const isPlain = kind === 'string' || kind === 'number' || kind === 'bigint' || value === null;
    if (!isPlain && !(value instanceof Uint8Array)) {
      throw new TypeError(`a ${kind} cannot be bound to a statement`);
    }
  }
  return values;
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`column ${column} holds no text`);
  return value;
}

export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`column ${column} holds no number`);
  return value;
}

export function integerOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : integer(row, column);
}

/** Reads a column that holds only canonical amounts. */
export function amountIn(row: Row, column: string): Amount {
  return text(row, column) as Amount;
}

export function amountOrNull(row: Row, column: string): Amount | null {
  return textOrNull(row, column) as Amount | null;
}

export function bytes(row: Row, column: string): Uint8Array {
  const value: unknown = row[column];
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`column ${column} holds no bytes`);
}
