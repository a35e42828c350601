// Generates sample data of any size: customers with two years of grants, deductions, voids and expiries, the same for the same seed.
import { type Instant, wholeSeconds } from '../../credits/exact.ts';
import type { Database } from '../../database/driver.ts';
import { type CreditctlError, notApplied } from '../../errors.ts';
import type { FreshId } from '../ledger/posting.ts';
import { type Chance, seededChance } from '../ledger/seeded-chance.ts';
import { customerDetails } from '../server/customer-document.ts';
import { seededId } from '../server/ids.ts';
import { insertCustomer } from '../store/customers.ts';
import { insertLedger } from '../store/ledgers.ts';
import { nextCommand } from './sample-command.ts';
import { SeededAccount } from './seeded-account.ts';

export interface Load {
  readonly customers: number;
  /** Entries of all ledgers together. */
  readonly entries: number;
  /** Whole number; the same load, seed and time generate the same rows. */
  readonly seed: number;
}

export interface LoadReport extends Load {
  /** The external ids of the new customers are this prefix followed by 1, 2, … */
  readonly prefix: string;
}

interface Target {
  readonly database: Database;
  readonly now: Instant;
}

const currency = 'credits';
const twoYears = 2 * 365 * 86_400_000;
/** Entries per transaction: enough to make the flush to disk cheap, few enough to let other processes write in between. */
const portion = 4_000;
const zones = [
  'America/Los_Angeles',
  'Europe/London',
  'Asia/Tokyo',
  'America/New_York',
  'Europe/Berlin',
  'UTC',
];

export async function seedStore(target: Target, load: Load, signal: AbortSignal): Promise<LoadReport> {
  const { database, now } = target;
  const prefix = `load-${load.seed}-`;
  let position = 0;
  const chance: Chance = () => seededChance(load.seed, position++);
  const freshId: FreshId = () => seededId(chance);
  let number = 1;
  let history: History | undefined;
  while (number <= load.customers || history !== undefined) {
    if (signal.aborted) throw signal.reason;
    database.write(() => {
      // Checked within the first write, because another process may be adding the same load.
      if (number === 1 && history === undefined && isThere(database, prefix)) throw alreadyThere(load.seed);
      for (let room = portion; room > 0 && (number <= load.customers || history !== undefined); ) {
        history ??= new History(
          { database, now },
          { externalId: `${prefix}${number}`, entries: entriesOf(number, load) },
          { chance, freshId },
        );
        room -= history.addEntries(room) + 1;
        if (!history.isOver) continue;
        history = undefined;
        number += 1;
      }
    });
    // Signals arrive, and libsql frees its memory, only between turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { ...load, prefix };
}

/** Whether the database has a customer of a load, perhaps a deleted one: the same seed would make the same ids again. */
const isThere = (database: Database, prefix: string): boolean =>
  database
    .prepare('SELECT 1 FROM customers WHERE external_id GLOB ?1 OR email GLOB ?1 LIMIT 1')
    .get(`${prefix}[0-9]*`) !== undefined;

function alreadyThere(seed: number): CreditctlError {
  return notApplied('refused', `The database already has the load of seed ${seed}; nothing was added`, [
    'Add another load with --seed <n>',
    'Or start again: creditctl sandbox reset',
  ]);
}

/**
 * Distributes the entries over the customers: a few customers are large, most are small, and the sum is exact.
 * @param number the customer's number, from 1
 */
function entriesOf(number: number, { customers, entries }: Load): number {
  const until = (last: number): number => Math.floor((entries * share(last)) / share(customers) + 1e-9);
  return until(number) - until(number - 1);
}

/** The weight of the first `customers` together; each further customer adds less. */
const share = (customers: number): number => customers ** 0.7;

interface Role {
  readonly externalId: string;
  readonly entries: number;
}

interface Luck {
  readonly chance: Chance;
  readonly freshId: FreshId;
}

/** Generates two years of one customer's ledger, and writes them in portions. */
class History {
  readonly #database: Database;
  readonly #now: Instant;
  readonly #luck: Luck;
  readonly #account: SeededAccount;
  readonly #ledger: number;
  #at: Instant;
  #left: number;

  constructor({ database, now }: Target, { externalId, entries }: Role, luck: Luck) {
    this.#database = database;
    this.#now = now;
    this.#luck = luck;
    this.#at = now - twoYears * (0.5 + luck.chance() / 2);
    this.#left = entries;
    this.#account = new SeededAccount(currency, luck.freshId);
    this.#ledger = insertHolder(database, externalId, { at: this.#at, luck });
  }

  get isOver(): boolean {
    return this.#left === 0;
  }

  /** Adds about `most` entries; returns the number of added entries. Call it within `database.write`. */
  addEntries(most: number): number {
    const account = this.#account;
    const { chance } = this.#luck;
    while (this.#left > 0 && account.unwritten < most) {
      const before = account.unwritten;
      // At this pace about one step is left between the last entry and now.
      const pace = (this.#now - this.#at) / (this.#left + 1);
      this.#at += pace * 2 * chance();
      const at = wholeSeconds(this.#at);
      account.settle(at, this.#left);
      const left = this.#left - (account.unwritten - before);
      if (left > 0) account.do(nextCommand(account, { at, left, pace, chance }), at);
      this.#left -= account.unwritten - before;
    }
    const written = account.unwritten;
    account.write(this.#database, this.#ledger);
    return written;
  }
}

function insertHolder(
  database: Database,
  externalId: string,
  { at, luck }: { readonly at: Instant; readonly luck: Luck },
): number {
  const { ordinal } = insertCustomer(database, {
    id: luck.freshId(),
    externalId,
    name: `Customer ${externalId}`,
    email: `${externalId}@example.com`,
    timezone: zones[Math.floor(luck.chance() * zones.length)] ?? 'UTC',
    currency: 'USD',
    createdAt: wholeSeconds(at),
    details: customerDetails({}),
  });
  return insertLedger(database, ordinal, currency);
}
