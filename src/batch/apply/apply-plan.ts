// Applies a plan, or resumes one: checks it, reconciles it with the ledgers, asks, writes the rows and sums up the run.

import path from 'node:path';
import { type CreditctlError, usageError } from '../../errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { BatchRun } from '../../views/batch-run.ts';
import { openForWriting } from '../../writes/execute.ts';
import { reportTarget } from '../../writes/report.ts';
import { openPlan, type Plan } from '../plan/plan-reader.ts';
import { checkAccount } from '../plan/planned-account.ts';
import { copyPlan, planCopyPath } from './batch-folder.ts';
import type { Begun } from './batch-journal.ts';
import { confirm } from './confirm.ts';
import { goesOn, newestUnfinished, noSuchBatch } from './find-batch.ts';
import { reconcilePlan } from './reconcile-plan.ts';
import { writeResultFiles } from './results.ts';
import { resultsBase, resultsFolderProblems, resultsPlace } from './results-place.ts';
import { type RunResult, runBatch } from './run-batch.ts';
import { type BatchFlags, batchProblems, rateProblems, type Session, withBatch } from './session.ts';

export interface Applied {
  readonly run: BatchRun;
  readonly otherPlans: RunResult['otherPlans'];
  /** Why it ended before its last row. */
  readonly stoppedBy: CreditctlError | undefined;
  /** Why there are no files of the outcomes. */
  readonly filesFault: CreditctlError | undefined;
  /** Nothing was sent: a dry run, or nothing was left to do. */
  readonly isIdle: boolean;
}

/** The plan to apply. */
export interface PlanSource {
  readonly file: string;
  /** The input file that this command planned itself; its connection was shown already. */
  readonly input?: string;
}

/** Throws a `refused` error if the plan is damaged, breaks a rule or no longer fits the ledgers. */
export async function applyPlan(source: PlanSource, flags: BatchFlags, runtime: Runtime): Promise<Applied> {
  const problems = [...rateProblems(flags), ...resultsFolderProblems(flags)];
  if (problems.length > 0) throw usageError(problems);
  const plan = await openPlan(source.file);
  try {
    const connection = await openForWriting(flags, runtime, consentHints);
    if (source.input === undefined) {
      reportTarget(connection.place, runtime);
      await checkAccount(plan.header, source.file, connection);
    }
    return await withBatch(plan.header.batch.id, { connection, flags, runtime }, (session) =>
      applyIn(plan, source, session),
    );
  } finally {
    await plan.close();
  }
}

const consentHints = ['Add --yes to do it', 'Or add --dry-run to see what it would do'];

async function applyIn(plan: Plan, applying: PlanSource, session: Session): Promise<Applied> {
  const signed = { leavesRefused: false, file: applying.file };
  const checked = await reconcilePlan(plan, signed, session);
  const { scan, openElsewhere, toSend, found, typedBack } = checked;
  // Rows that were only found need a run as well: without one they could not be shown or undone.
  const isPlaced = found === 0 && !session.known.hasUnplaced;
  const { file, input = file } = applying;
  const { folder, flags } = session;
  // Input from a pipe is called by the id of its batch.
  const shown = input === '-' ? folder.id : input;
  if (toSend === 0 && isPlaced) return idleRun(plan, shown, session);
  const base = resultsBase(input, flags, folder.id);
  const place = resultsPlace({ base, format: plan.header.source.format, input }, session);
  if (toSend > 0) await confirm({ plan, scan, typedBack }, session);
  if (flags.dryRun === true) return idleRun(plan, shown, session);
  const kept = await copyPlan(folder, { file, sha256: plan.end.sha256 });
  try {
    const running = { plan: kept, left: scan.left, place, retriesRefused: true, openElsewhere };
    const ran = await runBatch(running, session);
    const { stoppedBy, filesFault, otherPlans } = ran;
    const isIdle = toSend === 0 && stoppedBy === undefined && filesFault === undefined;
    return { run: runOf(kept, shown, ran), otherPlans, stoppedBy, filesFault, isIdle };
  } finally {
    await kept.close();
  }
}

/** The result of a run that sent nothing. @param file what the plan is called */
async function idleRun(plan: Plan, file: string, session: Session): Promise<Applied> {
  const results = await writeResultFiles(plan, undefined, session);
  const run = runOf(plan, file, { results, seconds: 0, rate: 0, retries: 0 });
  return {
    run,
    otherPlans: { unknown: 0, refused: 0 },
    stoppedBy: undefined,
    filesFault: undefined,
    isIdle: true,
  };
}

function runOf(
  plan: Plan,
  file: string,
  { results, seconds, rate, retries }: Pick<RunResult, 'results' | 'seconds' | 'rate' | 'retries'>,
): BatchRun {
  const { counts, already, credits, reasons, files } = results;
  return {
    batch: plan.header.batch.id,
    plan: file,
    sha256: plan.end.sha256,
    rows: plan.end.rows,
    ...counts,
    already,
    credits,
    reasons,
    results: files,
    seconds: Math.round(seconds * 1000) / 1000,
    rows_per_second: Math.round(rate * 10) / 10,
    retries,
  };
}

/** @param id default: the newest unfinished batch */
export async function resumeBatch(
  id: string | undefined,
  flags: BatchFlags,
  runtime: Runtime,
): Promise<Applied> {
  const problems = [...batchProblems(id), ...rateProblems(flags), ...resultsFolderProblems(flags)];
  if (problems.length > 0) throw usageError(problems);
  const connection = await openForWriting(flags, runtime);
  reportTarget(connection.place, runtime);
  const named = id ?? newestUnfinished(connection.place, runtime);
  return withBatch(named, { connection, flags, runtime }, async (session) => {
    const { applied } = session.known;
    if (applied === undefined) throw noSuchBatch(named);
    const plan = await openPlan(planCopyPath(session.folder, applied.plan));
    try {
      return await resumeIn(plan, applied, session);
    } finally {
      await plan.close();
    }
  });
}

/** Rows that were refused before stay refused. What had to be typed back was typed when the batch began. */
async function resumeIn(plan: Plan, applied: Begun, session: Session): Promise<Applied> {
  const { runtime, flags, known, folder } = session;
  const file = planCopyPath(folder, applied.plan);
  const { scan, openElsewhere, toSend } = await reconcilePlan(plan, { leavesRefused: true }, session);
  // A run that was killed after its last row still has to write its files.
  const isOver = toSend === 0 && !goesOn(known) && flags.results === undefined;
  if (isOver) {
    noteFinished(folder.id, runtime);
    return idleRun(plan, file, session);
  }
  const base = resultsOf(applied, flags);
  const place = resultsPlace({ base, format: plan.header.source.format, input: file }, session);
  if (toSend > 0) await confirm({ plan, scan, typedBack: undefined }, session);
  if (flags.dryRun === true) return idleRun(plan, file, session);
  const ran = await runBatch({ plan, left: scan.left, place, retriesRefused: false, openElsewhere }, session);
  const { otherPlans, stoppedBy, filesFault } = ran;
  return { run: runOf(plan, file, ran), otherPlans, stoppedBy, filesFault, isIdle: false };
}

const resultsOf = ({ results: base }: Begun, { results }: BatchFlags): string =>
  results === undefined ? base : path.join(path.resolve(results), path.basename(base));

function noteFinished(id: string, runtime: Runtime): void {
  runtime.note({
    text: `The batch ${id} has come to its end: there is nothing to go on with`,
    data: { finished: id },
  });
}
