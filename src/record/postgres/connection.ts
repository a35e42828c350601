// Connects to PostgreSQL with the first statement, verifies the server, and reconnects after a lost connection.
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, ClientConfig } from 'pg';
import { addressName, authorities, type PostgresAddress } from './address.ts';
import { asOutcomeUnknown, isLost, isReadOnly, isStarting, isTooSlow, recordFault } from './faults.ts';
import { type RawRow, Row } from './values.ts';

/** Timeouts, and the pause between reconnects, in milliseconds. */
const connectLimit = 5_000;
const statementLimit = 10_000;
const returnPause = 200;

/**
 * Fixes the search path before a statement, so that its functions and operators are the server's own. Otherwise another
 * role could define functions of the same names in a shared schema, and a more powerful role would call them.
 */
export const fixedSearchPath = 'set local search_path = pg_catalog, pg_temp;\n';

/**
 * A role or a server may default to a stricter isolation level. There, a statement that waited for a lock would fail,
 * because the locked row has changed.
 */
const readCommitted = 'set transaction isolation level read committed;\n';

export interface ConnectionOptions {
  readonly address: PostgresAddress & { readonly user: string };
  /** Fetches the password before each connection; `undefined` if there is none. */
  readonly password: () => Promise<string | undefined>;
  /** Milliseconds for which statements wait for a lost server to come back. Default: 5,000. */
  readonly patience?: number | undefined;
}

/** A queued SELECT, with the promise of its rows. */
interface Read {
  readonly statement: string;
  readonly consequence: string;
  readonly resolve: (rows: readonly Row[]) => void;
  readonly reject: (fault: unknown) => void;
}

interface Opened {
  readonly client: Client;
  readonly socket: Socket;
  isOver: boolean;
}

/**
 * One connection without session state, so that a pooler may send each statement to another server process. Statements
 * run one after the other. Each is one message, which the server runs and commits once it has all of it, so a client that
 * stops halfway holds no lock.
 */
