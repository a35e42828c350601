// What a home folder's record has, read straight from its file: every event as it was chained, with its texts.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { requestFromText } from '../../src/requests/request.ts';

/** A fact, with the stamp of the record; `event` is the state in which a write ended, else the kind of the fact. */
export type RecordedEvent = Record<string, unknown> & {
  readonly event: string;
  readonly key: string;
  readonly who: string;
};

type Rows = { all(...values: readonly unknown[]): Record<string, unknown>[] };
const Sqlite = createRequire(import.meta.url)('libsql') as new (
  file: string,
  options: object,
) => { prepare(sql: string): Rows; exec(sql: string): void; close(): void };

export const recordFile = (home: string): string =>
  path.join(home, '.local', 'state', 'creditctl', 'record.db');

/** Every event of every account below a home folder, oldest first; none where there is no record. */
export const recordedIn = (home: string): RecordedEvent[] =>
  lookedUp<RecordedEvent[]>(home, [], (database) => {
    const texts = textsByEvent(database.prepare('SELECT account, seq, name, text FROM texts').all());
    return database
      .prepare('SELECT account, seq, at, who, body FROM events ORDER BY account, seq')
      .all()
      .map((row) => {
        const { kind, texts: _hashes, ...fact } = JSON.parse(String(row.body)) as Record<string, unknown>;
        return {
          event: String(kind === 'ended' ? fact.state : kind),
          account: row.account,
          at: new Date(Number(row.at)).toISOString(),
          who: String(row.who),
          ...fact,
          key: typeof fact.key === 'string' ? fact.key : '',
          ...texts.get(`${row.account} ${row.seq}`),
        };
      });
  });

/** What tells one state of the record's file from another; a sixth of the time of counting its events. */
export const recordDigest = (home: string): string | undefined =>
  existsSync(recordFile(home))
    ? createHash('sha256')
        .update(readFileSync(recordFile(home)))
        .digest('hex')
    : undefined;

/** @param none where there is no record */
function lookedUp<T>(home: string, none: T, look: (database: { prepare(sql: string): Rows }) => T): T {
  const file = recordFile(home);
  if (!existsSync(file)) return none;
  const database = new Sqlite(file, { readonly: true });
  try {
    // A process that was killed while it made the record has left a file without tables.
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE name = 'texts'").all();
    return tables.length === 0 ? none : look(database);
  } finally {
    database.close();
  }
}

/** Changes a record behind the program's back. @param sql one statement */
export function changeRecord(home: string, sql: string): void {
  const database = new Sqlite(recordFile(home), {});
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

function textsByEvent(rows: readonly Record<string, unknown>[]): Map<string, Record<string, unknown>> {
  const texts = new Map<string, Record<string, unknown>>();
  for (const { account, seq, name, text } of rows) {
    const id = `${account} ${seq}`;
    const said = Buffer.from(text as Uint8Array).toString();
    texts.set(id, { ...texts.get(id), [String(name)]: textAsValue(String(name), said) });
  }
  return texts;
}

function textAsValue(name: string, text: string): unknown {
  if (name === 'answer') return JSON.parse(text);
  if (name !== 'request') return text;
  const { bodyText, ...request } = requestFromText(text) ?? { bodyText: '' };
  return { ...request, ...(bodyText === undefined ? {} : { body: JSON.parse(bodyText || 'null') }) };
}
