// Reads and changes what stands: the rows of writes, runs and counters of one account. Call it within a transaction.
import { type Amount, add, amount, multiply, sum, zero } from '../../credits/exact.ts';
import { amountIn, type Database, integer, type Row, text } from '../../database/driver.ts';
import { type Counted, countedChanges, utcDay } from '../known-write.ts';
import type { CapCheck } from '../record.ts';
import type { RunStanding, Standing } from '../standing.ts';
import type { Counter } from '../verify-chain.ts';
import { countsText, insertRun, runOf, runValues, standingOf } from './standing-rows.ts';

/** The standing of these keys, by key; those that are not known are left out. */
export function standingsOf(
  database: Database,
  account: number,
  keys: readonly string[],
): ReadonlyMap<string, Standing> {
  const rows = rowsOfKeys(database, account, { keys, columns: 'w.*' });
  return new Map(rows.map((row) => [text(row, 'key'), standingOf(row)]));
}

/** @param columns of `writes AS w` */
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

export function runAt(
  database: Database,
  account: number,
  { batch, run }: { readonly batch: string; readonly run: number },
): RunStanding | undefined {
  const row = database
    .prepare('SELECT * FROM runs WHERE account = ? AND batch = ? AND run = ?')
    .get(account, batch, run);
  return row === undefined ? undefined : runOf(row);
}

/** How many runs a batch has had. */
export function runsOf(database: Database, account: number, batch: string): number {
  const row = database
    .prepare('SELECT max(run) AS run FROM runs WHERE account = ? AND batch = ?')
    .get(account, batch);
  return row === undefined || row.run === null ? 0 : integer(row, 'run');
}

export function putRun(database: Database, account: number, run: RunStanding): void {
  if (run.endedAt === null) {
    database.prepare(insertRun).run(account, ...runValues(run));
    return;
  }
  database
    .prepare('UPDATE runs SET ended_at = ?, counts = ? WHERE account = ? AND batch = ? AND run = ?')
    .run(run.endedAt, countsText(run.counts), account, run.batch, run.run);
}

/** Changes of the counters, added up before they are written: a group of rows changes few. */
export class CounterChanges {
  readonly #changes: { readonly of: Omit<Counted, 'amount'>; readonly amounts: Amount[] }[] = [];

  note(before: Standing | undefined, after: Standing): void {
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

/** All counters that are not zero. */
export const countersOf = (database: Database, account: number): readonly Counter[] =>
  database
    .prepare("SELECT day, currency, who, sum FROM counters WHERE account = ? AND sum <> '0'")
    .all(account)
    .map((row) => ({
      day: text(row, 'day'),
      currency: text(row, 'currency'),
      who: text(row, 'who'),
      sum: text(row, 'sum'),
    }));

/** Whose cap it is, and by what clock its day goes. */
export interface CapPlace {
  readonly account: number;
  readonly who: string;
  /** The record's clock, in milliseconds since the epoch. */
  readonly at: number;
}

/** Credits that writes of the record hold under a cap, exact. */
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

/** Goes before a SELECT on the account `?1`: the numbers of all parts of its record, with which some indexes begin. */
export const parts = `WITH RECURSIVE parts (part) AS (
  SELECT * FROM (SELECT last >> 15 FROM links WHERE account = ?1 ORDER BY link DESC LIMIT 1)
  UNION ALL SELECT part - 1 FROM parts WHERE part > 0)`;

/** Equal amounts are counted by the database and multiplied here, so that a day of 100,000 rows is added up at once. */
const heldByCustomer = `${parts} SELECT reserved, count(*) AS count
  FROM parts CROSS JOIN writes INDEXED BY writes_by_reserved
  WHERE account = ?1 AND noted >> 15 = part AND holder = ?2 AND currency = ?3 AND day = ?4 AND held = 1
  GROUP BY reserved`;

const times = (row: Row): Amount =>
  multiply(amountIn(row, 'reserved'), amount(String(integer(row, 'count'))));
