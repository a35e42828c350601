// Commits the writes of one event-loop turn in one transaction, so that they share one wait for the disk.
import type { Database } from '../../database/driver.ts';

/** Runs `work` as the only writer. Resolves once the write is on disk; rejects with the error of `work`, and nothing is written. */
export type Write = <T>(work: () => T) => Promise<T>;

interface Queued {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Writes in one transaction: a larger group would delay its first write too long. */
const groupMost = 256;

/** `work` must be synchronous, and must not rely on values read in an earlier turn. */
export function groupCommit(database: Database): Write {
  let queue: Queued[] = [];
  const flush = (): void => {
    const group = queue.slice(0, groupMost);
    queue = queue.slice(groupMost);
    // Writes that are queued while the answers are written join the rest of the queue.
    if (queue.length > 0) setImmediate(flush);
    commit(database, group);
  };
  return <T>(work: () => T) =>
    new Promise<T>((resolve, reject) => {
      queue.push({ work, resolve: resolve as (result: unknown) => void, reject });
      if (queue.length === 1) setImmediate(flush);
    });
}

function commit(database: Database, group: readonly Queued[]): void {
  const [only, ...others] = group;
  if (only === undefined) return;
  let answers: readonly (() => void)[];
  try {
    answers =
      others.length === 0
        ? [database.write(() => done(only, only.work()))]
        : database.write(() => group.map((queued) => attempt(database, queued)));
  } catch (error) {
    // The transaction failed, so nothing of the group is on disk, even where `work` succeeded.
    for (const { reject } of group) reject(error);
    return;
  }
  for (const answer of answers) answer();
}

const done =
  ({ resolve }: Queued, result: unknown): (() => void) =>
  () =>
    resolve(result);

/** A failed write rolls back only its own savepoint. Throws if SQLite rolled back the whole transaction. */
function attempt(database: Database, queued: Queued): () => void {
  database.exec('SAVEPOINT work');
  try {
    const result = queued.work();
    database.exec('RELEASE work');
    return done(queued, result);
  } catch (error) {
    takeBack(database, error);
    return () => queued.reject(error);
  }
}

function takeBack(database: Database, reason: unknown): void {
  try {
    database.exec('ROLLBACK TO work; RELEASE work');
  } catch {
    // SQLite rolled back the whole transaction, so every write of the group fails with this error.
    throw reason;
  }
}
