// Implements the record of one account on SQLite: each method is one transaction, or reads page by page.
import { setImmediate } from 'node:timers/promises';
import { type Database, integer, text, type Value } from '../../database/driver.ts';
import type { Head, NewFact, TextName } from '../facts.ts';
import type {
  Account,
  AccountRecord,
  AccountView,
  AppendOptions,
  CapCheck,
  CountFilter,
  WriteFilter,
} from '../record.ts';
import { appendFacts, hasLink, headOf } from './append.ts';
import { batchRunsOf, extendLease, type Lease } from './batch-runs.ts';
import { type CapPlace, heldUnder, OpenWriteCache, parts, policyOf } from './current-tables.ts';
import { eraseCustomer, vacuum } from './erase.ts';
import { conditionOf, countsOf } from './filters.ts';
import { SqlitePlans } from './plans.ts';
import { keyStatesOf, pageOf, textOfRow, writesWhere, writesWithTextsWhere } from './read-writes.ts';

/** Number of writes in one page of a list. */
const pageSize = 200;
/** Number of writes in the first page: most lists are shown to a person, who reads no more. */
const firstPage = 50;
const newestFirst = 'ORDER BY w.noted DESC';

/** The person that the record stamps on facts, and the record's clock: milliseconds since the epoch. */
export interface Stamp {
  readonly who: string;
  readonly now: () => number;
}

export class SqliteAccountRecord extends SqlitePlans implements AccountRecord {
  readonly apiKey: string | null;
  readonly #view: AccountView & Stamp;
  readonly #cache = new OpenWriteCache();

  constructor(database: Database, account: Account, view: AccountView & Stamp) {
    super(database, account);
    this.apiKey = view.keyHash ?? null;
    this.#view = view;
  }

  get #place(): CapPlace {
    return { account: this.account.id, who: this.#view.who, at: this.#view.now() };
  }

  async now() {
    return this.#view.now();
  }

  async who() {
    return this.#view.who;
  }

  async checkOwner() {
    // Whoever can write the file owns it.
  }

  async append(facts: readonly NewFact[], options?: AppendOptions) {
    const { watch } = this.#view;
    const appended = this.database.write(() =>
      appendFacts(this.database, this.#place, { ...options, facts, watch, cache: this.#cache }),
    );
    if (appended.kind === 'appended') watch?.keep(appended.head);
    return appended;
  }

  async extendLease(held: Omit<Lease, 'until'>, leaseMs: number) {
    const { account, at } = this.#place;
    this.database.write(() => extendLease(this.database, account, { ...held, until: at + leaseMs }));
    this.#cache.forget();
  }

  async head() {
    const { link, hash } = headOf(this.database, this.account.id);
    return { link, hash };
  }

  async holds(head: Head) {
    return hasLink(this.database, this.account.id, head);
  }

  async age() {
    const [first] = this.all('SELECT at FROM links WHERE account = ? AND link = 1');
    return first === undefined ? 0 : this.#view.now() - integer(first, 'at');
  }

  async write(key: string) {
    return this.#withTexts('w.key = ?', [key])[0];
  }

  async equalWrites(fingerprint: string) {
    if (fingerprint === '') return [];
    const newest = `w.fingerprint = ? AND w.fingerprint <> '' ${newestFirst} LIMIT 1000`;
    return this.#withTexts(newest, [fingerprint], 'writes_by_fingerprint').toReversed();
  }

  async writesNaming(id: string) {
    const places = Object.entries({ entry: 'writes_by_entry', request_id: 'writes_by_request' }).map(
      ([column, index]) => `SELECT noted FROM parts CROSS JOIN writes INDEXED BY ${index}
        WHERE account = ?1 AND noted >> 15 = part AND substr(${column}, -8) = substr(?2, -8) AND ${column} = ?2`,
    );
    return this.#withTexts(`w.noted IN (${parts} ${places.join(' UNION ')}) ${newestFirst}`, [id]);
  }

  async writesBeginning(prefix: string, max: number) {
    const range = {
      sql: 'w.key >= ? AND w.key < ? ORDER BY w.key LIMIT ?',
      values: [prefix, `${prefix}\u{10ffff}`, max],
    };
    return this.#read(() => writesWhere(this.database, this.account.id, range));
  }

  async *writes(filter: WriteFilter) {
    const { id } = this.account;
    const found = this.#read(() => conditionOf(this.database, id, filter));
    for (const part of found.parts ?? [undefined])
      for (let [after, size]: [readonly Value[], number] = [[], firstPage]; ; size = pageSize) {
        const next = pageOf(found, { part, after, size });
        const page = this.#read(() => writesWithTextsWhere(this.database, id, next));
        for (const { write } of page) yield write;
        const last = page.at(-1);
        if (last === undefined || page.length < size) break;
        after = found.order.placeOf(last.current);
        // Between two pages, signals such as that of Ctrl-C arrive.
        await setImmediate();
      }
  }

  async countWrites(filter: CountFilter) {
    return this.#read(() => countsOf(this.database, this.account.id, filter));
  }

  async keyStates(keys: readonly string[]) {
    return this.#read(() => keyStatesOf(this.database, this.account.id, keys));
  }

  async reserved(of: Pick<CapCheck, 'scope' | 'customer' | 'currency' | 'day'>) {
    return this.#read(() => heldUnder(this.database, this.#place, of));
  }

  async customers(max: number) {
    const rows = this.all(
      'SELECT customer FROM account_customers WHERE account = ? ORDER BY noted_at, customer LIMIT ?',
      max,
    );
    return rows.map((row) => text(row, 'customer'));
  }

  async text(seq: number, name: TextName) {
    const [row] = this.all('SELECT text FROM texts WHERE account = ? AND seq = ? AND name = ?', seq, name);
    return row === undefined ? undefined : textOfRow(row);
  }

  async batchRuns(filter: { readonly batch?: string; readonly who?: string }) {
    return this.#read(() => batchRunsOf(this.database, this.account.id, filter));
  }

  async policy() {
    return this.#read(() => policyOf(this.database, this.account.id));
  }

  async erase(names: readonly string[], plans: ReadonlyMap<string, string> = new Map(), since?: Head) {
    const erasing = { names, plans, since: since?.link };
    const erased = this.database.write(() => eraseCustomer(this.database, this.#place, erasing));
    if (erased !== undefined) vacuum(this.database);
    return erased;
  }

  #withTexts(sql: string, values: readonly Value[], index?: string) {
    const condition = { sql, values, ...(index === undefined ? {} : { index }) };
    return this.#read(() =>
      writesWithTextsWhere(this.database, this.account.id, condition).map(({ write }) => write),
    );
  }

  #read<Of>(work: () => Of): Of {
    return this.database.read(work);
  }
}
