// Defines what a command works with: its flags, connections, records and output.

import type { ConnectionTexts, CreditctlError } from '../errors.ts';
import type { Connection } from '../orb/connection.ts';
import type { OutputFlags } from '../output/output-flags.ts';
import type { Note, NoteStyle } from '../output/terminal/notes.ts';
import type { Terminal } from '../output/terminal/streams.ts';
import type { Secrets } from '../platform/secrets.ts';
import type { Policy } from '../policy/rules.ts';
import type { ConnectionChoice, ConnectionFlags, OrbChoice, Target } from '../profiles/choose-connection.ts';
import type { Environment, Folders } from '../profiles/environment.ts';
import type { Profiles } from '../profiles/profiles.ts';
import type { Prompter } from '../prompts/prompter.ts';
import type { Account, AccountRecord, RecordPolicy, RecordStore } from '../record/record.ts';
import type { CopyTarget, Sandbox, ServedSandbox } from '../sandbox/sandbox.ts';
import type { System } from './system.ts';

/** The flags of every command. */
export interface GlobalFlags extends ConnectionFlags, OutputFlags {
  /** False under `--no-input`: the program asks no question. */
  readonly input?: boolean;
}

export interface AccountFlags extends GlobalFlags {
  /** The number of an account, as `record status` lists it. */
  readonly account?: string;
  readonly allAccounts?: boolean;
}

/** A record to read, and the accounts that the flags select. */
export interface ReadableRecord {
  readonly store: RecordStore;
  /** The account that the profile last wrote to, the account that the flags name, or all accounts. */
  readonly accounts: readonly Account[];
  /**
   * As `accounts`; on a machine from which the profile never wrote, all accounts of its mode, where colleagues may have
   * written. Only a connection could identify the account.
   */
  readonly likely: readonly Account[];
  /** All accounts of the record. */
  readonly all: readonly Account[];
  /** Why the record refuses writes until it is accepted, as the rest of a sentence; `undefined` if it accepts them. */
  readonly problem: () => Promise<string | undefined>;
}

/** Options of the embedded ledger's server. */
export interface Serving {
  /** 0 for any free port. */
  readonly port: number;
  /** `live`, `test`, `trial` or a number of writes per second; default: no limits. */
  readonly rateLimits?: string | undefined;
}

export interface Connecting {
  /** Called with the connection's notes, such as retries; default: stderr. */
  readonly note?: ((note: Note) => void) | undefined;
  /** Creates the embedded ledger's database if needed, unless `--db` names it. For writes. */
  readonly mayCreate?: boolean;
  /** The choice of the same flags, if already made. */
  readonly choice?: ConnectionChoice;
}

/** The combined rules of a profile and of the record's policy. */
interface PolicyInForce {
  readonly policy: Policy;
  /** SHA-256 of the record's policy, if the record has one. */
  readonly ofRecord?: string;
}

export interface RunRecords {
  /**
   * The record of writes, and in it the connection's account; opened once a run. Throws a CreditctlError if the record is
   * unreachable or has lost writes, or if the account is not recognised: then no write may be sent.
   */
  record(connection: Connection): Promise<AccountRecord>;
  /**
   * The record of a profile to read, without key or network; creates nothing.
   * @param ending the interruption of the run, which is thrown instead of opening a record on a server
   */
  recordToRead(flags: AccountFlags, ending?: CreditctlError): Promise<ReadableRecord>;
  /**
   * The rules for a plan, a signature or a comparison: the profile's, and those of an existing record. Throws a `refused`
   * error if the rules cannot be read, and as `recordToRead` does.
   */
  policyToRead(
    connection: Connection,
    flags: GlobalFlags,
  ): Promise<{ readonly policy: Policy; readonly record: AccountRecord | undefined }>;
  /**
   * The rules for writes through a connection: the profile's, and the record's rules for everyone who writes to the
   * account; read once a run. A dry run opens no record. Throws a `refused` error if the rules cannot be read, and
   * as `record` does.
   * @param isAgain reads them once more: they may have changed while a person was asked
   */
  policy(connection: Connection, isAgain?: boolean): Promise<Policy>;
  /**
   * The rules by which the write was judged, to note it. Throws a `refused` error if they are not the rules of now.
   * @param kept the record's policy of now
   */
  policyWith(connection: Connection, kept: RecordPolicy | undefined): Promise<PolicyInForce>;
  /**
   * The clock for daily caps, in milliseconds since the epoch: that of the record or embedded ledger, because this machine's
   * clock may be wrong, and the limit is the team's.
   */
  capNow(connection: Connection): Promise<number>;
}

/** Shows on stderr how much was read. */
export interface ReadingProgress {
  /** Counts what was read. Throws the reason of an interruption. */
  step(): void;
  /** Counts a customer whose ledgers were read, which may have no entries. Throws the reason of an interruption. */
  customer(): void;
  /** Clears the drawn line when the reading has ended. */
  clear(): void;
}

