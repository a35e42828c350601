// Opens the records and reads the policies of one run: each at its first use. The records are closed last.
import type { Connection } from '../orb/connection.ts';
import { readConfig } from '../profiles/config-file.ts';
import type { RecordPolicy } from '../record/record.ts';
import type { Ending } from './ending.ts';
import type { RunRecords, Runtime } from './runtime.ts';

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
  const readRules = async (target: Connection['target'], kept?: RecordPolicy) => {
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
