// The record on SQLite as one account sees it: each method is one transaction, or reads page by page.
import type { Database, Value } from '../../database/driver.ts';
import { bytes, integer, text } from '../../database/row.ts';
import { readBody } from '../fact-body.ts';
import type { FactRunner, NewFact, TextName, WriteState } from '../facts.ts';
import type {
  Account,
  AccountRecord,
  AppendOptions,
  BatchRunRow,
  CapCheck,
  Head,
  WriteFilter,
} from '../record.ts';
import { batchRunOf } from '../standing-as-write.ts';
import { appendFacts, hasLink, headOf } from './append.ts';
import { eraseCustomer } from './erase.ts';
import { hasPlan, planBytes, savePlan } from './plans.ts';
import { eventsFrom, eventsUpTo, linksFrom } from './read-events.ts';
import {
  conditionOf,
  keyStatesOf,
  textOfRow,
  textsOf,
  writesWhere,
  writesWithTextsWhere,
} from './read-writes.ts';
import { runnerText, runOf } from './standing-rows.ts';
import { type CapPlace, heldUnder } from './standing-tables.ts';

/** Writes in one page of a list. */
const pageSize = 200;
const newestFirst = 'ORDER BY w.noted_at DESC, w.noted DESC';

/** Who this process is, and the record's clock: milliseconds since the epoch. */
export interface Stamp {
  readonly who: string;
  readonly now: () => number;
}

export class SqliteAccountRecord implements AccountRecord {
  readonly account: Account;
  readonly #database: Database;
  readonly #stamp: Stamp;

  constructor(database: Database, account: Account, stamp: Stamp) {
    this.account = account;
    this.#database = database;
    this.#stamp = stamp;
  }

  get #place(): CapPlace {
    return { account: this.account.id, who: this.#stamp.who, at: this.#stamp.now() };
  }

  async now() {
    return this.#stamp.now();
  }

  async who() {
    return this.#stamp.who;
  }

  async append(facts: readonly NewFact[], options?: AppendOptions) {
    return this.#database.write(() => appendFacts(this.#database, this.#place, facts, options));
  }

