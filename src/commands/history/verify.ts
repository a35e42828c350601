// `history verify`: follows the chain of the journal, and of that of each batch, from its first line to its last.
import { checkedBatches } from '../../batch/apply/check-batches.ts';
import { CreditctlError } from '../../errors.ts';
import { type JournalFlags, journalsOf, type NamedJournal } from '../../record/journals.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { type CheckedJournal, journalCheckRow, journalCheckView } from '../../views/journal-check.ts';

/** Throws a `check-failed` error that names each faulty line, after showing where the chains end. */
export async function run(
  _words: readonly string[],
  flags: GlobalFlags & JournalFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, journalCheckView);
  const checked = journalsOf(flags, runtime).flatMap((named) => [
    check(named),
    ...checkedBatches(named, runtime),
  ]);
  await show(checked.map(journalCheckRow), { view: journalCheckView, shape: 'list', choice }, runtime);
  for (const { file, line, kind, text } of findingsOf(checked, false))
    runtime.note({ text: `${file}, line ${line}: ${text}`, data: { note: kind, file, line, what: text } });
  const faults = findingsOf(checked, true).map(({ file, line, text }) => `${file}, line ${line}: ${text}`);
  if (faults.length === 0) return;
  const more = faults.length > shownMax ? [`and ${faults.length - shownMax} more`] : [];
  const message = ['The journal is not as it was written:', ...faults.slice(0, shownMax), ...more].join('\n');
  throw new CreditctlError('check-failed', message, {
    retrySafe: true,
    next: ['Keep the file as it is, and compare it with a copy from before'],
  });
}

const shownMax = 20;

function check({ profile, file, journal }: NamedJournal): CheckedJournal {
  const { lines, end, findings } = journal.verify();
  return { profile, batch: null, file, lines, chain: end.line, head: end.hash, findings };
}

const findingsOf = (checked: readonly CheckedJournal[], isFault: boolean) =>
  checked.flatMap(({ file, findings }) =>
    findings.filter((finding) => finding.isFault === isFault).map((finding) => ({ ...finding, file })),
  );
