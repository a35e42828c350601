// Going on with a batch that did not come to its end: from its own copy of the plan, with what its journal knows.
import path from 'node:path';
import { openPlan, type Plan } from '../batch/plan-reader.ts';
import { usageError } from '../errors.ts';
import type { Runtime } from '../runtime.ts';
import { openForWriting, tellPlace } from '../writing/carry-out.ts';
import { agree, checkAllowed } from './agree.ts';
import { type Applied, runOf } from './apply.ts';
import { keptPlan } from './batch-folder.ts';
import type { Begun } from './batch-journal.ts';
import { newestUnfinished, noSuchBatch } from './find-batch.ts';
import { tellResults } from './results.ts';
import { runBatch } from './run-batch.ts';
import { type BatchFlags, rateProblems, type Session, withBatch } from './session.ts';
import { surveyPlan } from './survey.ts';

/** @param id the newest unfinished batch where not said */
export async function resumeBatch(
  id: string | undefined,
  flags: BatchFlags,
  runtime: Runtime,
): Promise<Applied> {
  const problems = rateProblems(flags);
  if (problems.length > 0) throw usageError(problems);
  const connection = await openForWriting(flags, runtime);
  tellPlace(connection.place, runtime);
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

/**
 * Nobody is asked about drift: the ledgers were as planned when the batch began, and half of a batch is worse than one
 * that is whole. What the policy says of rows that are still to be sent holds.
 */
async function resumeIn(plan: Plan, applied: Begun, session: Session): Promise<Applied> {
  const { runtime, connection, flags, known, folder } = session;
  const file = keptPlan(folder, applied.plan);
  const policy = await runtime.policy(connection.place);
  checkAllowed(plan, policy, runtime);
  const survey = await surveyPlan(plan, known.states, { policy, sumsGrants: false, leavesRefused: true });
  const base =
    flags.results === undefined
      ? applied.results
      : path.join(path.resolve(flags.results), path.basename(applied.results));
  // One that was killed after its last row has yet to tell of them.
  const isOver = survey.left === 0 && known.ended !== undefined && flags.results === undefined;
  if (isOver) tellOver(folder.id, runtime);
  else if (survey.left > 0) await agree({ plan, survey, typedBack: undefined }, session);
  if (isOver || flags.dryRun === true) {
    const telling = { states: known.states, journal: folder.journal, locking: runtime.parts.process };
    const results = await tellResults(plan, { ...telling, base: undefined });
    return {
      run: runOf(plan, file, { results, seconds: 0, rate: 0, setbacks: 0 }),
      stoppedBy: undefined,
      isIdle: true,
    };
  }
  const ran = await runBatch({ plan, left: survey.left, base, retriesRefused: false }, session);
  return { run: runOf(plan, file, ran), stoppedBy: ran.stoppedBy, isIdle: false };
}

function tellOver(id: string, runtime: Runtime): void {
  runtime.note({
    text: `The batch ${id} has come to its end: there is nothing to go on with`,
    data: { finished: id },
  });
}
