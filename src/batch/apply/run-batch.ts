// Runs a confirmed batch: notes its start, writes the remaining rows and the result files, and notes its end.
import { setMaxListeners } from 'node:events';
import type { CreditctlError } from '../../errors.ts';
import { withSmallHeap } from '../../platform/heap.ts';
import { limiterClock, rateLimiter, type Turn } from '../../platform/rate-limiter.ts';
import { notSent } from '../../record/attempt.ts';
import type { Plan } from '../plan/plan-lines.ts';
import type { Reconciled } from './before-sending.ts';
import { noteFound } from './found-rows.ts';
import { groupSize, rowStateOf } from './recorded/row-lookup.ts';
import { type Results, writeResultFiles } from './results/results.ts';
import type { ResultsPlace } from './results/results-place.ts';
import { type BatchRun, beginRun } from './run/batch-run.ts';
import { ConcurrencyLimit } from './run/concurrency-limit.ts';
import { OtherTerms } from './run/other-terms.ts';
import { type Progress, trackProgress } from './run/progress.ts';
import { faultOf, interruptedBy, lostAfterSending, resultsFault } from './run/run-faults.ts';
import { settleOpenRows } from './run/settle-rows.ts';
import { type RowWriteContext, type Tally, writeRows } from './run/write-rows.ts';
import { rateOf, rulesCheck, type Session } from './session.ts';

/** Outcomes of rows of other plans. */
interface OtherPlanRows {
  /** Rows whose outcome is still unknown. */
  readonly unknown: number;
  readonly refused: number;
  /** Rows that are in no ledger and were not sent again. */
  readonly absent: number;
}

export interface RunResult {
  readonly results: Results;
  readonly otherPlans: OtherPlanRows;
  readonly seconds: number;
  /** Rows per second. */
  readonly rate: number;
  /** Number of repeated requests. */
  readonly retries: number;
  /** Why the run ended before its last row; `undefined` if it did not. */
  readonly stoppedBy: CreditctlError | undefined;
  /** Why there are no result files; `undefined` if they were written. */
  readonly filesFault: CreditctlError | undefined;
}

/** Runs the batch. @param place of the result files */
export async function runBatch(
  plan: Plan,
  { reconciled, place }: { readonly reconciled: Reconciled; readonly place: ResultsPlace },
  session: Session,
): Promise<RunResult> {
  const { scan, openElsewhere } = reconciled;
  const { interruption } = session.runtime;
  const run = await beginRun({ plan, results: place.base, ...reconciled }, session);
  const context = writeContext(run, scan.left, session);
  const { tally, pace } = context;
  try {
    const stoppedBy = await withSmallHeap(() => sendRows(plan, { reconciled, context }, session));
    pace.end();
    const [seconds, rate] = [pace.seconds(), pace.rate()];
    const { results, filesFault } = await writeFiles(plan, { place, context }, session);
    const warning = context.otherTerms.note();
    if (warning !== undefined) session.runtime.note(warning);
    const otherPlans = await otherPlanRows(openElsewhere, session);
    const { counts } = results;
    // A batch is unfinished while rows of its earlier plans are open.
    const endFault = await run.end({ ...counts, unknown: counts.unknown + otherPlans.unknown });
    const left = counts.unknown + counts.unprocessed;
    const stopped = interruptedBy(interruption, left) ?? stoppedBy ?? tally.heldBackBy ?? endFault;
    return { results, otherPlans, seconds, rate, retries: tally.retries, stoppedBy: stopped, filesFault };
  } catch (error) {
    throw lostAfterSending(error, tally, { verb: 'resume', ...session });
  } finally {
    run.release();
  }
}

