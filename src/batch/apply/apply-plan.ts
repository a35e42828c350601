// Applying a plan in the order of its story: is it the plan, is it allowed, is it still true, is it wanted; then do it.

import { CreditctlError, usageError } from '../../errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { BatchRun } from '../../views/batch-run.ts';
import { openForWriting } from '../../writes/execute.ts';
import { reportTarget } from '../../writes/report.ts';
import type { PlanHeader } from '../plan/plan-lines.ts';
import { openPlan, type Plan } from '../plan/plan-reader.ts';
import { keepPlan } from './batch-folder.ts';
import { checkPlan } from './check-plan.ts';
import { agree } from './confirm.ts';
import type { Elsewhere } from './known-batch.ts';
import { tellResults } from './results.ts';
import { resultsBase, resultsFolderProblems, resultsPlace } from './results-place.ts';
import { type Ran, runBatch } from './run-batch.ts';
import { type BatchFlags, rateProblems, type Session, withBatch } from './session.ts';

export interface Applied {
  readonly run: BatchRun;
  readonly elsewhere: Elsewhere;
  /** Why it ended before its last row. */
  readonly stoppedBy: CreditctlError | undefined;
  /** Why there are no files of the outcomes. */
  readonly untold: CreditctlError | undefined;
  /** Nothing was sent: a dry run, or nothing was left to do. */
  readonly isIdle: boolean;
}

/** What is applied. */
export interface Applying {
  readonly file: string;
  /** The person's own file, where the plan was made of it on the way; its place has been told already. */
  readonly input?: string;
}

export async function applyPlan(applying: Applying, flags: BatchFlags, runtime: Runtime): Promise<Applied> {
  const problems = [...rateProblems(flags), ...resultsFolderProblems(flags)];
  if (problems.length > 0) throw usageError(problems);
  const plan = await openPlan(applying.file);
  try {
    const connection = await openForWriting(flags, runtime, consentHints);
    if (applying.input === undefined) reportTarget(connection.place, runtime);
    checkPlace(plan.header, connection.place, applying.file);
    return await withBatch(plan.header.batch.id, { connection, flags, runtime }, (session) =>
      applyIn(plan, applying, session),
    );
  } finally {
    await plan.close();
  }
}

const consentHints = ['Add --yes to do it', 'Or add --dry-run to see what it would do'];

/** A plan holds ids of one place, which mean nothing, or somebody else, at another. */
function checkPlace({ place: planned }: PlanHeader, place: PlanHeader['place'], file: string): void {
  if (planned.kind === place.kind && planned.host === place.host) return;
  const made = `${planned.kind} at ${planned.host}`;
  throw new CreditctlError(
    'refused',
    `The plan ${file} was made for ${made}, and this is ${place.kind} at ${place.host}; nothing was written`,
    {
      applied: 'no',
      retrySafe: true,
      next: [`Choose the profile "${planned.profile}", or plan again for this one`],
    },
  );
}

async function applyIn(plan: Plan, applying: Applying, session: Session): Promise<Applied> {
  const checked = await checkPlan(plan, { leavesRefused: false }, session);
  const { survey, others, toSend, found, typedBack } = checked;
  // What was only found is a run, too, without which nobody could show it or take it back.
  const isPlaced = found === 0 && !session.known.hasUnplaced;
  const { file, input = file } = applying;
  const { folder, flags } = session;
  // What came through a pipe is called by its batch.
  const shown = input === '-' ? folder.id : input;
  if (toSend === 0 && isPlaced) return idle(plan, shown, session);
  const base = resultsBase(input, flags, folder.id);
  const place = resultsPlace({ base, format: plan.header.source.format, input }, session);
  if (toSend > 0) await agree({ plan, survey, typedBack }, session);
  if (flags.dryRun === true) return idle(plan, shown, session);
  const kept = await keepPlan(folder, { file, sha256: plan.end.sha256 });
  try {
    const running = { plan: kept, left: survey.left, place, retriesRefused: true, others };
    const ran = await runBatch(running, session);
    const { stoppedBy, untold, elsewhere } = ran;
    const isIdle = toSend === 0 && stoppedBy === undefined && untold === undefined;
    return { run: runOf(kept, shown, ran), elsewhere, stoppedBy, untold, isIdle };
  } finally {
    await kept.close();
  }
}

/** What there is to tell where nothing was sent. @param file what the plan is called */
export async function idle(plan: Plan, file: string, { known, folder, runtime }: Session): Promise<Applied> {
  const { parts, secrets } = runtime;
  const telling = {
    states: known.states,
    journal: folder.journal,
    locking: parts.process,
    mask: secrets.mask,
  };
  const results = await tellResults(plan, { ...telling, place: undefined });
  const run = runOf(plan, file, { results, seconds: 0, rate: 0, setbacks: 0 });
  return {
    run,
    elsewhere: { unknown: 0, refused: 0 },
    stoppedBy: undefined,
    untold: undefined,
    isIdle: true,
  };
}

export function runOf(
  plan: Plan,
  file: string,
  { results, seconds, rate, setbacks }: Pick<Ran, 'results' | 'seconds' | 'rate' | 'setbacks'>,
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
    retries: setbacks,
  };
}
