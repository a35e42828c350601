// Opens the records and reads the policies of one run: each at its first use. The records are closed last.
import type { Connection } from '../orb/connection.ts';
import type { Policy } from '../policy/rules.ts';
import type { Target } from '../profiles/choose-connection.ts';
import { readConfig } from '../profiles/config-file.ts';
import type { AccountRecord, RecordPolicy } from '../record/record.ts';
import type { Ending } from './ending.ts';
import type { AccountFlags, ReadableRecord } from './record-of.ts';
import type { GlobalFlags, Runtime } from './runtime.ts';

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
  /** The record of a profile to read, without key or network; creates nothing. */
  recordToRead(flags: AccountFlags): Promise<ReadableRecord>;
  /**
   * The rules for a plan, a signature or a comparison: the profile's, and those of an existing record. Throws a `refused`
   * error if the rules cannot be read, and as `recordToRead` does.
   */
  policyToRead(connection: Connection, flags: GlobalFlags): Promise<Policy>;
  /**
   * The rules for writes through a connection: the profile's, and the record's rules for everyone who writes to the
   * account; read once a run. A dry run opens no record. Throws a `refused` error if the rules cannot be read, and
   * as `record` does.
   */
  policy(connection: Connection): Promise<Policy>;
  /** The rules with the record's current policy, under which a write is noted. */
  policyWith(connection: Connection, kept: RecordPolicy | undefined): Promise<PolicyInForce>;
  /**
   * The clock for daily caps, in milliseconds since the epoch: that of the record or embedded ledger, because this machine's
   * clock may be wrong, and the limit is the team's.
   */
  capNow(connection: Connection): Promise<number>;
}

interface Around {
  readonly isDryRun: boolean;
  readonly ending: Ending;
  readonly closers: (() => Promise<void> | void)[];
}

/** @param of returns the runtime, which is created after these functions */
export function runRecords(of: () => Runtime, { isDryRun, ending, closers }: Around): RunRecords {
  const record = oncePerConnection(async (connection: Connection) => {
    const { accountRecordOf, openRecordFor } = await import('./record-of.ts');
    const store = await openRecordFor(connection, of());
    ending.closeLast(store);
    return accountRecordOf(store, connection, of());
  });
  const readRules = async (target: Target, kept?: RecordPolicy): Promise<Policy> => {
    const { readPolicy } = await import('../profiles/policy-file.ts');
    const team = kept && { text: kept.text, source: `the record's policy ${kept.version}` };
    return readPolicy(target, readConfig(of().folders.config), team);
  };
  return {
    record,
    recordToRead: async (flags) => {
      const { readableRecordOf } = await import('./record-of.ts');
      const readable = await readableRecordOf(flags, of());
      closers.push(() => readable.store.close());
      return readable;
    },
    policyToRead: async (connection, flags) => {
      const { recordOfConnection } = await import('./record-of.ts');
      const known = await recordOfConnection(connection, { flags, runtime: of() });
      return readRules(connection.target, await known?.policy());
    },
    policy: oncePerConnection(async (connection) =>
      readRules(connection.target, isDryRun ? undefined : await (await record(connection)).policy()),
    ),
    policyWith: async ({ target }, kept) => {
      const policy = await readRules(target, kept);
      return kept === undefined ? { policy } : { policy, ofRecord: kept.sha256 };
    },
    capNow: async (connection) => {
      const { embeddedClock } = await import('../orb/connection.ts');
      const clock = isDryRun ? connection.now : embeddedClock(connection);
      return clock?.() ?? (await record(connection)).now();
    },
  };
}

/** Runs the work once for each connection, and shares the result. */
function oncePerConnection<Result>(open: (connection: Connection) => Promise<Result>) {
  const known = new Map<Connection, Promise<Result>>();
  return (connection: Connection): Promise<Result> => {
    const result = known.get(connection) ?? open(connection);
    known.set(connection, result);
    return result;
  };
}