  async extendLease(
    {
      runner,
      keys,
      batch,
    }: { readonly runner: FactRunner; readonly keys?: readonly string[]; readonly batch?: string },
    leaseMs: number,
  ) {
    const { account, at } = this.#place;
    const [until, holder] = [at + leaseMs, runnerText(runner)];
    this.#database.write(() => {
      this.#run(
        `UPDATE writes AS w SET lease_until = max(lease_until, ?)
         WHERE account = ? AND key IN (SELECT value FROM json_each(?)) AND state IN ('noted', 'unknown')
           AND coalesce(runner, (SELECT r.runner FROM runs AS r
             WHERE r.account = w.account AND r.batch = w.batch AND r.run = w.run)) = ?`,
        [until, account, JSON.stringify(keys ?? []), holder],
      );
      if (batch !== undefined)
        this.#run(
          `UPDATE runs SET lease_until = max(lease_until, ?)
           WHERE account = ? AND batch = ? AND runner = ? AND ended_at IS NULL`,
          [until, account, batch, holder],
        );
    });
  }

  async head() {
    const { link, hash } = headOf(this.#database, this.account.id);
    return { link, hash };
  }

  async holds(head: Head) {
    return hasLink(this.#database, this.account.id, head);
  }

  async write(key: string) {
    return this.#withTexts('w.key = ?', [key])[0];
  }

  async equalWrites(fingerprint: string, max = 1000) {
    if (fingerprint === '') return [];
    const newest = `w.fingerprint = ? AND w.fingerprint <> '' ${newestFirst} LIMIT ?`;
    return this.#withTexts(newest, [fingerprint, max]).toReversed();
  }

  async writesNaming(id: string) {
    const places = ['entry', 'request_id'].map(
      (column) => `SELECT noted FROM writes WHERE account = ? AND ${column} = ?`,
    );
    const { id: account } = this.account;
    return this.#withTexts(`w.noted IN (${places.join(' UNION ')}) ${newestFirst}`, [
      account,
      id,
      account,
      id,
    ]);
  }

  async writesBeginning(prefix: string, max: number) {
    const range = {
      sql: 'w.key >= ? AND w.key < ? ORDER BY w.key LIMIT ?',
      values: [prefix, `${prefix}\u{10ffff}`, max],
    };
    return this.#read(() => writesWhere(this.#database, this.account.id, range));
  }

  async *writes(filter: WriteFilter) {
    const { sql, values } = conditionOf(filter);
    for (let place: readonly Value[] = []; ; ) {
      const before = place.length === 0 ? '' : 'AND (w.noted_at, w.noted) < (?, ?)';
      const page = this.#withTexts(`${sql} ${before} ${newestFirst} LIMIT ?`, [
        ...values,
        ...place,
        pageSize,
      ]);
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return;
      place = [Date.parse(last.notedAt), this.#notedOf(last.key)];
    }
  }

  async countWrites(filter: WriteFilter) {
    const { sql, values } = conditionOf(filter);
    const rows = this.#all(
      `SELECT w.state, count(*) AS count FROM writes AS w WHERE w.account = ? AND ${sql} GROUP BY w.state`,
      values,
    );
    return new Map(rows.map((row) => [text(row, 'state') as WriteState, integer(row, 'count')]));
  }

  async keyStates(keys: readonly string[]) {
    return this.#read(() => keyStatesOf(this.#database, this.account.id, keys));
  }

  async knownKeys(keys: readonly string[]) {
    const rows = this.#all(
      'SELECT key FROM writes WHERE account = ? AND key IN (SELECT value FROM json_each(?))',
      [JSON.stringify(keys)],
    );
    return new Set(rows.map((row) => text(row, 'key')));
  }

  async reserved(of: Pick<CapCheck, 'scope' | 'customer' | 'currency' | 'day'>) {
    return this.#read(() => heldUnder(this.#database, this.#place, of));
  }

  async customersWritten(max: number) {
    // A name that is the customer's own in the request may be an external id, and says nothing.
    const rows = this.#all(
      `SELECT holder AS customer FROM (
         SELECT holder, noted FROM writes WHERE account = ? AND holder IS NOT NULL AND holder IS NOT customer
         ORDER BY noted DESC LIMIT 1000
       ) GROUP BY holder ORDER BY max(noted) DESC LIMIT ?`,
      [max],
    );
    const noted = this.#all(
      'SELECT customer FROM account_customers WHERE account = ? ORDER BY noted_at DESC, customer LIMIT ?',
      [max],
    );
    return [...new Set([...rows, ...noted].map((row) => text(row, 'customer')))].slice(0, max);
  }

  async eventsOf(key: string) {
    return this.#read(() => {
      const [write] = writesWhere(this.#database, this.account.id, { sql: 'w.key = ?', values: [key] });
      const events = eventsUpTo(this.#database, this.account.id, write?.version ?? 0);
      const texts = textsOf(
        this.#database,
        this.account.id,
        events.map(({ seq }) => seq),
      );
      return events.map((event) => ({
        ...event,
        texts: { ...texts.get(event.seq) } as Record<string, string | null>,
      }));
    });
  }

  events(from = 1) {
    return eventsFrom(this.#database, this.account.id, from);
  }

  links(from = 1) {
    return linksFrom(this.#database, this.account.id, from);
  }

  async text(seq: number, name: TextName) {
    const [row] = this.#all('SELECT text FROM texts WHERE account = ? AND seq = ? AND name = ?', [seq, name]);
    return row === undefined ? undefined : (textOfRow(row) ?? undefined);
  }

  async batchRuns({
    batch,
    who,
  }: {
    readonly batch?: string;
    readonly who?: string;
  }): Promise<readonly BatchRunRow[]> {
    return this.#read(() => {
      const runs = this.#all(
        'SELECT * FROM runs WHERE account = ? AND (? IS NULL OR batch = ?) AND (? IS NULL OR who = ?) ORDER BY begun DESC',
        [batch ?? null, batch ?? null, who ?? null, who ?? null],
      ).map(runOf);
      const texts = textsOf(
        this.#database,
        this.account.id,
        runs.map(({ begun }) => begun),
      );
      return runs.map((run) => {
        const { command = null, results = null } = texts.get(run.begun) ?? {};
        return batchRunOf(run, { command, results });
      });
    });
  }

  savePlan(sha256: string, pieces: AsyncIterable<Uint8Array>) {
    return savePlan(this.#database, this.account.id, { sha256, pieces });
  }

  plan(sha256: string) {
    return planBytes(this.#database, this.account.id, sha256);
  }

  async hasPlan(sha256: string) {
    return hasPlan(this.#database, this.account.id, sha256);
  }

  async policy() {
    const [row] = this.#all(
      `SELECT e.body, t.text FROM events AS e JOIN texts AS t ON t.account = e.account AND t.seq = e.seq AND t.name = 'policy'
       WHERE e.account = ? AND e.kind = 'policy_set' ORDER BY e.seq DESC LIMIT 1`,
      [],
    );
    if (row === undefined) return undefined;
    const { fact } = readBody(text(row, 'body'));
    if (fact.kind !== 'policy_set') return undefined;
    return { version: fact.version, sha256: fact.sha256, text: Buffer.from(bytes(row, 'text')).toString() };
  }

  async erase(customer: string) {
    return this.#database.write(() => eraseCustomer(this.#database, this.#place, customer));
  }

  #withTexts(sql: string, values: readonly Value[]) {
    return this.#read(() => writesWithTextsWhere(this.#database, this.account.id, { sql, values }));
  }

  #notedOf(key: string): number {
    const [row] = this.#all('SELECT noted FROM writes WHERE account = ? AND key = ?', [key]);
    return row === undefined ? 0 : integer(row, 'noted');
  }

  #read<Of>(work: () => Of): Of {
    return this.#database.read(work);
  }

  #all(sql: string, values: readonly Value[]) {
    return this.#database.prepare(sql).all(this.account.id, ...values);
  }

  #run(sql: string, values: readonly Value[]): void {
    this.#database.prepare(sql).run(...values);
  }
}
