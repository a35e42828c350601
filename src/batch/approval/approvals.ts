// Checks that enough persons signed a plan: the policy's terms against the signatures beside the plan.
import { formatInstant, type Instant, parseInstant } from '../../credits/exact.ts';
import { type ApprovalTerms, approvalReason, approvalTerms, personsText } from '../../policy/judge.ts';
import { batchApprovalReason } from '../../policy/judge-batch.ts';
import type { Policy } from '../../policy/rules.ts';
import { planCommand } from '../../requests/command-args.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { CheckedSums } from '../plan/plan-check.ts';
import { type Plan, planAgain } from '../plan/plan-lines.ts';
import { type Approval, type CountedSignatures, countSignatures, refused } from './signers.ts';

/** The sums come from the plan's rows, not from the totals that the plan states. */
export interface ApprovalCheck extends CheckedSums {
  /** The plan's file; `undefined` for the recorded plan of a resumed batch. */
  readonly file: string | undefined;
  readonly signatures: readonly string[];
  readonly policy: Policy;
  /** Start of the batch, by the same clock as `planned_at`. */
  readonly now: Instant;
  /** Milliseconds by which each other clock is ahead of this machine's, by the clock's name. */
  readonly ahead: Readonly<Record<string, number>>;
  readonly runtime: Runtime;
}

export interface NeededSignatures {
  readonly terms: ApprovalTerms;
  /** A sentence on why signatures are needed. */
  readonly why: string;
}

/** The signatures that the policy requires; `undefined` if the plan needs none. */
export function neededSignatures({
  policy,
  credits,
  openRow: row,
}: Pick<ApprovalCheck, 'policy' | 'credits' | 'openRow'>): NeededSignatures | undefined {
  const terms = approvalTerms(policy);
  if (terms === undefined) return undefined;
  const why = batchApprovalReason(terms, credits);
  if (why !== undefined) return { terms, why };
  // Only the plan states how much this row moves, and the plan's author could state too little.
  if (row === undefined) return undefined;
  const unknown = approvalReason(terms, { amount: undefined, currency: '' });
  return { terms, why: `row ${row} names no amount: ${unknown}` };
}

/**
 * The persons who approved a plan; empty if the policy requires no signatures. Throws a `refused` error if too few persons
 * signed exactly these bytes; the error names for each other signature why it does not count.
 */
export async function requireSignatures(plan: Plan, check: ApprovalCheck): Promise<readonly Approval[]> {
  const needed = neededSignatures(check);
  if (needed === undefined) return [];
  const { terms, why } = needed;
  checkClock(check);
  checkTerms(plan, terms, check.now);
  const counted: CountedSignatures[] = [];
  for (const rule of terms.signers) {
    const count = await countSignatures(plan, rule, check);
    if (count.approvals.length < terms.persons) throw tooFew(count, { why, terms, plan, ...check });
    counted.push(count);
  }
  return counted[0]?.approvals ?? [];
}

/** Throws a `refused` error if the signatures of a plan have expired. */
export function checkUnexpired(plan: Plan, policy: Policy, now: Instant): void {
  const terms = approvalTerms(policy);
  if (terms !== undefined) checkTerms(plan, terms, now);
}

/** Throws a `refused` error if the plan can no longer be signed. */
export function checkTerms({ header }: Plan, { signers, valid, source }: ApprovalTerms, now: Instant): void {
  if (signers.length === 0)
    throw refused(`Signatures are needed, but approval.signers names no person who may sign (${source})`, [
      'creditctl config set policy.approval.signers <file>',
    ]);
  const planned = parseInstant(header.planned_at) ?? Number.NaN;
  const until = planned + valid;
  const anew = [planAgain(header), 'Then have the new plan signed'];
  if (!(now <= until))
    throw refused(`The plan was made at ${header.planned_at}, and signatures held until ${instant(until)}`, [
      ...anew,
    ]);
  if (planned > now + clockSlack)
    throw refused(`The plan says that it was made in the future, at ${header.planned_at}`, anew);
}

/** Throws a `refused` error if this machine's clock is wrong, because expired signatures could then pass. */
function checkClock({ ahead, runtime }: Pick<ApprovalCheck, 'ahead' | 'runtime'>): void {
  for (const [whose, by] of Object.entries(ahead)) {
    if (Math.abs(by) <= clockSlack) continue;
    const [own, other] = [runtime.now(), runtime.now() + by].map(instant);
    const why = `Signatures hold for a time, and this machine's clock says ${own}, but ${whose} ${other}`;
    throw refused(why, ["Set this machine's clock, preferably with NTP: creditctl doctor"]);
  }
}

const instant = (at: Instant): string => (Number.isFinite(at) ? formatInstant(at) : 'an unknown time');

/** Milliseconds by which two clocks may differ. */
const clockSlack = 5 * 60_000;

function tooFew(
  { approvals, problems }: CountedSignatures,
  { why, terms, plan, file, runtime }: ApprovalCheck & NeededSignatures & { readonly plan: Plan },
) {
  const names = approvals.map(({ principal }) => principal).join(', ');
  const signed = approvals.length === 0 ? 'It has no signatures' : `Signed by ${names}`;
  const missing = personsText(terms.persons - approvals.length);
  const refusal = (what: string, next: readonly string[]) =>
    refused(
      [`${what} needs signatures: ${why}. ${signed}; ${missing} missing`, ...problems].join('\n'),
      next,
    );
  if (file === undefined)
    return refusal('What is left of this batch', [
      `Have its plan signed, which has the hash ${plan.end.sha256}: creditctl batch approve <plan>`,
      'Then go on with it: creditctl batch apply <plan>',
    ]);
  // An import deletes its plan when the command ends, so no person could sign the plan.
  if (file.startsWith(runtime.folders.state)) {
    const { id, is_named: isNamed } = plan.header.batch;
    const named = isNamed ? ` with --batch-id ${id}` : '';
    return refused(`An import has no signatures, and needs some: ${why}`, [
      `Plan the file${named}, and have the plan signed: creditctl batch plan <file> --out <plan> --sign`,
    ]);
  }
  return refusal(`The plan ${file}`, [planCommand('approve', file)]);
}
