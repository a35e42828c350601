// `history list`: the writes that were made here, newest first.
import { type Problem, usageError } from '../../errors.ts';
import { batchRunsIn, historiesOf, type JournalFlags, journalsOf, writesIn } from '../../record/journals.ts';
import type { TimeRange } from '../../requests/ledger-query.ts';
import { type ListFlags, readListFlags } from '../../requests/list-flags.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { type HistoryWrite, historyRow, historyView, outcomes } from '../../views/history.ts';
import { isJsonObject } from '../../wire/json.ts';

export interface HistoryListFlags extends GlobalFlags, JournalFlags, Omit<ListFlags, 'cursor'> {
  readonly since?: string;
  readonly until?: string;
  readonly outcome?: string;
  readonly customer?: string;
  readonly who?: string;
}

export async function run(
  _words: readonly string[],
  flags: HistoryListFlags,
  runtime: Runtime,
): Promise<void> {
  const choice = checkOutput(flags, historyView);
  const { span, problems } = readListFlags(flags);
  const range = await rangeOf(flags, runtime);
  const all = [...outcomeProblems(flags), ...range.problems, ...problems];
  if (all.length > 0) throw usageError(all);
  const isMeant = (write: HistoryWrite): boolean => matches(write, flags) && isWithin(write, range);
  const writes = journalsOf(flags, runtime)
    .flatMap((journal) => [...historiesOf(writesIn(journal)), ...batchRunsIn(journal)])
    .filter(isMeant)
    // Of one instant, the later line is the newer write.
    .reverse()
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const shown = writes.slice(0, span.limit);
  if (shown.length < writes.length) {
    const text = `There is more: ${writes.length - shown.length} older writes; --all shows them`;
    runtime.note({ text, data: { older_writes: writes.length - shown.length } });
  }
  await show(shown.map(historyRow), { view: historyView, shape: 'list', choice }, runtime);
}

function outcomeProblems({ outcome }: HistoryListFlags): readonly Problem[] {
  if (outcome === undefined || outcomes.some((name) => name === outcome)) return [];
  return [{ where: '--outcome', problem: `must be one of ${outcomes.join(', ')}: "${outcome}"` }];
}

interface Range extends TimeRange {
  readonly problems: readonly Problem[];
}

/** The journal is of no customer, so its days are those of UTC, in which its times are written. */
async function rangeOf({ since, until }: HistoryListFlags, runtime: Runtime): Promise<Range> {
  if (since === undefined && until === undefined) return { problems: [] };
  const { readTimeRange } = await import('../../requests/time-range.ts');
  const context = { now: runtime.now(), zone: 'UTC', sinceFlag: '--since', untilFlag: '--until' };
  const reading = readTimeRange({ since, until }, context);
  return 'problems' in reading ? reading : { ...reading.range, problems: [] };
}

function isWithin({ at }: HistoryWrite, { from, upTo, before }: Range): boolean {
  const instant = Date.parse(at);
  return (
    (from === undefined || instant >= from) &&
    // An instant is meant to the second.
    (upTo === undefined || instant < upTo + 1000) &&
    (before === undefined || instant < before)
  );
}

function matches(write: HistoryWrite, { outcome, customer, who }: HistoryListFlags): boolean {
  return (
    (outcome === undefined || write.outcome === outcome) &&
    (who === undefined || write.who === who) &&
    (customer === undefined || namesOf(write).includes(customer))
  );
}

/** Every way in which a person may call the customer of a write. */
function namesOf({ customer, answer }: HistoryWrite): readonly unknown[] {
  const answered = isJsonObject(answer) && isJsonObject(answer.customer) ? answer.customer : {};
  return [customer, answered.external_customer_id, answered.id, `id:${String(answered.id)}`];
}
