// Opens the record in one SQLite file, and reads and adds its accounts and their API keys.
import { createHmac, randomBytes } from 'node:crypto';
import { type Database, integer, type Row, text, textOrNull } from '../../database/driver.ts';
import type { Account, AccountMarks, AccountRecord, RecordStore } from '../record.ts';
import { SqliteAccountRecord } from './account-record.ts';
import { openRecordFile } from './open.ts';

interface Opening {
  /** `read`: a missing record is not created, and reads as an empty one; appending to it is a defect. */
  readonly purpose: 'read' | 'write';
  /** The record's clock: milliseconds since the epoch. */
  readonly now: () => number;
  /** The person whose name the record stamps as `who`. */
  readonly process: { readonly who: string };
}

/**
 * Opens the record in a file of mode 0600 in a folder of mode 0700; upgrades an older file after a copy. Throws a
 * CreditctlError that names the file and the way out: `refused` for a damaged, foreign or newer file, or one on a network
 * disk; `failure` for an error of the operating system.
 * @param file absolute path of `record.db`
 */
export async function openSqliteRecord(file: string, opening: Opening): Promise<RecordStore> {
  const database = await openRecordFile({ file, isToRead: opening.purpose === 'read', fill });
  try {
    return storeOver(database, file, opening);
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

function storeOver(database: Database, file: string, opening: Opening): RecordStore {
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
    name: `SQLite ${file}`,
    engine: 'sqlite',
    id: meta.get('id') ?? '',
    keyHash: (apiKey) => createHmac('sha256', salt).update(apiKey).digest('hex'),
    // An SQLite record is upgraded when it is opened, and only its user has rights to the file.
    flaws: async () => [],
    accounts: async () => accountsWhere('ORDER BY a.id'),
    accountOfKey: async (origin, keyHash) =>
      accountsWhere(
        'JOIN account_keys AS k ON k.account = a.id WHERE k.key_hash = ? AND k.origin = ?',
        keyHash,
        origin,
      )[0],
    accountOfLedger: async (ledger) => accountsWhere('WHERE a.ledger = ?', ledger)[0],
    addAccount: async (account, known = {}) =>
      database.write(() => addAccount(database, account, { ...known, now: now() })),
    linkKey: async ({ id, origin }, { keyHash }) => {
      const linked = database.write(() => database.prepare(linkKey).get(keyHash, origin, id));
      if (linked === undefined)
        throw new TypeError('the key opens another account, whose customers are known');
    },
    noteCustomers: async ({ id }, customers) => {
      database.write(() => noteCustomers(database, id, { customers, now: now() }));
    },
    of: (account, view): AccountRecord => new SqliteAccountRecord(database, account, { ...view, who, now }),
    close: async () => database.close(),
  };
}

/** Only the key of an account without customers may move to another account: writes must keep their caps. */
const linkKey = `INSERT INTO account_keys (key_hash, origin, account) VALUES (?, ?, ?)
  ON CONFLICT DO UPDATE SET account = excluded.account WHERE account_keys.account = excluded.account
    OR NOT EXISTS (SELECT 1 FROM account_customers AS c WHERE c.account = account_keys.account)
  RETURNING account`;

/** Adds an account, or answers the known one with the same ledger, key or customer. */
function addAccount(
  database: Database,
  { origin, mode, ledger }: Omit<Account, 'id'>,
  { keyHash, customers = [], now }: AccountMarks & { readonly now: number },
): Account {
  const known = knownAccount(database, { origin, ledger, keyHash, customers });
  const id =
    known?.id ??
    database
      .prepare('INSERT INTO accounts (origin, mode, ledger) VALUES (?, ?, ?)')
      .run(origin, mode, ledger);
  noteCustomers(database, id, { customers, now });
  if (keyHash !== undefined)
    database
      .prepare('INSERT INTO account_keys (key_hash, origin, account) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run(keyHash, origin, id);
  return known ?? { id, origin, mode, ledger };
}

function noteCustomers(
  database: Database,
  account: number,
  { customers, now }: { readonly customers: readonly string[]; readonly now: number },
): void {
  const note = database.prepare(
    'INSERT INTO account_customers (account, customer, noted_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  for (const customer of customers) note.run(account, customer, now);
}

/** Finds an account by its ledger, its API key, or one of its customers. */
function knownAccount(
  database: Database,
  { origin, ledger, keyHash = '', customers = [] }: AccountMarks & Pick<Account, 'origin' | 'ledger'>,
): Account | undefined {
  if (ledger !== null) {
    const own = database.prepare('SELECT * FROM accounts WHERE ledger = ?').get(ledger);
    return own && accountOf(own);
  }
  const found = database
    .prepare(
      `SELECT a.* FROM accounts AS a WHERE a.origin = ?1 AND a.ledger IS NULL AND (
         EXISTS (SELECT 1 FROM account_keys AS k WHERE k.account = a.id AND k.key_hash = ?2 AND k.origin = ?1)
         OR EXISTS (SELECT 1 FROM account_customers AS c WHERE c.account = a.id
                    AND c.customer IN (SELECT value FROM json_each(?3))))
       ORDER BY a.id LIMIT 1`,
    )
    .get(origin, keyHash, JSON.stringify(customers));
  return found && accountOf(found);
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
