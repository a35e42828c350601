// `history export`: every event of the record, one JSON line each, for another archive or an auditor's own check.
import { usageError } from '../../errors.ts';
import type { EventRow } from '../../record/record.ts';
import type { AccountFlags } from '../../runtime/record-of.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { recordsToKeep } from './records.ts';

export async function run(_words: readonly string[], flags: AccountFlags, runtime: Runtime): Promise<void> {
  checkFormatOf(flags);
  const { terminal, interruption } = runtime;
  for (const record of await recordsToKeep(flags, runtime))
    for await (const event of record.events()) {
      if (interruption.aborted) throw interruption.reason;
      await terminal.out(`${lineOf(event, record.account.id)}\n`);
    }
}

/** Whole events are printed as they are: there is nothing to choose. Throws a `usage` error that names the flag. */
function checkFormatOf({ output = 'ndjson', json, columns }: AccountFlags): void {
  if (output !== 'ndjson')
    throw usageError([{ where: '--output', problem: `must be ndjson here: "${output}"` }]);
  if (json !== undefined)
    throw usageError([{ where: '--json', problem: 'does not fit: the output is always ndjson' }]);
  if (columns !== undefined)
    throw usageError([{ where: '--columns', problem: 'does not fit: the output is always ndjson' }]);
}

/** The body stands as it was hashed, byte for byte. */
function lineOf({ body, ...event }: EventRow, account: number): string {
  const { seq, link, at, who, kind, key, attempt, prev, hash } = event;
  const known = JSON.stringify({ account, seq, link, at, who, kind, key, attempt, prev, hash });
  return `${known.slice(0, -1)},"body":${body}}`;
}
