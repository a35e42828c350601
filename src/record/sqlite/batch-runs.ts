// Reads batch runs of the record, and extends the leases of writes and runs.
import type { Database } from '../../database/driver.ts';
import type { FactRunner } from '../facts.ts';
import { type BatchRunRow, batchRunOf } from '../known-write.ts';
import { runnerText, runOf, selectRuns } from './current-rows.ts';
import { textsOf } from './read-writes.ts';

/** Newest first. */
export function batchRunsOf(
  database: Database,
  account: number,
  { batch = null, who = null }: { readonly batch?: string | null; readonly who?: string | null },
): readonly BatchRunRow[] {
  const runs = database
    .prepare(
      `${selectRuns} WHERE account = ?1 AND (?2 IS NULL OR batch = ?2) AND (?3 IS NULL OR who = ?3)
       ORDER BY begun DESC`,
    )
    .all(account, batch, who)
    .map(runOf);
  const texts = textsOf(
    database,
    account,
    runs.map(({ begun }) => begun),
  );
  return runs.map((run) => {
    const { command = null, results = null, signatures = null } = texts.get(run.begun) ?? {};
    return batchRunOf(run, { command, results, signatures });
  });
}

/** The writes and the run that a process holds, and the end of the lease: milliseconds since the epoch. */
export interface Lease {
  readonly runner: FactRunner;
  readonly keys?: readonly string[];
  readonly batch?: string;
  readonly until: number;
}

/** Call this within `database.write`. A lease never becomes shorter. */
export function extendLease(
  database: Database,
  account: number,
  { runner, keys = [], batch, until }: Lease,
): void {
  const holder = runnerText(runner);
  database
    .prepare(
      `UPDATE writes AS w INDEXED BY writes_by_key SET lease_until = max(lease_until, ?)
       WHERE account = ? AND key IN (SELECT value FROM json_each(?)) AND state IN ('noted', 'unknown')
         AND coalesce(runner, (SELECT r.runner FROM runs AS r
           WHERE r.account = w.account AND r.batch = w.batch AND r.run = w.run)) = ?`,
    )
    .run(until, account, JSON.stringify(keys), holder);
  if (batch === undefined) return;
  database
    .prepare(
      `UPDATE runs SET lease_until = max(lease_until, ?)
       WHERE account = ? AND batch = ? AND runner = ? AND ended_at IS NULL`,
    )
    .run(until, account, batch, holder);
}
