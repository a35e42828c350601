// The records of one run: each opened when it is first asked for, watched from outside, and closed after everything else.
import type { Connection } from '../orb/connection.ts';
import type { Policy } from '../policy/rules.ts';
import { readConfig } from '../profiles/config-file.ts';
import type { AccountRecord, RecordPolicy } from '../record/record.ts';
import type { Ending } from './ending.ts';
import type { AccountFlags, ReadableRecord } from './record-of.ts';
import type { Runtime } from './runtime.ts';

/** The rules of a profile and of the record's policy. */
export interface PolicyInForce {
  readonly policy: Policy;
  /** SHA-256 of the record's policy, where it has one. */
  readonly ofRecord?: string;
}

interface Around {
  readonly isDryRun: boolean;
  readonly ending: Ending;
  readonly closers: (() => Promise<void> | void)[];
}

export class RunRecords {
  readonly #runtime: () => Runtime;
  readonly #around: Around;
  readonly #records = new Map<Connection, Promise<AccountRecord>>();
  readonly #policies = new Map<Connection, Promise<PolicyInForce>>();

  /** @param runtime which is not made yet when this is */
  constructor(runtime: () => Runtime, around: Around) {
    this.#runtime = runtime;
    this.#around = around;
  }

  /** See `Runtime.record`. */
  record(connection: Connection): Promise<AccountRecord> {
    const known = this.#records.get(connection) ?? this.#open(connection);
    this.#records.set(connection, known);
    return known;
  }

  /** See `Runtime.recordToRead`. */
  async toRead(flags: AccountFlags): Promise<ReadableRecord> {
    const { readableRecordOf } = await import('./record-of.ts');
    const readable = await readableRecordOf(flags, this.#runtime());
    this.#around.closers.push(() => readable.store.close());
    return readable;
  }

  /** See `Runtime.policy`. */
  policy(connection: Connection): Promise<PolicyInForce> {
    const known = this.#policies.get(connection) ?? this.#read(connection);
    this.#policies.set(connection, known);
    return known;
  }

  /** See `Runtime.capNow`. */
  async capNow(connection: Connection): Promise<number> {
    const isLedgers = connection.choice.kind === 'sandbox' || this.#around.isDryRun;
    return isLedgers ? connection.now() : (await this.record(connection)).now();
  }

  /** See `Runtime.policyWith`. */
  async policyWith(connection: Connection, kept: RecordPolicy | undefined): Promise<PolicyInForce> {
    const { readPolicy } = await import('../profiles/policy-file.ts');
    const config = readConfig(this.#runtime().folders.config);
    if (kept === undefined) return { policy: readPolicy(connection.place, config, undefined) };
    const { text, version, sha256 } = kept;
    const source = `the record's policy ${version}`;
    return { policy: readPolicy(connection.place, config, { text, source }), ofRecord: sha256 };
  }

  async #read(connection: Connection): Promise<PolicyInForce> {
    const kept = this.#around.isDryRun ? undefined : await (await this.record(connection)).policy();
    return this.policyWith(connection, kept);
  }

  async #open(connection: Connection): Promise<AccountRecord> {
    const runtime = this.#runtime();
    const { accountRecordOf, openRecordOf } = await import('./record-of.ts');
    const store = await openRecordOf(connection.place.profile, 'write', runtime);
    this.#around.ending.closeLast(store);
    return accountRecordOf(store, connection, runtime);
  }
}
