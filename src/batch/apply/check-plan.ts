// Whether what is left of a plan may be sent: the policy's word on it, and what the ledgers say.

import type { LedgerEntry } from '../../credits/entry.ts';
import { limiterClock } from '../../platform/rate-limiter.ts';
import { type BatchVerdict, dayCap } from '../../policy/judge-batch.ts';
import { counted } from '../input/problem-report.ts';
import type { Plan } from '../plan/plan-reader.ts';
import { checkAllowed, checkDay } from './confirm.ts';
import { driftError, driftOf } from './drift.ts';
import { answersFirst, lookInLedgers } from './found-in-ledger.ts';
import { elsewhereOf, othersOf } from './known-batch.ts';
import { lookForPlan } from './look-for-plan.ts';
import { isDone, type Survey, type Surveying, surveyPlan, withRows } from './plan-scan.ts';
import { rowState } from './row-states.ts';
import type { Session } from './session.ts';
import { noteFound, openElsewhere } from './settle-rows.ts';

interface Checked {
  readonly survey: Survey;
  /** The keys of rows that other plans of its name have left open. */
  readonly others: ReadonlySet<string>;
  /** What is left of the plan, and what other plans of its name have left open. */
  readonly toSend: number;
  /** Rows that were found in the ledgers, and are noted. */
  readonly found: number;
  readonly typedBack: BatchVerdict['typedBack'];
}

/** Throws a `refused` error where a rule is broken or a ledger has moved; rows that are found in one are noted. */
export async function checkPlan(
  plan: Plan,
  { leavesRefused }: Pick<Surveying, 'leavesRefused'>,
  session: Session,
): Promise<Checked> {
  const { runtime, connection, known } = session;
  const policy = await runtime.policy(connection.place);
  checkAllowed(plan, policy, { credits: plan.end.totals.credits, runtime });
  const { secrets } = runtime;
  const surveying = { policy, sumsGrants: dayCap(policy) !== undefined, leavesRefused, secrets };
  let survey = await surveyPlan(plan, known.states, surveying);
  const { typedBack } = checkAllowed(plan, policy, { credits: survey.credits, runtime });
  const found = survey.left > 0 ? await foundMore(plan, survey, session) : 0;
  if (found > 0) survey = await surveyPlan(plan, known.states, surveying);
  const others = await othersOf(plan, known);
  // They are sent again, too, so that the policy of now has its word on them.
  await checkDay(withRows(survey, await openElsewhere(others, session), surveying), policy, session);
  const { unknown } = elsewhereOf(others, known.states);
  const toSend = survey.left + unknown;
  return { survey: { ...survey, open: survey.open + unknown }, others, toSend, found, typedBack };
}

/** How many rows are in the ledgers of which the journal knew nothing. Throws a `refused` error where they moved. */
async function foundMore(plan: Plan, { ledgers }: Survey, session: Session): Promise<number> {
  const { connection, runtime, flags, known, journal } = session;
  const clock = limiterClock(runtime);
  // One that only an earlier plan has was begun by it.
  const rowOf = (key: string): number => known.states.noteOf(key) || (known.open.get(key)?.row ?? 0);
  let found = 0;
  const onFound = (key: string, entry: LedgerEntry): void => {
    const state = known.states.get(key);
    if (state === rowState.none || isDone(state)) return;
    found += 1;
    if (flags.dryRun === true) known.states.set(key, rowState.already);
    else noteFound({ row: rowOf(key), key }, entry, { states: known.states, journal, now: connection.now });
  };
  if (flags.verifyRemote === true || known.first === undefined)
    await lookForPlan(plan, flags.verifyRemote === true, async (ledgers) => {
      await lookInLedgers({ ledgers, since: undefined, onMark: onFound }, { connection, clock });
      return found > 0;
    });
  if (flags.allowDrift !== true) {
    const answers = answersFirst(onFound);
    const looking = { connection, states: known.states, ledgers, clock, onFound: answers.take };
    const drift = await driftOf(plan, looking);
    answers.end();
    if (drift.length > 0) throw driftError(drift, known.first !== undefined);
  }
  if (found > 0) {
    const text = `Found in the ledger: ${counted(found, 'row')} of this batch whose end the journal here does not know`;
    runtime.note({ text, data: { found_in_ledger: found } });
  }
  return found;
}