export interface Runtime extends RunRecords {
  readonly version: string;
  /** The words after `creditctl`. */
  readonly argv: readonly string[];
  /** The line up to its last word, the options after that word, and everything from `--` on. */
  readonly typed: Readonly<Record<'start' | 'options' | 'last', readonly string[]>>;
  /** The flags of the connection: of the line, until a connection is opened. Suggested command lines repeat them. */
  readonly where: ConnectionTexts;
  readonly env: Environment;
  readonly folders: Folders;
  readonly terminal: Terminal;
  /** Secrets that must not leave the program, a fetched key included. */
  readonly secrets: Secrets;
  readonly noteStyle: NoteStyle;
  /** The line is a write to a ledger. */
  readonly mayWrite: boolean;
  /** Nothing on the terminal is redrawn. Set once `choice` or `prompter` knows the profile. */
  readonly isPlain?: boolean;
  /** What the person typed last to confirm a write: the id or amount that `--confirm` also accepts. */
  readonly consent: { readonly typedBack?: string };
  /** A person can be asked: there is a terminal, and `--no-input` was not given. */
  readonly isAttended: boolean;
  readonly system: System;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Aborted by SIGINT and SIGTERM, with a CreditctlError as its reason. */
  readonly interruption: AbortSignal;
  /** Prints a note on stderr, as a sentence or as JSON, depending on the output format. */
  note(note: Note): void;
  /** Begins a reading that may take long. */
  reading(noun?: 'entries' | 'events' | 'customers' | 'ledgers'): Promise<ReadingProgress>;
  /** The prompter, if a person is present and `--no-input` is not given. */
  prompter(flags: GlobalFlags): Promise<Prompter | undefined>;
  readonly profiles: Profiles;
  /** The connection that flags, environment and profile choose. Opens nothing. */
  choice(flags: GlobalFlags): ConnectionChoice;
  /** The target of that connection, as a write prints it first. */
  target(flags: GlobalFlags): Target;
  /** The key of a connection, fetched at most once. Throws a `credentials` error that never shows the key. */
  keyOf(choice: OrbChoice): Promise<string>;
  /**
   * Opens the connection. Throws a `credentials` error without a key, after offering the embedded ledger on a terminal.
   * Throws a `usage` error if `--db` names a missing database, unless it may be created.
   */
  connect(flags: GlobalFlags, connecting?: Connecting): Promise<Connection>;
  /** The embedded ledger itself, with its clock, faults and load. The database is chosen as for `--sandbox`. */
  openSandbox(flags: GlobalFlags, opening?: Pick<Connecting, 'mayCreate'>): Promise<Sandbox>;
  /** The embedded ledger over HTTP on this machine; the database is chosen as for `--sandbox`. */
  serveSandbox(flags: GlobalFlags, serving: Serving): Promise<ServedSandbox & { readonly apiKey: string }>;
  /** The target for a copy of an account, chosen as for `--sandbox`. Throws a CreditctlError for an unusable database. */
  copyTarget(flags: GlobalFlags): Promise<CopyTarget>;
  /** The text of a file, or of stdin for `-`. Throws a `usage` error that names the flag. */
  readText(source: string, flag: string): Promise<string>;
  /** The bytes of a file, or of stdin for `-`. Throws a `usage` error that names the flag. */
  readBytes(source: string, flag: string): Promise<Buffer>;
  /** Throws this failure after all output: something failed after a completed write. */
  failAtEnd(error: CreditctlError): void;
  /** Runs an action after all reports. Ignores a failure, and an action that takes too long. */
  atEnd(action: () => Promise<void>): void;
  /** Closes connections. Throws the first failure from `failAtEnd`. */
  close(): Promise<void>;
  /** Runs the actions from `atEnd` if the outcome was reported, and closes the record. Never throws. */
  end(isReported: boolean): Promise<void>;
}

/** The facts of the line that concern the whole run. */
export interface LineFacts extends Pick<Runtime, 'noteStyle' | 'where' | 'typed'> {
  /** The flags of any connection, as a line would name them. */
  readonly whereOf: (flags: ConnectionFlags) => ConnectionTexts;
  readonly forbidsQuestions: boolean;
  readonly isQuiet?: boolean;
  /** Writes nothing, and opens no record for writes. */
  readonly isDryRun?: boolean;
  /** The command writes to a ledger, so a failure says whether the write was applied. */
  readonly mayWrite?: boolean;
  /** Reports each request on stderr. */
  readonly isTraced?: boolean;
  /** Reports the number of requests and their time at the end. */
  readonly isTimed?: boolean;
  /** Milliseconds after which the run gives up. */
  readonly timeout?: number | undefined;
}
