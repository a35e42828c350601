// Who signed what a batch sends: by the signatures beside its plan or, once it has begun, by those that the record keeps.
import { embeddedClock } from '../../orb/connection.ts';
import { type ApprovalCheck, neededSignatures, requireSignatures } from '../approval/approvals.ts';
import { readSignatures, signaturesIn } from '../approval/signature-file.ts';
import { checkedSums } from '../plan/plan-check.ts';
import type { Plan, PlanRow } from '../plan/plan-lines.ts';
import { withKeptPlan } from './recorded/kept-plans.ts';
import type { Session } from './session.ts';

/** The persons who signed a plan, as far as the policy asks for them. */
export interface SignedBy {
  readonly approvals: Awaited<ReturnType<typeof requireSignatures>>;
  /** Their signatures, one after the other, where the record does not keep them yet. */
  readonly signatures?: string;
}

type Asked = Pick<ApprovalCheck, 'policy' | 'credits' | 'openRow'>;

/**
 * Says who signed a plan. Throws a `refused` error if fewer persons did than the policy asks for.
 * @param file of the plan, beside which its signatures lie
 */
export async function signedInFile(
  plan: Plan,
  { file, ...asked }: Asked & { readonly file: string },
  session: Session,
): Promise<SignedBy> {
  if (neededSignatures(asked) === undefined) return { approvals: [] };
  const signatures = readSignatures(file);
  const now = session.connection.now();
  const approvals = await approvalsOf(plan, { ...asked, file, signatures, now }, session);
  const names = approvals.map(({ principal }) => principal);
  if (names.length > 0)
    session.runtime.note({ text: `Signed by ${names.join(', ')}`, data: { approved_by: names } });
  return { approvals, signatures: signatures.join('') };
}

/**
 * The same for a plan that was begun. What was signed then holds to its end, by the signers and rules of today. Who wrote
 * the plan to the record may have written any name beside it, so the signatures count and no names. `undefined` where the
 * policy asks for none.
 */
export async function signedInRecord(
  plan: Plan,
  asked: Asked,
  session: Session,
): Promise<SignedBy | undefined> {
  if (neededSignatures(asked) === undefined) return undefined;
  const runs = session.runs.forth.filter((run) => run.plan === plan.end.sha256);
  const signatures = new Set(runs.flatMap((run) => signaturesIn(run.signatures ?? '') ?? []));
  // The time of planning is by the ledger's clock, and that of the run by the record's.
  const now = embeddedClock(session.connection)?.() ?? Date.parse(runs.at(-1)?.begunAt ?? '');
  const check = { ...asked, file: undefined, signatures: [...signatures], now };
  return { approvals: await approvalsOf(plan, check, session) };
}

/** Throws a `refused` error if rows are sent again from other plans of the batch that lack signatures. */
export async function checkOthersSigned(
  rows: readonly PlanRow[],
  policy: Asked['policy'],
  session: Session,
): Promise<void> {
  const act = async (plan: Plan): Promise<void> => {
    await signedInRecord(plan, { policy, ...(await checkedSums(plan)) }, session);
  };
  for (const sha256 of new Set(rows.map(({ key }) => session.open.get(key)?.plan ?? '')))
    await withKeptPlan(session.record, sha256, { space: session.runtime, act });
}

async function approvalsOf(
  plan: Plan,
  check: Omit<ApprovalCheck, 'ahead' | 'runtime'>,
  { connection, record, runtime }: Session,
): Promise<SignedBy['approvals']> {
  const ahead = {
    "the API's": connection.ahead() ?? 0,
    "the record's": (await record.now()) - runtime.now(),
  };
  return requireSignatures(plan, { ...check, ahead, runtime });
}
