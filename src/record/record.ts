// Declares the interface of the record of writes, which SQLite and PostgreSQL implement.

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
  /** The id of the account in this record. */
  readonly id: number;
  /** `https://api.withorb.com` for all hosts of Orb, `sandbox` for embedded ledgers, otherwise the origin of the base URL. */
  readonly origin: string;
  readonly mode: 'live' | 'test' | 'sandbox';
  /** The id that an embedded ledger gives itself. */
  readonly ledger: string | null;
}

/** A write with its texts; a text that is missing or erased is `null`. */
export type WriteWithTexts = Write & { readonly texts: Readonly<Record<TextName, string | null>> };

/** A cap that is checked in the transaction that notes a write. Sums are exact decimals. */
export interface CapCheck {
  /** `customer` sums the customer's day; the others sum the UTC day; `person` sums only writes of the appending person. */
  readonly scope: 'customer' | 'person' | 'team';
  readonly customer?: string;
  readonly currency: string;
  /** For a customer: the day in the customer's zone. For the others: the UTC day; default: today by the record's clock. */
  readonly day?: string;
  readonly limit: Decimal;
  /** Credits of that day that the ledger has and the record lacks. */
  readonly elsewhere: Decimal;
  /** The rule and its source, for the error message. */
  readonly name: string;
}

export type Appended =
  | {
      readonly kind: 'appended';
      readonly head: Head;
      /** The record's clock, RFC 3339. */
      readonly at: string;
      /** The sequence numbers of the appended facts, in order. */
      readonly versions: readonly number[];
    }
  /** A key changed since the caller read it. Nothing was appended. */
  | { readonly kind: 'conflict'; readonly keys: readonly string[] }
  /** A cap would be passed, so nothing was appended. `used` includes `elsewhere`, but not this write. */
  | { readonly kind: 'over'; readonly cap: CapCheck; readonly used: Decimal };

export interface AppendOptions {
  readonly caps?: readonly CapCheck[];
}

/** Watches over the chain of an account from outside the record. */
export interface HeadWatch {
  /** The last head that this machine saw. If the chain lacks it, nothing is appended. */
  readonly seen: () => Head;
  /** Called with the new head after each append. */
  readonly keep: (head: Head) => void;
  /** The error for a chain that lacks the head. */
  readonly lost: (head: Head) => Error;
}

/** The team's policy in the record. */
export interface RecordPolicy {
  readonly version: number;
  /** SHA-256 of the text, in hex. */
  readonly sha256: string;
  readonly text: string;
}

export interface WriteFilter {
  readonly who?: string;
  /** RFC 3339, compared with the time of the note: `from` is included, `until` is not. */
  readonly from?: string;
  readonly until?: string;
  readonly customer?: string;
  /** The API's own id of the customer in the reservation: finds only writes that reserve credits and have not failed. */
  readonly holder?: string;
  /** The block of the created entry. It has no index, because an index would slow down each row of a batch. */
  readonly block?: string;
  readonly batch?: string;
  /** Only rows that this run of the batch noted, or took over from an earlier run. */
  readonly run?: number;
  readonly states?: readonly WriteState[];
  /** Whether rows of batches are included. Default: only writes by hand. */
  readonly withRows?: boolean;
  readonly undoes?: string;
  /** `true`: only writes that undo another write; `false`: only the others. */
  readonly isUndo?: boolean;
  /** Whether the last part of the write was undone; `in part`: whether any part was. */
  readonly isUndone?: boolean | 'in part';
  /** `false`: only writes whose outcome was not reported. */
  readonly isReported?: false;
}

/** A filter without a time range. */
export type CountFilter = WriteFilter & { readonly from?: never; readonly until?: never };

/**
 * The part of a record that belongs to one account. Each method is atomic, and none waits for the API. All throw a
 * CreditctlError: `network` if the record cannot be reached (nothing was done), `credentials` if it refuses the password,
 * `refused` if it is damaged, cut or of another version, `failure` for a full disk.
 */
export interface AccountRecord extends Evidence {
  readonly account: Account;
  /** The hash of the API key in use; `null` for an embedded ledger, and if the record is only read. */
  readonly apiKey: string | null;
  /** The present time by the record's clock, in milliseconds since the epoch. */
  now(): Promise<number>;
  /** The person that the record stamps as `who` on facts of this process. */
  who(): Promise<string>;
  /** Throws a `refused` error unless this person owns the record, and so may set its policy and erase texts. */
  checkOwner(): Promise<void>;
  /**
   * Appends facts to the chain and updates the current writes of their keys, all or nothing; on the disk when this resolves.
   * An impossible transition (a settled write that ends again, say) is a defect and throws a TypeError. If another process
   * began the run of a batch under the same number, the answer is a conflict that names the batch. The same holds for a
   * run that notes or takes rows after a later run of the batch began.
   */
  append(facts: readonly NewFact[], options?: AppendOptions): Promise<Appended>;
  /** Extends the lease of the batch run, or of the writes in `keys`, that this runner holds. The chain has no extensions. */
  extendLease(
    held: { readonly runner: FactRunner; readonly keys?: readonly string[]; readonly batch?: string },
    leaseMs: number,
  ): Promise<void>;
  head(): Promise<Head>;
  /** Whether the chain contains this link. */
  holds(head: Head): Promise<boolean>;
  /** The time of the writes that the record may have lost; `undefined` if no person ever accepted a record with a loss. */
  lostSpan(): Promise<LostSpan | undefined>;
  /** Milliseconds since the first event of the account; 0 without one. The record knows no earlier write. */
  age(): Promise<number>;

