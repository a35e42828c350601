// `history settle [key]`: finds out what became of the writes whose outcome is not known.
import { CreditctlError } from '../../errors.ts';
import { findOperation } from '../../record/find-operation.ts';
import { type JournalledWrite, journalOf, writesIn } from '../../record/journals.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { type SettledWrite, settledRow, settlingView } from '../../views/settling.ts';
import { openForWriting, type WriteFlags } from '../../writes/execute.ts';
import { reportTarget } from '../../writes/report.ts';
import { checkAllowed, confirmSettling, planned, settleOne, unsettled } from '../../writes/settling.ts';

/** Throws a `refused` error where the policy forbids to send one again, and an `outcome-unknown` error after showing the outcomes if some are still not known. */
export async function run(words: readonly string[], flags: WriteFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, settlingView);
  const connection = await openForWriting(flags, runtime);
  const writes = chosen(words[0], writesIn(journalOf(connection.place.profile, runtime)));
  const self = { ...runtime.parts.process, now: connection.now() };
  const unknown = unsettled(writes, connection, self);
  const isDone = unknown.length > 0 && flags.dryRun !== true;
  reportTarget(connection.place, runtime);
  if (isDone) await checkAllowed(unknown, { connection, runtime });
  if (isDone && flags.yes !== true) await confirmSettling(unknown, flags, runtime);
  const rows: SettledWrite[] = [];
  for (const each of unknown)
    rows.push(isDone ? await settleOne(each, { connection, runtime }) : planned(each));
  const showing = { view: settlingView, shape: 'list', choice } as const;
  await show(rows.map(settledRow), isDone ? { ...showing, isWritten: true } : showing, runtime);
  if (isDone) checkAllKnown(rows);
  else await checkAllowed(unknown, { connection, runtime });
}

function chosen(key: string | undefined, writes: readonly JournalledWrite[]): readonly JournalledWrite[] {
  if (key === undefined) return writes;
  const operation = findOperation(key, writes);
  if (operation !== undefined) return [operation];
  throw new CreditctlError('not-found', `The journal of this profile knows no write "${key}"`, {
    retrySafe: true,
    next: ['creditctl history list --outcome unknown --all'],
  });
}

function checkAllKnown(rows: readonly SettledWrite[]): void {
  const open = rows.filter(({ outcome }) => outcome === 'unknown' || outcome === 'intended');
  if (open.length === 0) return;
  const message = `The outcome of ${open.length} of ${rows.length} writes is still not known`;
  throw new CreditctlError('outcome-unknown', message, {
    applied: 'unknown',
    retrySafe: true,
    next: [...new Set(open.flatMap(({ note }) => note ?? []))].slice(0, 5),
  });
}
