// Applies a plan, or resumes one: checks it, reconciles it with the ledgers, asks, writes the rows and sums up the run.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { CreditctlError, type Problem, usageError } from '../../errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { BatchRunSummary } from '../../views/batch-run.ts';
import { reportTarget } from '../../writes/consent.ts';
import { openForWriting } from '../../writes/execute.ts';
import type { Plan } from '../plan/plan-lines.ts';
import { openPlan } from '../plan/plan-reader.ts';
import { checkAccount } from '../plan/planned-account.ts';
import { confirm, type Reconciled, reconcilePlan } from './before-sending.ts';
import { withKeptPlan, withPlanFile } from './recorded/kept-plans.ts';
import { isResumable, newestUnfinished, noSuchBatch } from './recorded/recorded-runs.ts';
import { writeResultFiles } from './results/results.ts';
import { resultsBase, resultsFolderProblems, resultsPlace } from './results/results-place.ts';
import { type RunResult, runBatch } from './run-batch.ts';
import {
  type BatchFlags,
  batchProblems,
  openSession,
  rateProblems,
  recordOf,
  type Session,
} from './session.ts';

export interface AppliedPlan {
  readonly run: BatchRunSummary;
  readonly otherPlans: RunResult['otherPlans'];
  /** Why it ended before its last row. */
  readonly stoppedBy: CreditctlError | undefined;
  /** Why there are no files of the outcomes. */
  readonly filesFault: CreditctlError | undefined;
  /** Nothing was sent: a dry run, or nothing was left to do. */
  readonly isIdle: boolean;
}

interface PlanSource {
  readonly file: string;
  /** The input file that this command planned itself; its connection was shown already. */
  readonly input?: string;
  /** The hash of the plan that was approved, in hexadecimal digits; default: any plan. */
  readonly sha256?: string | undefined;
}

/** Throws a `refused` error if the plan is not the approved one, is damaged, breaks a rule or no longer fits the ledgers. */
export async function applyPlan(
  source: PlanSource,
  flags: BatchFlags,
  runtime: Runtime,
): Promise<AppliedPlan> {
  const problems = [...hashProblems(source.sha256), ...rateProblems(flags), ...resultsFolderProblems(flags)];
  if (problems.length > 0) throw usageError(problems);
  // What is read now is what is sent, whatever becomes of the file meanwhile.
  return withPlanFile(runtime, async (copy) => {
    const plan = await openPlan(source.file, flags.dryRun === true ? undefined : copy);
    try {
      checkApproved(plan, source);
      const connection = await openForWriting(flags, runtime, consentHints);
      if (source.input === undefined) {
        reportTarget({ connection, runtime });
        await checkAccount(plan.header, source.file, connection);
      }
      const session = await openSession(plan.header.batch.id, { connection, flags, runtime });
      return await applyIn(plan, source, session);
    } finally {
      await plan.close();
    }
  });
}

const hashProblems = (hash: string | undefined): readonly Problem[] =>
  hash === undefined || /^[0-9a-f]{64}$/i.test(hash)
    ? []
    : [{ where: '--sha256', problem: `must be the 64 hexadecimal digits of a hash: "${hash}"` }];

function checkApproved({ end }: Plan, { file, sha256 }: PlanSource): void {
  if (sha256 === undefined || sha256.toLowerCase() === end.sha256) return;
  const message = `${file} is not the plan that --sha256 names: its hash is ${end.sha256}; nothing was written`;
  throw new CreditctlError('refused', message, { applied: 'no' });
}

const consentHints = ['Add --yes to do it', 'Or add --dry-run to see what it would do'];

async function applyIn(plan: Plan, applying: PlanSource, session: Session): Promise<AppliedPlan> {
  const reconciled = await reconcilePlan(plan, applying.file, session);
  const { toSend } = reconciled;
  const { file, input = file } = applying;
  const { id, flags, lookup } = session;
  // Input from a pipe is called by the id of its batch.
  const shown = input === '-' ? id : input;
  // Rows that were only found need a run as well: without one they could not be shown or undone.
  if (toSend === 0 && lookup.found.size === 0) return idleRun(plan, shown, session);
  const base = resultsBase(input, flags, id);
  const applied = await confirmAndRun(plan, { reconciled, shown, base, input }, session);
  if (toSend > 0 || applied.stoppedBy !== undefined || applied.filesFault !== undefined) return applied;
  return { ...applied, isIdle: true };
}

