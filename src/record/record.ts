// The record of writes, whatever keeps it: what it can be asked, and the one way to add to it.

import type {
  Decimal,
  EventRow,
  FactRunner,
  Head,
  LostSpan,
  NewFact,
  TextName,
  WriteState,
} from './facts.ts';
import type { BatchRunRow, KeyState, Write } from './known-write.ts';
import type { Evidence } from './verify-chain.ts';

/** One Orb account, or one embedded ledger. Keys, open writes, batches, caps and the chain belong to one account. */
export interface Account {
  /** The record's own id of it. */
  readonly id: number;
  /** `https://api.withorb.com` for all hosts of Orb, else the origin of the base URL; `sandbox` for embedded ledgers. */
  readonly origin: string;
  readonly mode: 'live' | 'test' | 'sandbox';
  /** The id that an embedded ledger gives itself. */
  readonly ledger: string | null;
}

/** A write with its texts; `null` where there is none, or where it was erased. */
export type WriteWithTexts = Write & { readonly texts: Readonly<Record<TextName, string | null>> };

/** A cap that is checked in the transaction that notes a write. Sums are exact decimals. */
export interface CapCheck {
  /** `customer` sums by the customer's day, the others by the record's UTC day; `person` those of who appends. */
  readonly scope: 'customer' | 'person' | 'team';
  readonly customer?: string;
  readonly currency: string;
  /** Of a customer: the customer's day. Of the others: the UTC day, by default the record's; on an embedded ledger its own. */
  readonly day?: string;
  readonly limit: Decimal;
  /** Credits of that day that the ledger has and the record has not. */
  readonly elsewhere: Decimal;
  /** The rule and who set it, to be named if it is broken. */
  readonly name: string;
}

export type Appended =
  | {
      readonly kind: 'appended';
      readonly head: Head;
      /** The record's clock, RFC 3339. */
      readonly at: string;
      /** The sequence numbers of the facts, in their order. */
      readonly versions: readonly number[];
    }
  /** A key has moved on since the caller looked. Nothing was appended. */
  | { readonly kind: 'conflict'; readonly keys: readonly string[] }
  /** Nothing was appended. `used` includes what is elsewhere, without this write. */
  | { readonly kind: 'over'; readonly cap: CapCheck; readonly used: Decimal };

export interface AppendOptions {
  readonly caps?: readonly CapCheck[];
}

/** What watches over the chain of an account from outside the record. */
export interface HeadWatch {
  /** The last head that this machine saw: where the chain does not hold it, nothing is appended. */
  readonly seen: () => Head;
  /** Takes the head after each append. */
  readonly keep: (head: Head) => void;
  /** The error for a chain that does not hold the head. */
  readonly lost: (head: Head) => Error;
}

/** The team's policy, as the record keeps it. */
export interface RecordPolicy {
  readonly version: number;
  /** Of the text, in hex. */
  readonly sha256: string;
  readonly text: string;
}

export interface WriteFilter {
  readonly who?: string;
  /** RFC 3339, by when it was first noted: from (included) and until (not included). */
  readonly from?: string;
  readonly until?: string;
  readonly customer?: string;
  /** The API's own id of whose credits it sets aside: only writes that set any aside, and have not failed. */
  readonly holder?: string;
  /** The block of the entry that it made; without an index, which would be one more to write for each row of a batch. */
  readonly block?: string;
  readonly batch?: string;
  /** Only rows that this run of the batch noted, or took over from an earlier one. */
  readonly run?: number;
  readonly states?: readonly WriteState[];
  /** Rows of batches too; by default only writes by hand. */
  readonly withRows?: boolean;
  readonly undoes?: string;
  /** `true`: only writes that take another one back; `false`: only the others. */
  readonly isUndo?: boolean;
  /** Whether the last part of it was taken back. */
  readonly isUndone?: boolean;
}

/**
 * The record as one account sees it. Every method is one step that no other process cuts in two; none waits for the API.
 * All throw a CreditctlError: `network` if the record cannot be reached (nothing was done), `credentials` if it refuses the
 * password, `refused` if it is damaged, cut or of another version, `failure` for a full disk.
 */
export interface AccountRecord extends Evidence {
  readonly account: Account;
  /** The hash of the API key in use; `null` for an embedded ledger, and where the record is only read. */
  readonly apiKey: string | null;
  /** The record's clock by now, in milliseconds since the epoch. */
  now(): Promise<number>;
  /** Who this process is to the record: what it stamps as `who`. */
  who(): Promise<string>;
  /**
   * Adds facts, changes what follows from them, and chains them, all or nothing; on the disk when it resolves.
   * A transition that no write can make (a settled write that ends again, say) is a defect and throws a TypeError.
   * A run of a batch that another process has begun meanwhile, under the same number, is a conflict over the batch's id;
   * so are rows that a run begins or takes after a later one has begun.
   */
  append(facts: readonly NewFact[], options?: AppendOptions): Promise<Appended>;
  /** Keeps others away for longer from what this runner holds; not chained. @param keys writes; none for the run alone */
  extendLease(
    held: { readonly runner: FactRunner; readonly keys?: readonly string[]; readonly batch?: string },
    leaseMs: number,
  ): Promise<void>;
  head(): Promise<Head>;
  /** Whether the chain has such a link. */
  holds(head: Head): Promise<boolean>;
  /** When the writes were made that it may have lost; `undefined` if it was never accepted with some of them missing. */
  lostSpan(): Promise<LostSpan | undefined>;
  /** Milliseconds since its first event; 0 before there is one. What was written before then, it does not know. */
  age(): Promise<number>;

