// Going on with a batch that did not come to its end: from its own copy of the plan, with what its journal knows.
import path from 'node:path';
import { usageError } from '../../errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { openForWriting } from '../../writes/execute.ts';
import { reportTarget } from '../../writes/report.ts';
import { openPlan, type Plan } from '../plan/plan-reader.ts';
import { type Applied, idle, runOf } from './apply-plan.ts';
import { keptPlan } from './batch-folder.ts';
import type { Begun } from './batch-journal.ts';
import { checkPlan } from './check-plan.ts';
import { agree } from './confirm.ts';
import { goesOn, newestUnfinished, noSuchBatch } from './find-batch.ts';
import { resultsFolderProblems, resultsPlace } from './results-place.ts';
import { runBatch } from './run-batch.ts';
import { type BatchFlags, batchProblems, rateProblems, type Session, withBatch } from './session.ts';

/** @param id the newest unfinished batch where not said */
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
    const plan = await openPlan(keptPlan(session.folder, applied.plan));
    try {
      return await resumeIn(plan, applied, session);
    } finally {
      await plan.close();
    }
  });
}

/** What was refused before stays so, and what had to be typed back was when it was begun. */
async function resumeIn(plan: Plan, applied: Begun, session: Session): Promise<Applied> {
  const { runtime, flags, known, folder } = session;
  const file = keptPlan(folder, applied.plan);
  const { survey, others, toSend } = await checkPlan(plan, { leavesRefused: true }, session);
  // One that was killed after its last row has yet to tell of them.
  const isOver = toSend === 0 && !goesOn(known) && flags.results === undefined;
  if (isOver) {
    tellOver(folder.id, runtime);
    return idle(plan, file, session);
  }
  const base = resultsOf(applied, flags);
  const place = resultsPlace({ base, format: plan.header.source.format, input: file }, session);
  if (toSend > 0) await agree({ plan, survey, typedBack: undefined }, session);
  if (flags.dryRun === true) return idle(plan, file, session);
  const ran = await runBatch({ plan, left: survey.left, place, retriesRefused: false, others }, session);
  const { elsewhere, stoppedBy, untold } = ran;
  return { run: runOf(plan, file, ran), elsewhere, stoppedBy, untold, isIdle: false };
}

const resultsOf = ({ results: base }: Begun, { results }: BatchFlags): string =>
  results === undefined ? base : path.join(path.resolve(results), path.basename(base));

function tellOver(id: string, runtime: Runtime): void {
  runtime.note({
    text: `The batch ${id} has come to its end: there is nothing to go on with`,
    data: { finished: id },
  });
}
