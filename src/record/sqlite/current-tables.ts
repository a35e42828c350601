// Reads and updates the tables `writes`, `runs` and `counters` of one account, and reads its policy.

import { type Amount, add, amount, multiply, sum, zero } from '../../credits/exact.ts';
import { amountIn, bytes, type Database, insertRow, integer, type Row, text } from '../../database/driver.ts';
import { notApplied } from '../../errors.ts';
import { readBody } from '../chained-fact.ts';
import type { CurrentRun, CurrentWrite } from '../current-write.ts';
import type { Head } from '../facts.ts';
import { type Counted, countedChanges, utcDay } from '../known-write.ts';
import type { CapCheck, RecordPolicy } from '../record.ts';
import { currentWriteOf, runnerText, runOf, selectRuns } from './current-rows.ts';

/** The current writes of these keys, by key; unknown keys are left out. Call this and the functions below in a transaction. */
export function currentWritesOf(
  database: Database,
  account: number,
  keys: readonly string[],
): ReadonlyMap<string, CurrentWrite> {
  const rows = rowsOfKeys(database, account, { keys, columns: 'w.*' });
  return new Map(rows.map((row) => [text(row, 'key'), currentWriteOf(row)]));
}

/** @param columns column names of `writes AS w` */
export const rowsOfKeys = (
  database: Database,
  account: number,
  { keys, columns }: { readonly keys: readonly string[]; readonly columns: string },
): readonly Row[] =>
  database
    .prepare(
      `SELECT ${columns} FROM json_each(?) AS wanted CROSS JOIN writes AS w ON w.account = ? AND w.key = wanted.value`,
    )
    .all(JSON.stringify(keys), account);

/**
 * Caches the writes that this process noted and has not ended, so that they are not read again at their end.
 * A current write follows from the chain, so the cache is valid while the chain has the same head. A link of another process
 * changes the head. Only lease extensions are not chained: see `forget`.
 */
export class OpenWriteCache {
  readonly #open = new Map<string, CurrentWrite>();
  /** The hash of the head for which the cache is valid. */
  #hash = '';

  /** The current writes of these keys, by key. @param read reads keys that are not cached from the database */
  of(
    { hash }: Head,
    keys: readonly string[],
    read: (keys: readonly string[]) => ReadonlyMap<string, CurrentWrite>,
  ): ReadonlyMap<string, CurrentWrite> {
    if (hash !== this.#hash) this.forget();
    const writes = new Map<string, CurrentWrite>();
    const missing: string[] = [];
    for (const key of keys) {
      const own = this.#open.get(key);
      if (own === undefined) missing.push(key);
      else writes.set(key, own);
    }
    if (missing.length === 0) return writes;
    for (const [key, write] of read(missing)) writes.set(key, write);
    return writes;
  }

  /** Caches the writes after a new link. If the link is rolled back, the head differs, and the cache is dropped. */
  keep({ hash }: Head, after: ReadonlyMap<string, CurrentWrite>): void {
    this.#hash = hash;
    for (const [key, write] of after)
      if (write.state === 'noted') this.#open.set(key, write);
      else this.#open.delete(key);
  }

  /** Drops the cache. Call this after a change that is not chained. */
  forget(): void {
    this.#open.clear();
  }
}

export function runAt(
  database: Database,
  account: number,
  { batch, run }: { readonly batch: string; readonly run: number },
): CurrentRun | undefined {
  const row = database
    .prepare(`${selectRuns} WHERE account = ? AND batch = ? AND run = ?`)
    .get(account, batch, run);
  return row === undefined ? undefined : runOf(row);
}

/** The number of runs of a batch. */
export function runsOf(database: Database, account: number, batch: string): number {
  const row = database
    .prepare('SELECT max(run) AS run FROM runs WHERE account = ? AND batch = ?')
    .get(account, batch);
  return row === undefined || row.run === null ? 0 : integer(row, 'run');
}

export function putRun(database: Database, account: number, current: CurrentRun): void {
  const { batch, run, begun, plan, rows, who, endedAt, counts } = current;
  if (endedAt === null)
    insertRow(database, 'runs', {
      ...{ account, batch, run, begun, plan, rows, who },
      api_key: current.apiKey,
      is_undo: Number(current.isUndo),
      author: JSON.stringify(current.author),
      runner: runnerText(current.runner),
      begun_at: current.begunAt,
      lease_until: current.leaseUntil,
      approved_by: JSON.stringify(current.approvedBy),
    });
  else
    database
      .prepare('UPDATE runs SET ended_at = ?, counts = ? WHERE account = ? AND batch = ? AND run = ?')
      .run(endedAt, JSON.stringify(counts), account, batch, run);
}

/** Adds up the changes of the counters before they are stored: a group of rows changes few counters. */
export class CounterChanges {
  readonly #changes: { readonly of: Omit<Counted, 'amount'>; readonly amounts: Amount[] }[] = [];