  /** By key: the latest attempt. */
  write(key: string): Promise<WriteWithTexts | undefined>;
  /** The newest 1,000 equal writes by hand, oldest first. */
  equalWrites(fingerprint: string): Promise<readonly WriteWithTexts[]>;
  /** By the id of the entry that a write made, or of its API request; the newest first. */
  writesNaming(id: string): Promise<readonly WriteWithTexts[]>;
  /** By the beginning of their keys, at most `max`. */
  writesBeginning(prefix: string, max: number): Promise<readonly Write[]>;
  /** Newest first, page by page; memory stays flat. Those of a holder alone may come by the customer's day instead. */
  writes(filter: WriteFilter): AsyncIterable<WriteWithTexts>;
  countWrites(filter: WriteFilter): Promise<ReadonlyMap<WriteState, number>>;
  /** What is known of these keys; those that are not known are left out. At most 1,024 at a time. */
  keyStates(keys: readonly string[]): Promise<ReadonlyMap<string, KeyState>>;
  /** Credits that writes of this record reserved or moved. `reserved` of `customer` by the customer's day. */
  reserved(of: Pick<CapCheck, 'scope' | 'customer' | 'currency' | 'day'>): Promise<Decimal>;
  /** Up to so many customers that are known of the account, newest first, each as the API's own id; see `noteCustomers`. */
  customers(max: number): Promise<readonly string[]>;
  /** Every event of one key, oldest first, with its texts. */
  eventsOf(
    key: string,
  ): Promise<readonly (EventRow & { readonly texts: Readonly<Record<string, string | null>> })[]>;
  /** The text of an event; `undefined` if it was erased. */
  text(seq: number, name: TextName): Promise<string | undefined>;

  /** Runs of batches, newest first. */
  batchRuns(filter: { readonly batch?: string; readonly who?: string }): Promise<readonly BatchRunRow[]>;
  /**
   * Keeps a plan in pieces, so that every machine can resume it. If it is there, its bytes are checked: a `refused` error
   * if they are others, or lack rows that were erased.
   */
  savePlan(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** @param mayLack rows that were erased; without it, the end of such a plan is a `refused` error */
  plan(sha256: string, mayLack?: 'erased rows'): AsyncIterable<Uint8Array>;
  /** Whether it is there, and no row was erased from it. */
  hasPlan(sha256: string): Promise<boolean>;

  /** The team's policy as it is by now; `undefined` where none was set. */
  policy(): Promise<RecordPolicy | undefined>;
  /**
   * Empties the texts of a customer's writes, and says so in the chain. Answers how many writes were concerned.
   * @param names all that the customer goes by: external ids, `id:…`, or the API's own id
   * @param plans what is kept in the place of a plan, saved before: its SHA-256, by the plan's
   */
  erase(names: readonly string[], plans?: ReadonlyMap<string, string>): Promise<number>;
}

/** What an account is known by, beside its origin. */
export interface AccountMarks {
  readonly keyHash?: string | undefined;
  /** The API's own ids. */
  readonly customers?: readonly string[];
}

export interface AccountView {
  /** Asked before each append, in its transaction, and notified after it. */
  readonly watch?: HeadWatch;
  /** Of the API key in use; see `RecordStore.keyHash`. */
  readonly keyHash?: string;
}

/** A record: the accounts that it knows. */
export interface RecordStore {
  /** `SQLite /…/record.db`, `PostgreSQL finance@db.example.com/creditctl`: never with a password. */
  readonly name: string;
  readonly engine: 'sqlite' | 'postgres';
  /** Made with the record, and never the same for two. */
  readonly id: string;
  /** HMAC of an API key under the record's own salt, in hex. */
  keyHash(apiKey: string): string;
  /** What its owner mends with `record init`, each as the rest of a sentence that begins with its name. */
  flaws(): Promise<readonly string[]>;
  accounts(): Promise<readonly Account[]>;
  /** The account that a key is known to belong to. */
  accountOfKey(origin: string, keyHash: string): Promise<Account | undefined>;
  accountOfLedger(ledger: string): Promise<Account | undefined>;
  /** Who comes second with one of the customers, the key or the ledger gets the first one's account, and its key opens that. */
  addAccount(account: Omit<Account, 'id'>, known?: AccountMarks): Promise<Account>;
  /** From now on the key opens the account. */
  linkKey(account: Account, key: { readonly keyHash: string }): Promise<void>;
  /** Customers that belong to an account: the API's own ids. Those that are known already are noted once. */
  noteCustomers(account: Account, customers: readonly string[]): Promise<void>;
  of(account: Account, view?: AccountView): AccountRecord;
  close(): Promise<void>;
}