  /** The latest attempt under a key. */
  write(key: string): Promise<WriteWithTexts | undefined>;
  /** The newest 1,000 equal writes by hand, oldest first. */
  equalWrites(fingerprint: string): Promise<readonly WriteWithTexts[]>;
  /** The writes whose created entry or API request has this id, newest first. */
  writesNaming(id: string): Promise<readonly WriteWithTexts[]>;
  /** At most `max` writes whose key has this prefix. */
  writesBeginning(prefix: string, max: number): Promise<readonly Write[]>;
  /** Writes, newest first; read page by page. With `holder` alone, SQLite may order them by the customer's day. */
  writes(filter: WriteFilter): AsyncIterable<WriteWithTexts>;
  countWrites(filter: CountFilter): Promise<ReadonlyMap<WriteState, number>>;
  /** The states of at most 1,024 keys; unknown keys are left out. */
  keyStates(keys: readonly string[]): Promise<ReadonlyMap<string, KeyState>>;
  /** Credits that writes of this record reserved or moved under a cap; see `CapCheck` for the day. */
  reserved(of: Pick<CapCheck, 'scope' | 'customer' | 'currency' | 'day'>): Promise<Decimal>;
  /** At most `max` known customers of the account, oldest first, as the API's own ids; see `noteCustomers`. */
  customers(max: number): Promise<readonly string[]>;
  /** All events of one key, oldest first, with their texts. */
  eventsOf(
    key: string,
  ): Promise<readonly (EventRow & { readonly texts: Readonly<Record<string, string | null>> })[]>;
  /** A text of an event; `undefined` if the text was erased. */
  text(seq: number, name: TextName): Promise<string | undefined>;

  /** Runs of batches, newest first. */
  batchRuns(filter: { readonly batch?: string; readonly who?: string }): Promise<readonly BatchRunRow[]>;
  /**
   * Stores a plan, so that every machine can resume it. If the record already has the plan, its bytes are checked: throws
   * a `refused` error if they differ, or if rows were erased from them.
   */
  savePlan(sha256: string, pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** The bytes of a plan. @param mayLack without it, a plan with erased rows throws a `refused` error at its end */
  plan(sha256: string, mayLack?: 'erased rows'): AsyncIterable<Uint8Array>;
  /** The SHA-256 of every plan. */
  plans(): Promise<readonly string[]>;
  /** Whether the record has the plan, with all of its rows. */
  hasPlan(sha256: string): Promise<boolean>;

  /** The team's policy in force; `undefined` if none was set. */
  policy(): Promise<RecordPolicy | undefined>;
  /**
   * Erases the texts of a customer's writes, and states that in the chain. Answers the number of these writes; 0 if nothing
   * was left to erase. `undefined`, and nothing is erased, if another customer was erased after `since`, or a write for
   * this one or a batch was begun.
   * @param names all names of the customer: external ids, `id:…`, or the API's own id
   * @param plans from the SHA-256 of each plan to the SHA-256 of its replacement, which was saved before
   * @param since the head before the plans were read; needed with `plans`
   */
  erase(
    names: readonly string[],
    plans?: ReadonlyMap<string, string>,
    since?: Head,
  ): Promise<number | undefined>;
}

/** What identifies an account beside its origin. */
export interface AccountMarks {
  readonly keyHash?: string | undefined;
  /** The API's own ids. */
  readonly customers?: readonly string[];
}

export interface AccountView {
  /** Checks the chain in the transaction of each append, and gets the new head after it. */
  readonly watch?: HeadWatch;
  /** Hash of the API key in use; see `RecordStore.keyHash`. */
  readonly keyHash?: string;
}

/** A record, with all its accounts. */
export interface RecordStore {
  /** `SQLite /…/record.db`, `PostgreSQL finance@db.example.com/creditctl`; never has a password. */
  readonly name: string;
  readonly engine: 'sqlite' | 'postgres';
  /** A random id, made with the record. */
  readonly id: string;
  /** HMAC of an API key under the record's own salt, in hex. */
  keyHash(apiKey: string): string;
  /** Problems that the owner repairs with `record init`, each as the rest of a sentence after the record's name. */
  flaws(): Promise<readonly string[]>;
  accounts(): Promise<readonly Account[]>;
  /** The account of an API key; `undefined` for an unknown key. */
  accountOfKey(origin: string, keyHash: string): Promise<Account | undefined>;
  accountOfLedger(ledger: string): Promise<Account | undefined>;
  /** Adds an account, or answers the known account that has the ledger, the key or one of the customers; links the key. */
  addAccount(account: Omit<Account, 'id'>, known?: AccountMarks): Promise<Account>;
  /** Links an API key to the account. */
  linkKey(account: Account, key: { readonly keyHash: string }): Promise<void>;
  /** Adds customers to an account, by the API's own ids. Known customers are skipped. */
  noteCustomers(account: Account, customers: readonly string[]): Promise<void>;
  of(account: Account, view?: AccountView): AccountRecord;
  close(): Promise<void>;
}