  note(before: CurrentWrite | undefined, after: CurrentWrite): void {
    for (const { amount: change, ...of } of countedChanges(before, after)) {
      const isSame = ({ day, currency, who }: Omit<Counted, 'amount'>): boolean =>
        day === of.day && currency === of.currency && who === of.who;
      const known = this.#changes.find((each) => isSame(each.of));
      if (known === undefined) this.#changes.push({ of, amounts: [change] });
      else known.amounts.push(change);
    }
  }

  write(database: Database, account: number): void {
    for (const { of, amounts } of this.#changes) {
      const { day, currency, who } = of;
      const change = sum(amounts);
      const row = database
        .prepare('SELECT sum FROM counters WHERE account = ? AND day = ? AND currency = ? AND who = ?')
        .get(account, day, currency, who);
      const total = row === undefined ? change : add(amountIn(row, 'sum'), change);
      database
        .prepare(
          `INSERT INTO counters (account, day, currency, who, sum) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT DO UPDATE SET sum = excluded.sum`,
        )
        .run(account, day, currency, who, total);
    }
  }
}

/** The account and the person of an append, and its time. */
export interface CapPlace {
  readonly account: number;
  readonly who: string;
  /** The record's clock, in milliseconds since the epoch. */
  readonly at: number;
}

/** The exact credits that writes of the record reserve or have moved under a cap. */
export function heldUnder(
  database: Database,
  { account, who, at }: CapPlace,
  { scope, customer, currency, day }: Pick<CapCheck, 'scope' | 'customer' | 'currency' | 'day'>,
): Amount {
  if (scope === 'customer') {
    if (customer === undefined || day === undefined)
      throw new TypeError('the cap of a customer names the customer and the day');
    return sum(database.prepare(heldByCustomer).all(account, customer, currency, day).map(times));
  }
  const rows = database
    .prepare('SELECT who, sum FROM counters WHERE account = ? AND day = ? AND currency = ?')
    .all(account, day ?? utcDay(at), currency);
  return rows
    .filter((row) => scope === 'team' || text(row, 'who') === who)
    .reduce((total, row) => add(total, amountIn(row, 'sum')), zero);
}

/** The WITH clause of a SELECT on account `?1`: `parts` lists the part numbers with which some indexes begin. */
export const parts = `WITH RECURSIVE parts (part) AS (
  SELECT * FROM (SELECT last >> 15 FROM links WHERE account = ?1 ORDER BY link DESC LIMIT 1)
  UNION ALL SELECT part - 1 FROM parts WHERE part > 0)`;

/** SQLite counts equal amounts and the program multiplies them, so that a day of 100,000 rows is summed quickly. */
const heldByCustomer = `${parts} SELECT reserved, count(*) AS count
  FROM parts CROSS JOIN writes INDEXED BY writes_by_reserved
  WHERE account = ?1 AND noted >> 15 = part AND holder = ?2 AND currency = ?3 AND day = ?4 AND held = 1
  GROUP BY reserved`;

const times = (row: Row): Amount =>
  multiply(amountIn(row, 'reserved'), amount(String(integer(row, 'count'))));

/** The team's policy in force; `undefined` if none was set. */
export function policyOf(database: Database, account: number): RecordPolicy | undefined {
  const row = latestPolicy(database, account);
  const fact = row && factOf(row);
  if (row === undefined || fact === undefined) return undefined;
  const { version, sha256 } = fact;
  if (row.text === null)
    throw notApplied('refused', "The record is damaged: the team's policy has no text", [
      'Restore it from a backup',
    ]);
  return { version, sha256, text: Buffer.from(bytes(row, 'text')).toString() };
}

/** The version of the team's policy; 0 if none was set. */
export function policyVersion(database: Database, account: number): number {
  const row = latestPolicy(database, account);
  return (row && factOf(row)?.version) ?? 0;
}

/** Names the index, because SQLite would scan all events, newest first. A policy without its text is still the latest. */
const latestPolicy = (database: Database, account: number): Row | undefined =>
  database
    .prepare(
      `SELECT e.body, t.text FROM events AS e INDEXED BY events_policies
       LEFT JOIN texts AS t ON t.account = e.account AND t.seq = e.seq AND t.name = 'policy'
       WHERE e.account = ? AND substr(e.body, 1, 20) = '{"kind":"policy_set"' ORDER BY e.seq DESC LIMIT 1`,
    )
    .get(account);

function factOf(row: Row) {
  const { fact } = readBody(text(row, 'body'));
  return fact.kind === 'policy_set' ? fact : undefined;
}
