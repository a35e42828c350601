// Reconciles a plan with the policy, the record and the ledgers before it is sent.

import { type Approval, approvalsOf } from '../approval/approvals.ts';
import { checkOpenAmounts } from '../approval/open-amounts.ts';
import type { Plan } from '../plan/plan-reader.ts';
import { checkBatchAllowed, checkDay } from './confirm.ts';
import { DayCaps } from './day-caps.ts';
import { findInLedgers } from './found-rows.ts';
import { checkRows, type PlanScan, type ScanOptions, scanPlan } from './plan-scan.ts';
import type { Session } from './session.ts';
import { rowsOpenInOtherPlans } from './settle-rows.ts';

export interface Reconciled {
  readonly scan: PlanScan;
  /** The keys of rows that other plans of its name have left open. */
  readonly openElsewhere: ReadonlySet<string>;
  /** What is left of the plan, and what other plans of its name have left open. */
  readonly toSend: number;
  readonly typedBack: ReturnType<typeof checkBatchAllowed>['typedBack'];
  readonly caps: DayCaps;
  /** Who signed the plan; none where no signature is asked for. */
  readonly approvals: readonly Approval[];
}

/**
 * Throws a `refused` error where a rule is broken or a ledger has moved.
 * @param file of the plan, beside which its signatures lie; a batch that has begun needs no new ones
 */
export async function reconcilePlan(
  plan: Plan,
  { leavesRefused, file }: Pick<ScanOptions, 'leavesRefused'> & { readonly file?: string },
  session: Session,
): Promise<Reconciled> {
  const { runtime, connection, record, lookup, open } = session;
  const policy = await runtime.policy(connection);
  checkBatchAllowed(plan, policy, { credits: plan.end.totals.credits, runtime });
  const caps = new DayCaps({ policy, connection, record });
  const options = { policy, sumsGrants: caps.isAny, leavesRefused, secrets: runtime.secrets };
  let scan = await scanPlan(plan, lookup, options);
  const { typedBack } = checkBatchAllowed(plan, policy, { credits: scan.credits, runtime });
  const approvals =
    file !== undefined && scan.left > 0 ? await approvedBy(plan, { file, policy, scan }, session) : [];
  const found = scan.left > 0 ? await findInLedgers(plan, scan, session) : 0;
  if (found > 0) scan = await scanPlan(plan, lookup, options);
  // The cap counted what the plan says, and whoever wrote it could say less.
  await checkOpenAmounts(scan.openAmounts, connection, 'nothing was written');
  const own = new Set(scan.openRows.map(({ key }) => key));
  // A longer version of a plan has the rows of the shorter one.
  const openElsewhere = new Set([...open.keys()].filter((key) => !own.has(key) && !lookup.found.has(key)));
  // These rows are sent again too, so today's policy applies to them.
  checkRows(await rowsOpenInOtherPlans(openElsewhere, plan, session), policy);
  await checkDay(scan.grants, caps);
  const unknown = openElsewhere.size;
  const toSend = scan.left + unknown;
  return { scan: { ...scan, open: scan.open + unknown }, openElsewhere, toSend, typedBack, caps, approvals };
}

/** Says who signed. Throws a `refused` error if the policy asks for more signatures than there are. */
async function approvedBy(
  plan: Plan,
  {
    file,
    policy,
    scan,
  }: { readonly file: string; readonly policy: ScanOptions['policy']; readonly scan: PlanScan },
  { connection, runtime }: Session,
): Promise<readonly Approval[]> {
  const { credits, openRow } = scan;
  const now = connection.now();
  const approvals = await approvalsOf(plan, { file, credits, openRow, policy, now, runtime });
  const names = approvals.map(({ principal }) => principal);
  if (names.length > 0) runtime.note({ text: `Signed by ${names.join(', ')}`, data: { approved_by: names } });
  return approvals;
}