export class PostgresConnection {
  readonly name: string;
  readonly #options: ConnectionOptions;
  #opened: Opened | undefined;
  #reads: Read[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;
  #wasReached = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.name = addressName(options.address);
  }

  /**
   * The rows of a SELECT. SELECTs of one turn of the event loop go as one message. After a lost connection, the SELECT is
   * sent again. Throws the error of `recordFault`.
   * @param statement with its values inlined; see `literal`
   * @param consequence the end of the error message, such as `; nothing was sent`
   */
  rows(statement: string, consequence = ''): Promise<readonly Row[]> {
    return new Promise((resolve, reject) => {
      const asked = { statement: `${fixedSearchPath}${statement}`, consequence, resolve, reject };
      if (this.#reads.push(asked) > 1) return;
      // SELECTs that the same turn of the event loop asks for join this message.
      queueMicrotask(() => {
        const reads = this.#reads.splice(0);
        void this.#enqueue(() => this.#readTogether(reads));
      });
    });
  }

  /**
   * The rows of a statement that changes data. The statement is alone in its message, because it commits automatically.
   * After a lost connection it is sent again, so it must be idempotent. Throws as `rows` does.
   * @param statement a call of one function of the record, with literal values only; see `fixedSearchPath`
   */
  change(statement: string): Promise<readonly Row[]> {
    return this.call(`${readCommitted}${statement}`);
  }

  /** As `change`, for a procedure: no other statement may be in the message of a procedure that commits. */
  call(statement: string, consequence = ''): Promise<readonly Row[]> {
    return this.#enqueue(() => this.#rows(statement, consequence));
  }

  /** Runs the only change of a command: if the connection stays lost, the error has the kind `outcome-unknown`. */
  asOutcome<Result>(change: () => Promise<Result>): Promise<Result> {
    return change().catch((error: unknown) => {
      throw asOutcomeUnknown(error);
    });
  }

  /** Runs several statements as one message, with their own begin and commit. They are never sent again. */
  async script(statements: string): Promise<void> {
    try {
      const { client } = await this.#ready();
      await client.query(statements);
    } catch (error) {
      // The script may have stopped halfway, with its transaction open.
      this.#drop();
      const isOpen = isLost(error);
      const fault = recordFault(error, this.#options.address, isOpen ? '' : '; nothing was changed');
      throw isOpen ? asOutcomeUnknown(fault) : fault;
    }
  }

  /** Closes the connection without waiting for the server. */
  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  #enqueue<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(task);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #readTogether(reads: readonly Read[]): Promise<void> {
    const joined = reads.map(({ statement }) => statement).join(';\n');
    const answers = reads.length === 1 ? undefined : await this.#answers(joined).catch(() => undefined);
    for (const [place, { statement, consequence, resolve, reject }] of reads.entries()) {
      const answer = answers?.[place];
      // After a failed joint message, each SELECT runs alone, so that only the wrong ones fail.
      if (answer !== undefined) resolve(answer);
      else await this.#rows(statement, consequence).then(resolve, reject);
    }
  }

  async #rows(statement: string, consequence: string): Promise<readonly Row[]> {
    try {
      return await this.#ask(statement);
    } catch (error) {
      // Only a server that was reached before is worth waiting for.
      if (!this.#wasReached || !(isStarting(error) || isReadOnly(error)))
        throw recordFault(error, this.#options.address, consequence);
    }
    return this.#askAgain(statement, consequence);
  }

  async #askAgain(statement: string, consequence: string): Promise<readonly Row[]> {
    for (let waited = 0; ; waited += returnPause) {
      try {
        return await this.#ask(statement);
      } catch (error) {
        const mayReturn = (isStarting(error) && !isTooSlow(error)) || isReadOnly(error);
        if (!mayReturn || waited >= (this.#options.patience ?? 5_000) || this.#isClosed)
          throw recordFault(error, this.#options.address, consequence);
        this.#drop();
      }
      await delay(returnPause);
    }
  }

  async #ask(statement: string): Promise<readonly Row[]> {
    return (await this.#answers(statement))[0] ?? [];
  }

  async #answers(message: string): Promise<readonly (readonly Row[])[]> {
    const { client } = await this.#ready();
    try {
      // The driver answers a message of several statements with a list.
      const results = [await client.query<RawRow>(message)].flat();
      return results
        .filter(({ command }) => command !== 'SET')
        .map(({ rows }) => rows.map((row) => new Row(row)));
    } catch (error) {
      // A late answer to this statement must not count as the answer to the next one.
      if (isLost(error)) this.#drop();
      throw error;
    }
  }

  async #ready(): Promise<Opened> {
    return this.#opened?.isOver === false ? this.#opened : this.#open();
  }

  async #open(): Promise<Opened> {
    this.#drop();
    const { default: pg } = await import('pg');
    const socket = new Socket();
    const password = await this.#options.password();
    // After `close`, a new connection would stay open and keep the process alive.
    if (this.#isClosed) throw new TypeError('The record was closed');
    const { database, user } = this.#options.address;
    const client = new (class extends pg.Client {
      /** Only these parameters: the driver would add PGOPTIONS and PGREPLICATION. */
      getStartupConf(): Readonly<Record<string, string>> {
        return { user, database, application_name: 'creditctl' };
      }
    })({ ...this.#config(password), stream: () => socket });
    const opened: Opened = { client, socket, isOver: false };
    // Without a listener, a connection that the server ends between two statements would crash the process.
    const end = (): void => {
      opened.isOver = true;
    };
    client.on('error', end).on('end', end);
    this.#opened = opened;
    try {
      await client.connect();
      this.#wasReached = true;
    } catch (error) {
      this.#drop();
      throw error;
    }
    return opened;
  }

  #config(password: string | undefined): ClientConfig {
    const { tls, rootCertificates, ...server } = this.#options.address;
    const { host } = server;
    return {
      ...server,
      // Without a function, the driver would look for a missing password itself, and print warnings about `.pgpass`.
      password: async () => password ?? '',
      ssl: tls === 'off' ? false : { host, ca: authorities(this.#options.address), rejectUnauthorized: true },
      sslnegotiation: 'postgres',
      connectionTimeoutMillis: connectLimit,
      query_timeout: statementLimit,
      keepAlive: true,
      // Each value stays the server's text, because an amount must not become a float.
      types: { getTypeParser: () => (value: string) => value },
    };
  }

  #drop(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined) return;
    opened.isOver = true;
    opened.client.end().catch(() => undefined);
    // The driver would leave an attempt to connect without an end.
    if (!this.#wasReached) opened.socket.destroy(new Error('Connection terminated'));
    opened.socket.destroySoon();
    opened.socket.unref();
  }
}
