// Opens a record on PostgreSQL, checks that this program may write to it, and gives access to its accounts.
import { createHmac } from 'node:crypto';
import os from 'node:os';
import { type CreditctlError, notApplied } from '../../errors.ts';
import { variable } from '../../profiles/environment.ts';
import type { Account, AccountMarks, AccountRecord, AccountView, RecordStore } from '../record.ts';
import { PostgresAccountRecord } from './account-record.ts';
import { postgresAddress } from './address.ts';
import { PostgresConnection } from './connection.ts';
import { type PasswordSources, type ProfilePassword, passwordOf } from './password.ts';
import { accountOf } from './selects.ts';
import { schemaForm } from './tables.ts';
import { jsonLiteral, literal } from './values.ts';

/** The URL of a record, and the setting that holds it, for error messages. */
export interface PostgresPlace extends ProfilePassword {
  readonly url: string;
  readonly source: string;
}

export interface PostgresOpening extends PasswordSources {
  /** See `ConnectionOptions`. */
  readonly patience?: number;
  readonly purpose?: 'read' | 'write';
  /** Ends the wait for a server that does not answer. Once the record is open, outcomes must still be noted. */
  readonly interruption?: AbortSignal;
}

/** A connection, opened with its first statement. Throws a `usage` error for an invalid URL. */
export function connectionTo(
  { url, source, ...kept }: PostgresPlace,
  opening: PostgresOpening,
): PostgresConnection {
  const found = postgresAddress(url, source);
  const address = { ...found, user: found.user ?? variable(opening.env, 'PGUSER') ?? os.userInfo().username };
  return new PostgresConnection({
    address,
    password: () => passwordOf(address, opening, kept),
    patience: opening.patience,
  });
}

/**
 * Opens the record. Throws a `refused` error if there is none, or if its schema is too old or too new for this program; to
 * write, also if the server does not wait for its disk.
 */
export async function openPostgresRecord(
  place: PostgresPlace,
  opening: PostgresOpening,
): Promise<RecordStore> {
  const connection = connectionTo(place, opening);
  const { purpose, interruption } = opening;
  return new PostgresStore(
    connection,
    await readFirst(connection, () => readIdentity(connection, purpose), interruption),
  );
}

/** Reads with the first statement of a connection, and closes the connection at a failure or an interruption. */
export async function readFirst<Result>(
  connection: PostgresConnection,
  read: () => Promise<Result>,
  interruption: AbortSignal | undefined,
): Promise<Result> {
  const close = (): void => connection.close();
  interruption?.addEventListener('abort', close);
  try {
    return await read();
  } catch (error) {
    close();
    interruption?.throwIfAborted();
    throw error;
  } finally {
    interruption?.removeEventListener('abort', close);
  }
}

interface Identity {
  readonly id: string;
  readonly salt: string;
}

async function readIdentity(
  connection: PostgresConnection,
  purpose: PostgresOpening['purpose'],
): Promise<Identity> {
  const [row] = await connection.rows(
    `select id, salt, form, oldest_form, oldest_program, current_setting('fsync') as fsync from creditctl.record`,
    '; nothing was sent',
  );
  const { name } = connection;
  if (row === undefined) throw refusal(`${name} has lost its own identity`, 'Restore it from a backup');
  if (row.number('oldest_form') > schemaForm)
    throw refusal(
      `${name} needs creditctl ${row.text('oldest_program')} or newer to be written to`,
      'Install a newer creditctl',
    );
  if (row.number('form') < schemaForm)
    throw refusal(
      `${name} was made for an older creditctl`,
      'As the owner of the database: creditctl record init',
    );
  // With fsync off, a power loss may lose acknowledged facts.
  if (purpose !== 'read' && row.text('fsync') !== 'on')
    throw refusal(`${name} does not wait for its disk (fsync is off)`, 'Switch fsync on at the server');
  return { id: row.text('id'), salt: row.text('salt') };
}

const refusal = (text: string, next: string): CreditctlError =>
  notApplied('refused', `${text}; nothing was sent`, [next]);

class PostgresStore implements RecordStore {
  readonly engine = 'postgres';
  readonly name: string;
  readonly id: string;
  readonly #connection: PostgresConnection;
  readonly #salt: string;

  constructor(connection: PostgresConnection, { id, salt }: Identity) {
    this.#connection = connection;
    this.name = connection.name;
    this.id = id;
    this.#salt = salt;
  }

  keyHash(apiKey: string): string {
    return createHmac('sha256', this.#salt).update(apiKey).digest('hex');
  }

  async flaws(): Promise<readonly string[]> {
    // Loaded only here: the text of all functions is large, and no write needs it.
    const { flawsOf } = await import('./setup.ts');
    return flawsOf(this.#connection);
  }

  accounts(): Promise<readonly Account[]> {
    return this.#accounts('order by id');
  }

  async accountOfKey(origin: string, keyHash: string): Promise<Account | undefined> {
    const key = `select account from creditctl.account_key where origin = ${literal(origin)} and key_hash = ${literal(keyHash)}`;
    return (await this.#accounts(`where id = (${key})`))[0];
  }

  async accountOfLedger(ledger: string): Promise<Account | undefined> {
    return (await this.#accounts(`where ledger = ${literal(ledger)}`))[0];
  }

  async addAccount(
    { origin, mode, ledger }: Omit<Account, 'id'>,
    { keyHash, customers = [] }: AccountMarks = {},
  ): Promise<Account> {
    const values = [origin, mode, ledger, keyHash ?? null].map(literal).join(', ');
    const [row] = await this.#connection.change(
      `select creditctl.add_account(${values}, ${jsonLiteral(customers)}) as id`,
    );
    const [account] = row === undefined ? [] : await this.#accounts(`where id = ${row.number('id')}`);
    if (account === undefined) throw new TypeError('the record names no new account');
    return account;
  }

  async linkKey(account: Account, { keyHash }: { readonly keyHash: string }): Promise<void> {
    await this.#connection.change(`select creditctl.link_key(${account.id}, ${literal(keyHash)})`);
  }

  async noteCustomers(account: Account, customers: readonly string[]): Promise<void> {
    await this.#connection.change(
      `select creditctl.note_customers(${account.id}, ${jsonLiteral(customers)})`,
    );
  }

  of(account: Account, view: AccountView = {}): AccountRecord {
    return new PostgresAccountRecord(account, this.#connection, view);
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  async #accounts(rest: string): Promise<readonly Account[]> {
    const rows = await this.#connection.rows(
      `select id, origin, mode, ledger from creditctl.account ${rest}`,
    );
    return rows.map(accountOf);
  }
}
