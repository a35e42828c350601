// A batch named `b` on the embedded ledger, which a test takes back.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { creditctl } from './command.ts';
import { recordedIn } from './recorded.ts';
import { freshHome, homeAfter, type RunOptions, type RunResult } from './run.ts';

/** The home folder of one that was carried out. @param rows a CSV file */
export async function imported(rows: string, home?: string): Promise<string> {
  return home === undefined ? homeAfter(rows, () => importInto(freshHome(), rows)) : importInto(home, rows);
}

async function importInto(home: string, rows: string): Promise<string> {
  writeFileSync(path.join(home, 'x.csv'), rows);
  const result = await creditctl(`ledger import ${home}/x.csv --batch-id b --sandbox --yes`, { home });
  if (result.code !== 0) throw new Error(result.stderr);
  return home;
}

export const undo = (home: string, options: RunOptions = {}): Promise<RunResult> =>
  creditctl('batch undo b --sandbox --yes -o json', { home, ...options });

/** How the last run of the batch ended, as the journal of the profile has it. */
export const endOf = (home: string) => recordedIn(home).at(-1);

export async function stateOf(home: string): Promise<unknown> {
  const { stdout } = await creditctl('batch status b --sandbox --json state', { home });
  return (JSON.parse(stdout) as { state: string }).state;
}
