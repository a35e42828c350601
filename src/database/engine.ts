// Opens a database with one of two SQLite engines: the runtime's own where it has one, libsql on Node 20.
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';

/** A value that both engines bind unchanged; libsql aborts the whole process on most other values. */
export type Value = string | number | bigint | Uint8Array | null;

/** The methods that the statements of both engines have. */
export interface EngineStatement {
  readonly run: (values: readonly Value[]) => unknown;
  readonly get: (values: readonly Value[]) => unknown;
  readonly all: (values: readonly Value[]) => unknown;
}

export interface Engine {
  readonly exec: (sql: string) => void;
  readonly prepare: (sql: string) => EngineStatement;
  readonly close: () => void;
}

/** How long a statement waits for another process's transaction, in milliseconds. */
export const busyTimeout = 10_000;

/** Opens a database file that exists. Throws what the engine throws. */
export async function openEngine(path: string): Promise<Engine> {
  const builtIn = builtInSqlite();
  return builtIn === undefined ? openLibsql(path) : openBuiltIn(builtIn, path);
}

interface BuiltInStatement {
  readonly run: (...values: readonly Value[]) => unknown;
  readonly get: (...values: readonly Value[]) => unknown;
  readonly all: (...values: readonly Value[]) => unknown;
}

type OpenedBy<Statement> = new (
  path: string,
) => { exec(sql: string): void; prepare(sql: string): Statement; close(): void };

interface BuiltInSqlite {
  readonly DatabaseSync: OpenedBy<BuiltInStatement>;
}

/** `node:sqlite`, on Node 22.13 and newer. */
function builtInSqlite(): BuiltInSqlite | undefined {
  const load = process.getBuiltinModule as ((id: string) => object | undefined) | undefined;
  const module = load?.call(process, 'node:sqlite');
  return module !== undefined && 'DatabaseSync' in module ? (module as BuiltInSqlite) : undefined;
}

function openBuiltIn({ DatabaseSync }: BuiltInSqlite, path: string): Engine {
  const database = new DatabaseSync(path);
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      return {
        run: (values) => statement.run(...values),
        get: (values) => statement.get(...values),
        all: (values) => statement.all(...values),
      };
    },
    close: () => database.close(),
  };
}

interface LibsqlStatement {
  run(values: readonly Value[]): unknown;
  get(values: readonly Value[]): readonly Value[] | undefined;
  all(values: readonly Value[]): readonly (readonly Value[])[];
  /** Makes the statement return each row as a list of values. Throws on a statement that returns no rows. */
  raw(): LibsqlStatement;
  columns(): readonly { readonly name: string }[];
}

/** Files that libsql opens for one database: the file and its log, and the pipes of its own threads. */
const filesOfLibsql = 12;

/** libsql ends the whole process if no more files can be opened, so this check throws the system's error first. */
function checkFilesAreFree(): void {
  const opened: number[] = [];
  try {
    while (opened.length < filesOfLibsql) opened.push(openSync(devNull, 'r'));
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

async function openLibsql(path: string): Promise<Engine> {
  checkFilesAreFree();
  const { default: Database } = (await import('libsql')) as unknown as {
    default: OpenedBy<LibsqlStatement>;
  };
  const database = new Database(path);
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => libsqlStatement(database.prepare(sql)),
    close: () => database.close(),
  };
}

/** Reads rows as lists and names their values here, because libsql takes about twice as long to name them. */
function libsqlStatement(statement: LibsqlStatement): EngineStatement {
  let listing: LibsqlStatement | undefined;
  const lists = (): LibsqlStatement => {
    listing ??= statement.raw();
    return listing;
  };
  let names: readonly string[] = [];
  const named = (values: readonly Value[]): Readonly<Record<string, Value>> => {
    // The columns are known with the first row, and change if a column is added to the table.
    if (names.length !== values.length) names = statement.columns().map(({ name }) => name);
    const row: Record<string, Value> = {};
    for (let index = 0; index < values.length; index += 1) row[names[index] ?? ''] = values[index] ?? null;
    return row;
  };
  return {
    // The values stay one array: libsql reads a sole `null` argument as an object of named values.
    run: (values) => statement.run(values),
    get: (values) => {
      const row = lists().get(values);
      return row === undefined ? undefined : named(row);
    },
    all: (values) => lists().all(values).map(named),
  };
}