/** Notes found rows, settles open rows, then sends the rest. Resolves with the error that stopped it, if any. */
const sendRows = (
  plan: Plan,
  { reconciled, context }: { readonly reconciled: Reconciled; readonly context: RowWriteContext },
  session: Session,
): Promise<CreditctlError | undefined> =>
  faultOf(async () => {
    await noteFound(session.lookup.found, context.noting);
    const ownRows = reconciled.scan.openRows;
    const stopped = await settleOpenRows(plan, { ownRows, context }, session);
    return stopped ?? writeRows(plan.rowGroups(), context);
  });

/** Runs before the end is noted, so that an ended batch always has its files. `filesFault` says why there are none. */
async function writeFiles(
  plan: Plan,
  { place, context }: { readonly place: ResultsPlace; readonly context: RowWriteContext },
  session: Session,
): Promise<Pick<RunResult, 'results' | 'filesFault'>> {
  const { otherTerms, mask, noting } = context;
  const { record, lookup } = session;
  const source = { record, lookup, run: noting.run, otherTerms, mask };
  try {
    const results = await writeResultFiles(plan, place, source);
    noteFileNumber(results, session);
    return { results, filesFault: undefined };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    const results = await writeResultFiles(plan, undefined, source);
    return { results, filesFault: resultsFault(error, place.base) };
  }
}

/** Prevents a person from confusing an earlier run's files with this run's. */
function noteFileNumber({ number, files }: Results, { runtime }: Session): void {
  if (number === 1) return;
  const names = Object.values(files).join(', ');
  const text = `Files of an earlier run are still there. Those of this run are ${names}`;
  runtime.note({ text, data: { results_number: number } });
}

async function otherPlanRows(others: ReadonlySet<string>, { lookup }: Session): Promise<OtherPlanRows> {
  const count = { unknown: 0, refused: 0, absent: 0 };
  for (const known of (await lookup.recordedStates([...others])).values()) {
    const rowState = rowStateOf(known);
    if (rowState === 'open') count.unknown += 1;
    if (rowState === 'refused') count.refused += 1;
    if (known.state === 'absent') count.absent += 1;
  }
  return count;
}

/** How a run sends rows: at the requested rate, with as many in flight as the API allows. @param rows number of rows */
export function writeContext(
  run: BatchRun,
  rows: number,
  session: Session,
): RowWriteContext & { readonly pace: Progress } {
  const { connection, flags, runtime } = session;
  const tally: Tally = { succeeded: 0, refused: 0, held: 0, unknown: 0, retries: 0 };
  const pace = trackProgress(rows, tally, runtime);
  const { interruption, secrets } = runtime;
  // Each waiting row adds a listener, and Node warns about more than ten listeners.
  setMaxListeners(0, interruption);
  const rate = rateOf(flags, connection, runtime);
  return {
    send: connection.rowSender(rowTurns(rate, run, session)),
    noting: run.noting,
    outcomes: run.outcomes,
    interruption,
    tally,
    pace,
    otherTerms: new OtherTerms(),
    limit: new ConcurrencyLimit(),
    // A crash leaves every begun row to be settled, so only one second's rows are begun ahead. More are begun only behind an
    // earlier row of the same customer, so that one busy customer does not block the others.
    ahead: Math.min(Math.ceil((rate ?? Number.POSITIVE_INFINITY) / 2), groupSize),
    mask: secrets.mask,
    onEnd: pace.step,
  };
}

/**
 * Returns a function that resolves when the next attempt may be sent. It rejects with a CreditctlError, marked as not
 * applied and safe to retry, after an interruption, once the lease is over, and once the rules for writes have changed.
 * @param rate rows per second; `undefined` for no limit
 */
function rowTurns(rate: number | undefined, { noting }: BatchRun, session: Session): Turn {
  const { runtime } = session;
  const turn = rateLimiter(rate, limiterClock(runtime));
  const checkRules = rulesCheck(session);
  return async () => {
    try {
      const onSuccess = await turn();
      runtime.interruption.throwIfAborted();
      await noting.lease.check();
      await checkRules();
      return onSuccess;
    } catch (error) {
      throw notSent(error);
    }
  };
}
