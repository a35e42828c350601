// Signs a plan: over its exact bytes, and only if the signature would count.
import type { Instant } from '../../credits/exact.ts';
import { CreditctlError } from '../../errors.ts';
import { fingerprintOf, signBytes } from '../../platform/ssh-keygen.ts';
import { type ApprovalTerms, approvalTerms } from '../../policy/judge.ts';
import type { Policy } from '../../policy/rules.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Plan } from '../plan/plan-lines.ts';
import { checkTerms } from './approvals.ts';
import { addSignature, readSignatures } from './signature-file.ts';
import { type Approval, checkSigner, countSignatures, sshContext } from './signers.ts';
import { type SigningFlags, signingKey } from './signing-key.ts';

export interface Signed {
  /** The person whose signature was added; `null` where the policy names no person. */
  readonly principal: string | null;
  readonly fingerprint: string;
  /** Everybody who has signed by now. */
  readonly signed: readonly string[];
  /** How many persons the policy asks for; `null` where it asks for none. */
  readonly needed: number | null;
}

interface Signing {
  readonly file: string;
  readonly policy: Policy;
  readonly now: Instant;
  readonly flags: SigningFlags;
  readonly runtime: Runtime;
}

/** Throws a `refused` error if the signature would not count, and then adds none. */
export async function signPlan(plan: Plan, { file, policy, now, flags, runtime }: Signing): Promise<Signed> {
  const terms = approvalTerms(policy);
  if (terms !== undefined) checkTerms(plan, terms, now);
  const key = await signingKey(flags, runtime);
  const signature = await signBytes(plan.bytes, key, sshContext(runtime));
  const added = { signature, file, runtime };
  if (terms === undefined) return addUnjudged(plan, added);
  const before = await approvalsSoFar(plan, terms, added);
  addSignature(file, signature);
  const { principal, fingerprint } = before.own;
  return { principal, fingerprint, signed: [...before.others, principal], needed: terms.persons };
}

interface Added {
  readonly signature: string;
  readonly file: string;
  readonly runtime: Runtime;
}

/** Every signers file has to know the signer, and no person signs twice. */
async function approvalsSoFar(
  plan: Plan,
  { signers }: ApprovalTerms,
  { signature, file, runtime }: Added,
): Promise<{ readonly own: Approval; readonly others: readonly string[] }> {
  const found = [];
  for (const rule of signers) {
    const own = await checkSigner(signature, plan, { rule, runtime });
    const { approvals } = await countSignatures(plan, rule, { signatures: readSignatures(file), runtime });
    const others = approvals.map(({ principal }) => principal);
    if (others.includes(own.principal)) throw signedAlready(own.principal, file);
    found.push({ own, others });
  }
  const [first] = found;
  if (first === undefined) throw new TypeError('there are no signers');
  return first;
}

async function addUnjudged(plan: Plan, { signature, file, runtime }: Added): Promise<Signed> {
  const context = sshContext(runtime);
  const fingerprint = await fingerprintOf(signature, plan.bytes, context);
  if (fingerprint === undefined) throw new TypeError('a signature that was just made does not fit');
  for (const other of readSignatures(file))
    if ((await fingerprintOf(other, plan.bytes, context)) === fingerprint)
      throw signedAlready(`The key ${fingerprint}`, file);
  addSignature(file, signature);
  return { principal: null, fingerprint, signed: [], needed: null };
}

const signedAlready = (who: string, file: string): CreditctlError =>
  new CreditctlError('refused', `${who} has signed the plan ${file} already; nothing was written`, {
    applied: 'no',
    next: ['Let another person sign it: each person counts once'],
  });