interface Confirming {
  readonly reconciled: Reconciled;
  /** What the plan is called where the run is shown. */
  readonly shown: string;
  /** The files of the outcomes begin with this path. */
  readonly base: string;
  /** The file that was planned, which they must not replace; `-` for none. */
  readonly input: string;
}

/** Shows what will be sent, asks, and sends it; a dry run only shows it. */
async function confirmAndRun(
  plan: Plan,
  { reconciled, shown, base, input }: Confirming,
  session: Session,
): Promise<AppliedPlan> {
  const place = resultsPlace({ base, format: plan.header.source.format, input }, session);
  if (reconciled.toSend > 0) await confirm(plan, reconciled, session);
  if (session.flags.dryRun === true) return idleRun(plan, shown, session);
  const ran = await runBatch(plan, { reconciled, place }, session);
  const { otherPlans, stoppedBy, filesFault } = ran;
  return { run: runOf(plan, shown, ran), otherPlans, stoppedBy, filesFault, isIdle: false };
}

/** The result of a run that sent nothing. @param file what the plan is called */
async function idleRun(plan: Plan, file: string, session: Session): Promise<AppliedPlan> {
  const { record, lookup, runtime } = session;
  const source = { record, lookup, run: undefined, mask: runtime.secrets.mask };
  const results = await writeResultFiles(plan, undefined, source);
  const run = runOf(plan, file, { results, seconds: 0, rate: 0, retries: 0 });
  return {
    run,
    otherPlans: { unknown: 0, refused: 0, absent: 0 },
    stoppedBy: undefined,
    filesFault: undefined,
    isIdle: true,
  };
}

function runOf(
  plan: Plan,
  file: string,
  { results, seconds, rate, retries }: Pick<RunResult, 'results' | 'seconds' | 'rate' | 'retries'>,
): BatchRunSummary {
  const { counts, already, credits, credits_now, reasons, files } = results;
  return {
    batch: plan.header.batch.id,
    plan: file,
    sha256: plan.end.sha256,
    rows: plan.end.rows,
    ...counts,
    already,
    credits,
    credits_now,
    reasons,
    results: files,
    seconds: Math.round(seconds * 1000) / 1000,
    rows_per_second: Math.round(rate * 10) / 10,
    retries,
  };
}

/** @param id default: this person's newest unfinished batch; `undefined` is answered where there is none */
export async function resumeBatch(
  id: string | undefined,
  flags: BatchFlags,
  runtime: Runtime,
): Promise<AppliedPlan | undefined> {
  const problems = [...batchProblems(id), ...rateProblems(flags), ...resultsFolderProblems(flags)];
  if (problems.length > 0) throw usageError(problems);
  // Consent is asked for once there is something to write.
  const connection = await runtime.connect(flags);
  reportTarget({ connection, runtime });
  const named = id ?? (await newestUnfinished(await recordOf({ connection, flags, runtime })));
  if (named === undefined) return undefined;
  const session = await openSession(named, { connection, flags, runtime });
  const { applied } = session.runs;
  if (applied === undefined) throw noSuchBatch(named);
  return withKeptPlan(session.record, applied.plan, {
    space: runtime,
    act: (plan) => resumeIn(plan, applied.results, session),
  });
}

async function resumeIn(plan: Plan, noted: string | null, session: Session): Promise<AppliedPlan> {
  const { runtime, flags, runs, id } = session;
  const reconciled = await reconcilePlan(plan, undefined, session);
  // A run that was killed after its last row still has to write its files.
  const isOver = reconciled.toSend === 0 && !isResumable(runs.last) && flags.results === undefined;
  if (isOver) {
    noteFinished(id, runtime);
    return idleRun(plan, id, session);
  }
  const base = resumedBase(noted, flags, id);
  return confirmAndRun(plan, { reconciled, shown: id, base, input: '-' }, session);
}

/**
 * Beside the input where it was applied; on another machine that folder may not be there, and then in this one.
 * @param base as the first run noted it
 */
function resumedBase(base: string | null, { results }: BatchFlags, id: string): string {
  if (base === null) return path.join(path.resolve(results ?? '.'), id);
  if (results !== undefined) return path.join(path.resolve(results), path.basename(base));
  return existsSync(path.dirname(base)) ? base : path.resolve(path.basename(base));
}

function noteFinished(id: string, runtime: Runtime): void {
  runtime.note({
    text: `Batch ${id} is finished: there is nothing to resume`,
    data: { finished: id },
  });
}
