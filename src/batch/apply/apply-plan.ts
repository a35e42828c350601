// Applies or resumes a plan: checks it, reconciles it with the ledgers, asks for consent, writes the rows and sums up the run.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { CreditctlError, notApplied, type Problem, usageError, valueArgs } from '../../errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { BatchRunSummary } from '../../views/batch-run.ts';
import { reportTarget } from '../../writes/consent.ts';
import { naming, openForWriting } from '../../writes/execute.ts';
import type { Plan } from '../plan/plan-lines.ts';
import { openPlan } from '../plan/plan-reader.ts';
import { checkAccount } from '../plan/planned-account.ts';
import { confirm, type Reconciled, reconcilePlan } from './before-sending.ts';
import { withKeptPlan, withPlanFile } from './recorded/kept-plans.ts';
import { isResumable, newestLeft, noSuchBatch } from './recorded/recorded-runs.ts';
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
  /** Why the run ended before its last row; `undefined` if it did not. */
  readonly stoppedBy: CreditctlError | undefined;
  /** Why there are no result files; `undefined` if they were written. */
  readonly filesFault: CreditctlError | undefined;
  /** Nothing was sent: the run was a dry run, or no row was left. */
  readonly isIdle: boolean;
}

interface PlanSource {
  readonly file: string;
  /** The input file, if this command planned it itself and showed its connection then. */
  readonly input?: string;
  /** The approved plan's hash in hexadecimal digits. Default: any plan. */
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
  // The run sends the copy, so later changes of the file have no effect.
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
  throw notApplied('refused', message);
}

const consentHints = ['Add --yes to do it', 'Or add --dry-run to see what it would do'];

async function applyIn(plan: Plan, applying: PlanSource, session: Session): Promise<AppliedPlan> {
  const reconciled = await reconcilePlan(plan, applying.file, session);
  const { toSend } = reconciled;
  const { file, input = file } = applying;
  const { id, flags, lookup } = session;
  // Input from a pipe has no name, so the batch id stands for it.
  const shown = input === '-' ? id : input;
  // Rows that only a search found need a run, too: only rows of a run can be shown or undone.
  if (toSend === 0 && lookup.found.size === 0) return idleRun(plan, shown, session);
  const base = resultsBase(input, flags, id);
  const applied = await confirmAndRun(plan, { reconciled, shown, base, input }, session);
  if (toSend > 0 || applied.stoppedBy !== undefined || applied.filesFault !== undefined) return applied;
  return { ...applied, isIdle: true };
}

interface Confirming {
  readonly reconciled: Reconciled;
  /** Name of the plan in the run's summary. */
  readonly shown: string;
  /** Path prefix of the result files. */
  readonly base: string;
  /** The planned file, which result files must not replace; `-` for none. */
  readonly input: string;
}

/** Shows what the run will send, asks for consent and sends it. A dry run only shows it. */
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

/** The result of a run that sent nothing. @param file name of the plan in the summary */
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

/** Returns `undefined` if there is no batch to resume. @param id default: this person's newest unfinished batch */
export async function resumeBatch(
  id: string | undefined,
  flags: BatchFlags,
  runtime: Runtime,
): Promise<AppliedPlan | undefined> {
  const problems = [...batchProblems(id), ...rateProblems(flags), ...resultsFolderProblems(flags)];
  if (problems.length > 0) throw usageError(problems);
  // `confirm` asks for consent later, if there is a row to write.
  const connection = await runtime.connect(flags);
  reportTarget({ connection, runtime });
  const named = id ?? (await newestLeft(isResumable, await recordOf({ connection, flags, runtime })));
  if (named === undefined) return undefined;
  return resumeNamed(named, { connection, flags, runtime }).catch((error: unknown) => {
    throw id === undefined ? ofNewest(error, named) : error;
  });
}

/** Without a name, the same line takes up an older batch once this one is finished, such as by another process. */
export const ofNewest = (error: unknown, batch: string): unknown => {
  const named = naming(error, `Go on with this batch: creditctl batch resume ${valueArgs(batch)}`);
  const isHeld = named instanceof CreditctlError && named.kind === 'refused';
  return isHeld ? named.with({ retrySafe: false }) : named;
};

async function resumeNamed(
  named: string,
  { connection, flags, runtime }: Pick<Session, 'connection' | 'flags' | 'runtime'>,
): Promise<AppliedPlan> {
  const session = await openSession(named, { connection, flags, runtime });
  const { applied } = session.runs;
  if (applied === undefined) throw noSuchBatch(named);
  return withKeptPlan(session.record, applied.plan, {
    space: runtime,
    use: (plan) => resumeIn(plan, applied.results, session),
  });
}

async function resumeIn(plan: Plan, noted: string | null, session: Session): Promise<AppliedPlan> {
  const { runtime, flags, runs, id } = session;
  const reconciled = await reconcilePlan(plan, undefined, session);
  // A run that was killed after its last row still lacks its result files.
  const isOver = reconciled.toSend === 0 && !isResumable(runs.last) && flags.results === undefined;
  if (isOver) {
    noteFinished(id, runtime);
    return idleRun(plan, id, session);
  }
  const base = resumedBase(noted, flags, id);
  return confirmAndRun(plan, { reconciled, shown: id, base, input: '-' }, session);
}

/**
 * Result files stay beside the input; if that folder does not exist on this machine, they go to the current folder.
 * @param base as the first run recorded it
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
