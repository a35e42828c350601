// `history export`: prints every event of the record as a JSON line, for another archive or an auditor's own check.

import { usageErrorAt } from '../../errors.ts';
import type { EventRow } from '../../record/facts.ts';
import type { AccountFlags } from '../../runtime/runtime.ts';
import { emitFiltered, type ReadCommand } from '../../runtime/show.ts';
import { recordsToKeep } from './records.ts';

export const run: ReadCommand<AccountFlags> = async (_args, flags, runtime) => {
  checkFormatOf(flags);
  const records = await recordsToKeep(flags, runtime);
  const lines = async function* () {
    for (const record of records)
      for await (const event of record.events()) yield `${lineOf(event, record.account.id)}\n`;
  };
  await emitFiltered(lines(), { format: 'ndjson', jq: flags.jq }, runtime);
};

/** Events are printed whole, without a choice of columns or formats. Throws a `usage` error that names the flag. */
function checkFormatOf({ output = 'ndjson', json, columns }: AccountFlags): void {
  if (output !== 'ndjson') throw usageErrorAt('--output', `must be ndjson here: "${output}"`);
  if (json !== undefined) throw usageErrorAt('--json', 'does not fit: the output is always ndjson');
  if (columns !== undefined) throw usageErrorAt('--columns', 'does not fit: the output is always ndjson');
}

/** The body stays as it was hashed, byte for byte. */
function lineOf({ body, ...event }: EventRow, account: number): string {
  const { seq, link, at, who, kind, key, attempt, prev, hash } = event;
  const known = JSON.stringify({ account, seq, link, at, who, kind, key, attempt, prev, hash });
  return `${known.slice(0, -1)},"body":${body}}`;
}
