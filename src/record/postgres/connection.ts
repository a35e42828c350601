// The connection to PostgreSQL: opened when first needed, checked for who answers, opened anew where it was lost.
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client, ClientConfig } from 'pg';
import { addressName, authorities, type PostgresAddress } from './address.ts';
import { isLost, isReadOnly, isStarting, isTooSlow, perhapsDone, recordFault } from './faults.ts';
import { type RawRow, Row } from './values.ts';

/** Milliseconds. */
const connectLimit = 5_000;
const statementLimit = 10_000;
const returnPause = 200;

/**
 * Before a statement that names functions and operators of the server. Others may make some of the same names in a schema
 * that everybody may add to, and would be called by whoever has the better rights.
 */
export const ownNames = 'set local search_path = pg_catalog, pg_temp;\n';

/**
 * At a stricter level, which a role or a server may be set to, whoever waited for a lock would be refused, because what it
 * waited for has changed.
 */
const inTurn = 'set transaction isolation level read committed;\n';

export interface ConnectionOptions {
  readonly address: PostgresAddress & { readonly user: string };
  /** Asked before each connection; `undefined` where there is none. */
  readonly password: () => Promise<string | undefined>;
  /** For how long a server that went away may be on its way back, in milliseconds. */
  readonly patience?: number | undefined;
}

/** A SELECT that waits for its turn, and who waits for its rows. */
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
 * One connection without any state of a session, so that a pooler may serve each statement by another server process.
 * Statements go one after the other, each as one message: the server begins when it has all of it, and commits by itself,
 * so a client that stops in the middle holds no lock.
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
   * The rows that a SELECT answers. Those that are asked for together go as one message. If the connection is lost on the
   * way, it is sent once more. Throws what `recordFault` says.
   * @param statement with its values in it; see `literal`
   * @param consequence what a failure means, after the sentence that says it
   */
  rows(statement: string, consequence = ''): Promise<readonly Row[]> {
    return new Promise((resolve, reject) => {
      const asked = { statement: `${ownNames}${statement}`, consequence, resolve, reject };
      if (this.#reads.push(asked) > 1) return;
      // Whoever asks in the same turn comes along.
      queueMicrotask(() => {
        const reads = this.#reads.splice(0);
        void this.#inTurn(() => this.#together(reads));
      });
    });
  }

  /**
   * The rows that a statement answers which changes something: alone, since it commits by itself. If the connection is lost
   * on the way, it is sent once more, so it must do no harm twice. Throws as `rows` does.
   * @param statement calls one function of the record with values, and nothing else by name; see `ownNames`
   */
  change(statement: string): Promise<readonly Row[]> {
    return this.call(`${inTurn}${statement}`);
  }

  /** The same for a procedure, which is alone in its message because it commits in the middle. */
  call(statement: string, consequence = ''): Promise<readonly Row[]> {
    return this.#inTurn(() => this.#rows(statement, consequence));
  }

  /** A change that is all that a command does: where the connection is lost for good, its outcome is unknown. */
  asOutcome<Result>(change: () => Promise<Result>): Promise<Result> {
    return change().catch((error: unknown) => {
      throw perhapsDone(error);
    });
  }

  /** Several statements as one message, with their own begin and commit; never sent twice. */
  async script(statements: string): Promise<void> {
    try {
      const { client } = await this.#ready();
      await client.query(statements);
    } catch (error) {
      // It may have stopped in the middle, with its transaction open.
      this.#drop();
      const isOpen = isLost(error);
      const fault = recordFault(error, this.name, isOpen ? '' : '; nothing was changed');
      throw isOpen ? perhapsDone(fault) : fault;
    }
  }

  /** Sends nothing more. Waits for no server. */
  close(): void {
    this.#isClosed = true;
    this.#drop();
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(act);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #together(reads: readonly Read[]): Promise<void> {
    const joined = reads.map(({ statement }) => statement).join(';\n');
    const answers = reads.length === 1 ? undefined : await this.#answers(joined).catch(() => undefined);
    for (const [place, { statement, consequence, resolve, reject }] of reads.entries()) {
      const answer = answers?.[place];
      // Of several, only those that fail alone fail.
      if (answer !== undefined) resolve(answer);
      else await this.#rows(statement, consequence).then(resolve, reject);
    }
  }

  async #rows(statement: string, consequence: string): Promise<readonly Row[]> {
    try {
      return await this.#ask(statement);
    } catch (error) {
      // A server that was never reached is not waited for.
      if (!this.#wasReached || !(isStarting(error) || isReadOnly(error)))
        throw recordFault(error, this.name, consequence);
    }
    return this.#askAgain(statement, consequence);
  }

  async #askAgain(statement: string, consequence: string): Promise<readonly Row[]> {
    const { patience = 5_000 } = this.#options;
    for (let waited = 0; ; waited += returnPause) {
      try {
        return await this.#ask(statement);
      } catch (error) {
        const mayReturn = (isStarting(error) && !isTooSlow(error)) || isReadOnly(error);
        if (!mayReturn || waited >= patience || this.#isClosed)
          throw recordFault(error, this.name, consequence);
        this.#drop();
      }
      await delay(returnPause);
    }
  }

  async #ask(statement: string): Promise<readonly Row[]> {
    const [rows] = await this.#answers(statement);
    return rows ?? [];
  }

  async #answers(message: string): Promise<readonly (readonly Row[])[]> {
    const { client } = await this.#ready();
    try {
      // The driver answers with a list where there were several.
      const results = [await client.query<RawRow>(message)].flat();
      return results
        .filter(({ command }) => command !== 'SET')
        .map(({ rows }) => rows.map((row) => new Row(row)));
    } catch (error) {
      // The answer to a statement that took too long must not be taken for the answer to the next one.
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
    // Nothing would ever end this connection, and the process would wait for it.
    if (this.#isClosed) throw new TypeError('The record was closed');
    const { database, user } = this.#options.address;
    const client = new (class extends pg.Client {
      /** All that the server gets: the driver would add what PGOPTIONS and PGREPLICATION say. */
      getStartupConf(): Readonly<Record<string, string>> {
        return { user, database, application_name: 'creditctl' };
      }
    })({ ...this.#config(password ?? ''), stream: () => socket });
    const opened: Opened = { client, socket, isOver: false };
    // Without a listener, a server that ends the connection between two statements would end the program.
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

  #config(password: string): ClientConfig {
    const { tls, rootCertificates, ...server } = this.#options.address;
    const { host } = server;
    return {
      ...server,
      password,
      ssl: tls === 'off' ? false : { host, ca: authorities(this.#options.address), rejectUnauthorized: true },
      sslnegotiation: 'postgres',
      connectionTimeoutMillis: connectLimit,
      query_timeout: statementLimit,
      keepAlive: true,
      // Every value stays the text that the server wrote: an amount must not become a float.
      types: { getTypeParser: () => (value: string) => value },
    };
  }

  #drop(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened === undefined) return;
    opened.isOver = true;
    opened.client.end().catch(() => undefined);
    opened.socket.destroySoon();
    opened.socket.unref();
  }
}
