// `history export`: prints every event of the record as a JSON line, for another archive or an auditor's own check.

import { usageErrorAt } from '../../errors.ts';
import { emitFiltered, type RecordCommand } from '../../runtime/show.ts';
import { recordsToKeep } from './records.ts';

/** Events are printed whole, without a choice of columns or formats. Throws a `usage` error that names the flag. */
export const run: RecordCommand = async (_args, flags, runtime) => {
  const { output = 'ndjson', json, columns } = flags;
  if (output !== 'ndjson') throw usageErrorAt('--output', `must be ndjson here: "${output}"`);
  if (json !== undefined) throw usageErrorAt('--json', 'does not fit: the output is always ndjson');
  if (columns !== undefined) throw usageErrorAt('--columns', 'does not fit: the output is always ndjson');
  const records = await recordsToKeep(flags, runtime);
  const lines = async function* () {
    for (const record of records) {
      const account = record.account.id;
      for await (const { seq, link, at, who, kind, key, attempt, prev, hash, body } of record.events()) {
        const known = JSON.stringify({ account, seq, link, at, who, kind, key, attempt, prev, hash });
        // The body stays as it was hashed, byte for byte.
        yield `${known.slice(0, -1)},"body":${body}}\n`;
      }
    }
  };
  await emitFiltered(lines(), { format: 'ndjson', jq: flags.jq }, runtime);
};
