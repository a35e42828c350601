// Reconciles a plan with the policy and the ledgers before it is sent, and notes rows that are in a ledger already.

import type { LedgerEntry } from '../../credits/entry.ts';
import { limiterClock } from '../../platform/rate-limiter.ts';
import { type BatchVerdict, dayCap } from '../../policy/judge-batch.ts';
import type { Policy } from '../../policy/rules.ts';
import { approvalsOf } from '../approval/approvals.ts';
import { counted } from '../input/problem-report.ts';
import type { Plan } from '../plan/plan-reader.ts';
import { checkAllowed, checkDay } from './confirm.ts';
import { driftError, driftOf } from './drift.ts';
import { answersFirst, searchForPlan, searchLedgers } from './found-in-ledger.ts';
import { openInOtherPlans, otherPlanRows } from './known-batch.ts';
import { isDone, type PlanScan, type ScanOptions, scanPlan, withRows } from './plan-scan.ts';
import { rowState } from './row-states.ts';
import type { Session } from './session.ts';
import { noteFound, rowsOpenInOtherPlans } from './settle-rows.ts';

interface Reconciled {
  readonly scan: PlanScan;
  /** The keys of rows that other plans of its name have left open. */
  readonly openElsewhere: ReadonlySet<string>;
  /** What is left of the plan, and what other plans of its name have left open. */
  readonly toSend: number;
  /** Rows that were found in the ledgers, and are noted. */
  readonly found: number;
  readonly typedBack: BatchVerdict['typedBack'];
}

/**
 * Throws a `refused` error where a rule is broken or a ledger has moved; rows that are found in one are noted.
 * @param file of the plan, beside which its signatures lie; a batch that has begun needs no new ones
 */
export async function reconcilePlan(
  plan: Plan,
  { leavesRefused, file }: Pick<ScanOptions, 'leavesRefused'> & { readonly file?: string },
  session: Session,
): Promise<Reconciled> {
  const { runtime, connection, known } = session;
  const policy = await runtime.policy(connection.place);
  checkAllowed(plan, policy, { credits: plan.end.totals.credits, runtime });
  const { secrets } = runtime;
  const options = { policy, sumsGrants: dayCap(policy) !== undefined, leavesRefused, secrets };
  let scan = await scanPlan(plan, known.states, options);
  const { typedBack } = checkAllowed(plan, policy, { credits: scan.credits, runtime });
  if (file !== undefined && scan.left > 0) await requireApproval(plan, { file, policy, scan }, session);
  const found = scan.left > 0 ? await noteFoundInLedgers(plan, scan, session) : 0;
  if (found > 0) scan = await scanPlan(plan, known.states, options);
  const openElsewhere = await openInOtherPlans(plan, known);
  // These rows are sent again too, so today's policy applies to them.
  await checkDay(
    withRows(scan, await rowsOpenInOtherPlans(openElsewhere, session), options),
    policy,
    session,
  );
  const { unknown } = otherPlanRows(openElsewhere, known.states);
  const toSend = scan.left + unknown;
  return { scan: { ...scan, open: scan.open + unknown }, openElsewhere, toSend, found, typedBack };
}

/** Says who signed. Throws a `refused` error if the policy asks for more signatures than there are. */
async function requireApproval(
  plan: Plan,
  { file, policy, scan }: { readonly file: string; readonly policy: Policy; readonly scan: PlanScan },
  { connection, runtime }: Session,
): Promise<void> {
  const { credits } = scan;
  const approvals = await approvalsOf(plan, { file, credits, policy, now: connection.now(), runtime });
  if (approvals.length === 0) return;
  const names = approvals.map(({ principal }) => principal);
  runtime.note({ text: `Signed by ${names.join(', ')}`, data: { approved_by: names } });
}

/** Returns how many rows were found that the journal did not know. Throws a `refused` error if a ledger moved. */
async function noteFoundInLedgers(plan: Plan, { ledgers }: PlanScan, session: Session): Promise<number> {
  const { connection, runtime, flags, known, journal } = session;
  const clock = limiterClock(runtime);
  // A row that only an earlier plan has was begun by that plan.
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
    await searchForPlan(plan, flags.verifyRemote === true, async (ledgers) => {
      await searchLedgers({ ledgers, since: undefined, onMark: onFound }, { connection, clock });
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
