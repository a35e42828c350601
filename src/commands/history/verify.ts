// `history verify`: follows the chain of each account from its first event to its last.
import { CreditctlError } from '../../errors.ts';
import { verifyRecord } from '../../record/verify.ts';
import type { AccountFlags } from '../../runtime/record-of.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { type CheckedRecord, recordCheckRow, recordCheckView } from '../../views/record-check.ts';
import { recordsToRead } from './records.ts';

/** Throws a `check-failed` error that names the first thing that is wrong, after showing where each chain ends. */
export async function run(_words: readonly string[], flags: AccountFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, recordCheckView);
  const checked: CheckedRecord[] = [];
  for (const record of await recordsToRead(flags, runtime)) {
    const { id: account, origin } = record.account;
    checked.push({ account, origin, ...(await verifyRecord(record)) });
  }
  await show(checked.map(recordCheckRow), { view: recordCheckView, shape: 'list', choice }, runtime);
  const problems = checked.flatMap(({ account, problem }) =>
    problem === null ? [] : [`Account ${account}: ${problem}`],
  );
  if (problems.length === 0) return;
  throw new CreditctlError('check-failed', ['The record is not as it was written', ...problems].join('\n'), {
    retrySafe: true,
    next: ['Keep the record as it is, and compare it with a backup'],
  });
}
