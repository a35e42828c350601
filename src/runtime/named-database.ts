// A database that `--db` names: a command that only reads does not create it, for the name may be mistyped.
import { statSync } from 'node:fs';
import { usageError } from '../errors.ts';
import type { Note } from '../output/terminal/notes.ts';
import type { GlobalFlags, Runtime } from './runtime.ts';

/** How a connection is opened. */
export interface Connecting {
  /** Takes what the connection has to tell, such as retries; stderr where not said. */
  readonly note?: (note: Note) => void;
  /** The database of the embedded ledger may be created where `--db` names none; that is for writes. */
  readonly mayCreate?: boolean;
}

/** Throws a `usage` error if the flag names a file that is not there. The usual database is created at first use. */
export function checkNamedDatabase(flags: GlobalFlags, { choice }: Pick<Runtime, 'choice'>): void {
  if (flags.db === undefined) return;
  const chosen = choice(flags);
  if (chosen.kind !== 'sandbox' || !isMissing(chosen.db)) return;
  const problem = `names a database that does not exist: ${chosen.db}. A command that only reads does not create it`;
  throw usageError(
    [{ where: '--db', problem }],
    [
      'Check the name',
      'A write creates it, with three sample customers: creditctl ledger add acme --amount 5 --sandbox --db <file>',
    ],
  );
}

/** A path that leads through a file, or where nobody may look, is another fault; opening it says which. */
function isMissing(file: string): boolean {
  try {
    statSync(file);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
