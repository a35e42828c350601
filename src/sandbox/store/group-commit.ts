// Writes that come in one turn of the event loop share a transaction, and so the one wait for the disk that it costs.
import type { Database } from '../../database/driver.ts';

/** Runs work as the only writer. Resolves once it is on disk; rejects with what it threw, and then nothing of it is. */
export type Write = <T>(work: () => T) => Promise<T>;

interface Queued {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Works a transaction: more would make the first of them wait for long. */
const groupMost = 256;

/** Work must be synchronous, and must not count on anything that it read in an earlier turn. */
export function groupCommit(database: Database): Write {
  let queue: Queued[] = [];
  const flush = (): void => {
    const group = queue.slice(0, groupMost);
    queue = queue.slice(groupMost);
    // What is queued while the answers are written joins the rest.
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
    // Nothing of the group is on disk, whatever its works have answered.
    for (const { reject } of group) reject(error);
    return;
  }
  for (const answer of answers) answer();
}

const done =
  ({ resolve }: Queued, result: unknown): (() => void) =>
  () =>
    resolve(result);

/** A refusal takes back its own work and leaves the others' alone. Throws if the database has given up the transaction. */
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
    // SQLite has ended the whole transaction by itself; all of the group get the reason.
    throw reason;
  }
}
