// Finds out who signed a batch's plan: from the signatures beside the plan or, for a begun batch, from the record.
import { embeddedClock } from '../../orb/connection.ts';
import {
  type ApprovalCheck,
  checkUnexpired,
  neededSignatures,
  requireSignatures,
} from '../approval/approvals.ts';
import { readSignatures, signaturesIn } from '../approval/signature-file.ts';
import { checkedSums } from '../plan/plan-check.ts';
import type { Plan, PlanRow } from '../plan/plan-lines.ts';
import { withKeptPlan } from './recorded/kept-plans.ts';
import type { Session } from './session.ts';

/** The persons who signed a plan; empty if the policy requires no signatures. */
export interface SignedBy {
  readonly approvals: Awaited<ReturnType<typeof requireSignatures>>;
  /** The signatures in sequence; `undefined` if the record already has them. */
  readonly signatures?: string;
}

type Asked = Pick<ApprovalCheck, 'policy' | 'credits' | 'openRow'>;

/**
 * Reports who signed a plan. Throws a `refused` error if too few persons did for the policy.
 * @param file of the plan, with the signatures beside it
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

/** Throws a `refused` error if the signatures beside the plan expired while a person was asked. */
export async function checkStillSigned(
  plan: Plan,
  signed: SignedBy | undefined,
  { connection, runtime }: Session,
): Promise<void> {
  if (signed?.signatures !== undefined)
    checkUnexpired(plan, await runtime.policy(connection), connection.now());
}

/**
 * Finds who signed a begun plan; `undefined` if the policy requires no signatures. Signatures that were valid at the start
 * stay valid to the end, by today's signers and rules. Names in the record are not trusted, because anyone who can write
 * to the record could add any name; only the signatures count.
 */
export async function signedInRecord(
  plan: Plan,
  asked: Asked,
  session: Session,
): Promise<SignedBy | undefined> {
  if (neededSignatures(asked) === undefined) return undefined;
  const runs = session.runs.forth.filter((run) => run.plan === plan.end.sha256);
  const signatures = new Set(runs.flatMap((run) => signaturesIn(run.signatures ?? '') ?? []));
  const first = runs.at(-1);
  // An embedded ledger's clock gave `planned_at`. Without a start by that clock, as in older records, its present time
  // decides.
  const ledgerNow = embeddedClock(session.connection)?.();
  const begunAt = first?.ledgerAt ?? (ledgerNow === undefined ? first?.begunAt : undefined);
  const now = begunAt === undefined ? (ledgerNow ?? Number.NaN) : Date.parse(begunAt);
  const check = { ...asked, file: undefined, signatures: [...signatures], now };
  return { approvals: await approvalsOf(plan, check, session) };
}

/** Throws a `refused` error if rows to send again come from another plan of the batch that lacks signatures. */
export async function checkOthersSigned(
  rows: readonly PlanRow[],
  policy: Asked['policy'],
  session: Session,
): Promise<void> {
  const use = async (plan: Plan): Promise<void> => {
    await signedInRecord(plan, { policy, ...(await checkedSums(plan)) }, session);
  };
  for (const sha256 of new Set(rows.map(({ key }) => session.open.get(key)?.plan ?? '')))
    await withKeptPlan(session.record, sha256, { space: session.runtime, use });
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
