// Applying a plan in the order of its story: is it the plan, is it allowed, is it still true, is it wanted; then do it.
import path from 'node:path';
import type { PlanHeader } from '../batch/plan-lines.ts';
import { openPlan, type Plan } from '../batch/plan-reader.ts';
import { counted } from '../batch/problem-report.ts';
import type { Clock } from '../batch/side-by-side.ts';
import type { LedgerEntry } from '../credits/entry.ts';
import { CreditctlError, usageError } from '../errors.ts';
import { dayCap } from '../policy/judge-batch.ts';
import type { Runtime } from '../runtime.ts';
import type { BatchRun } from '../views/batch-run.ts';
import { openForWriting, tellPlace } from '../writing/carry-out.ts';
import { agree, checkAllowed, checkDay } from './agree.ts';
import { keepPlan } from './batch-folder.ts';
import { notBegun } from './carry-rows.ts';
import { driftError, driftOf } from './drift.ts';
import { lookInLedgers } from './found-in-ledger.ts';
import { lookForPlan } from './look-for-plan.ts';
import { tellResults } from './results.ts';
import { rowState } from './row-states.ts';
import { type Ran, runBatch } from './run-batch.ts';
import { type BatchFlags, rateProblems, type Session, withBatch } from './session.ts';
import { noteFound } from './settle-open.ts';
import { isDone, type Survey, surveyPlan } from './survey.ts';

export interface Applied {
  readonly run: BatchRun;
  /** Why it ended before its last row. */
  readonly stoppedBy: CreditctlError | undefined;
  /** Nothing was sent: a dry run, or nothing was left to do. */
  readonly isIdle: boolean;
}

/** What is applied, and what it is called in what is told of it. */
export interface Applying {
  readonly file: string;
  /** The files of the outcomes begin with this path. */
  readonly base: string;
  /** What the file is called where it is not the person's own; its place has been told already. */
  readonly shown?: string;
}

export async function applyPlan(applying: Applying, flags: BatchFlags, runtime: Runtime): Promise<Applied> {
  const problems = rateProblems(flags);
  if (problems.length > 0) throw usageError(problems);
  const plan = await openPlan(applying.file);
  try {
    const connection = await openForWriting(flags, runtime, consentHints);
    if (applying.shown === undefined) tellPlace(connection.place, runtime);
    checkPlace(plan.header, connection.place, applying.file);
    return await withBatch(plan.header.batch.id, { connection, flags, runtime }, (session) =>
      applyIn(plan, applying, session),
    );
  } finally {
    await plan.close();
  }
}

const consentHints = ['Add --yes to do it', 'Or add --dry-run to see what it would do'];

/** The results of a plan stand beside it, or in the folder that is named. */
export function resultsBase(file: string, { results }: BatchFlags): string {
  const { dir, name } = path.parse(path.resolve(file));
  return path.join(results === undefined ? dir : path.resolve(results), name);
}

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
  const { runtime, connection, flags, known } = session;
  const policy = await runtime.policy(connection.place);
  const verdict = checkAllowed(plan, policy, runtime);
  const sumsGrants = dayCap(policy) !== undefined;
  let survey = await surveyPlan(plan, known.states, { policy, sumsGrants });
  if (await foundMore(plan, survey, { applying, session }))
    survey = await surveyPlan(plan, known.states, { policy, sumsGrants });
  if (survey.left === 0) return idle(plan, applying, session);
  await checkDay(survey.grants, policy, session);
  await agree({ plan, survey, typedBack: verdict.typedBack }, session);
  if (flags.dryRun === true) return idle(plan, applying, session);
  try {
    keepPlan(session.folder, { file: applying.file, sha256: plan.end.sha256 });
  } catch (error) {
    throw notBegun(error);
  }
  const ran = await runBatch({ plan, left: survey.left, base: applying.base, retriesRefused: true }, session);
  return { run: runOf(plan, applying.shown ?? applying.file, ran), stoppedBy: ran.stoppedBy, isIdle: false };
}

/** Whether rows were found in the ledgers of which the journal knew nothing. Throws a `refused` error where they moved. */
async function foundMore(
  plan: Plan,
  { left }: Survey,
  { applying, session }: { readonly applying: Applying; readonly session: Session },
): Promise<boolean> {
  if (left === 0) return false;
  const { connection, runtime, flags, known, journal } = session;
  const clock: Clock = {
    now: runtime.now,
    sleep: (ms) => runtime.parts.sleep(ms, runtime.interruption),
  };
  let found = 0;
  const onFound = (key: string, entry: LedgerEntry): void => {
    const state = known.states.get(key);
    if (state === rowState.none || isDone(state)) return;
    found += 1;
    if (flags.dryRun === true) known.states.set(key, rowState.already);
    else noteFound({ row: 0, key }, entry, { states: known.states, journal, now: connection.now });
  };
  if (flags.verifyRemote === true || known.first === undefined)
    await lookForPlan(plan, flags.verifyRemote === true, async (ledgers) => {
      await lookInLedgers({ ledgers, since: undefined, onMark: onFound }, { connection, clock });
      return found > 0;
    });
  if (flags.allowDrift !== true) {
    const drift = await driftOf(plan, { connection, states: known.states, clock, onFound });
    if (drift.length > 0) throw driftError(drift, applying.file);
  }
  if (found > 0) {
    const text = `${counted(found, 'row')} of this batch, unknown to the journal here, were found in the ledger`;
    runtime.note({ text, data: { found_in_ledger: found } });
  }
  return found > 0;
}

/** What there is to tell where nothing was sent. */
async function idle(
  plan: Plan,
  { file, shown = file }: Applying,
  { known, folder, runtime }: Session,
): Promise<Applied> {
  const telling = { states: known.states, journal: folder.journal, locking: runtime.parts.process };
  const results = await tellResults(plan, { ...telling, base: undefined });
  const run = runOf(plan, shown, { results, seconds: 0, rate: 0, setbacks: 0 });
  return { run, stoppedBy: undefined, isIdle: true };
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
