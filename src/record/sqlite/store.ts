// The record in one SQLite file: the accounts that it knows, and who opens them.
import { createHmac, randomBytes } from 'node:crypto';
import type { Database, Row } from '../../database/driver.ts';
import { integer, text, textOrNull } from '../../database/row.ts';
import type { Account, AccountRecord, RecordStore } from '../record.ts';
import { SqliteAccountRecord } from './account-record.ts';
import { openRecordFile } from './open.ts';

export interface Opening {
  /** To read: a record that is not there is not made, and answers as an empty one; adding to it is a defect. */
  readonly purpose: 'read' | 'write';
  /** The record's clock: milliseconds since the epoch. */
  readonly now: () => number;
  /** Whose name is stamped as `who`. */
  readonly process: { readonly who: string };
}

/**
 * Opens the record in a file, with mode 0600 in a folder of mode 0700; an older one is completed after a copy. Throws a
 * CreditctlError that names the file and the way out: `refused` for what is damaged, foreign, newer or on a network
 * disk, `failure` for what the machine refuses.
 * @param file absolute path of `record.db`
 */
export async function openSqliteRecord(file: string, opening: Opening): Promise<RecordStore> {
  const database = await openRecordFile({ file, isToRead: opening.purpose === 'read', fill });
  try {
    return storeOver(database, opening);
  } catch (error) {
    database.close();
    throw error;
  }
}

function fill(database: Database): void {
  const hex = (size: number): string => randomBytes(size).toString('hex');
  const set = database.prepare('INSERT INTO meta (name, value) VALUES (?, ?)');
  set.run('id', hex(16));
  set.run('salt', hex(32));
}

function storeOver(database: Database, opening: Opening): RecordStore {
  const { now } = opening;
  const { who } = opening.process;
  const meta = new Map(
    database
      .prepare('SELECT name, value FROM meta')
      .all()
      .map((row) => [text(row, 'name'), text(row, 'value')]),
  );
  const salt = Buffer.from(meta.get('salt') ?? '', 'hex');
  const accountsWhere = (sql: string, ...values: readonly string[]): readonly Account[] =>
    database
      .prepare(`SELECT a.* FROM accounts AS a ${sql}`)
      .all(...values)
      .map(accountOf);
  return {
    name: `SQLite ${database.path}`,
    engine: 'sqlite',
    id: meta.get('id') ?? '',
    keyHash: (apiKey) => createHmac('sha256', salt).update(apiKey).digest('hex'),
    accounts: async () => accountsWhere('ORDER BY a.id'),
    accountOfKey: async (origin, keyHash) =>
      accountsWhere(
        'JOIN account_keys AS k ON k.account = a.id WHERE k.key_hash = ? AND k.origin = ?',
        keyHash,
        origin,
      )[0],
    accountOfLedger: async (ledger) => accountsWhere('WHERE a.ledger = ?', ledger)[0],
    addAccount: async (account) => database.write(() => addAccount(database, account)),
    linkKey: async ({ id, origin }, { keyHash }) => {
      database.write(() =>
        database
          .prepare(
            `INSERT INTO account_keys (key_hash, origin, account) VALUES (?, ?, ?)
             ON CONFLICT DO UPDATE SET account = excluded.account`,
          )
          .run(keyHash, origin, id),
      );
    },
    noteCustomers: async ({ id }, customers) => {
      const note = database.prepare(
        'INSERT INTO account_customers (account, customer, noted_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
      );
      database.write(() => customers.forEach((customer) => void note.run(id, customer, now())));
    },
    of: (account, view): AccountRecord => new SqliteAccountRecord(database, account, { ...view, who, now }),
    close: async () => database.close(),
  };
}

/** An embedded ledger is added once, whoever comes first. */
function addAccount(database: Database, { origin, mode, ledger }: Omit<Account, 'id'>): Account {
  const known =
    ledger === null ? undefined : database.prepare('SELECT * FROM accounts WHERE ledger = ?').get(ledger);
  if (known !== undefined) return accountOf(known);
  const id = database
    .prepare('INSERT INTO accounts (origin, mode, ledger) VALUES (?, ?, ?)')
    .run(origin, mode, ledger);
  return { id, origin, mode, ledger };
}

const accountOf = (row: Row): Account => ({
  id: integer(row, 'id'),
  origin: text(row, 'origin'),
  mode: modeOf(text(row, 'mode')),
  ledger: textOrNull(row, 'ledger'),
});

function modeOf(mode: string): Account['mode'] {
  if (mode === 'live' || mode === 'test' || mode === 'sandbox') return mode;
  throw new TypeError(`an account of the record has the unknown mode ${mode}`);
}
