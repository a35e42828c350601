// Plans a file and, where that is asked, signs the plan in the name of whoever planned it.
import { rmSync } from 'node:fs';
import { parseInstant } from '../../credits/exact.ts';
import { CreditctlError, usageErrorAt } from '../../errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { MadePlan } from '../plan/plan-drafting.ts';
import { openPlan } from '../plan/plan-reader.ts';
import { type PlanFlags, type PlanInput, planBatch, planProblems } from '../plan/planning.ts';
import { type NeededSignatures, neededSignatures } from './approvals.ts';
import { type Signed, signPlan } from './sign-plan.ts';
import { signaturesPath } from './signature-file.ts';
import { type SigningFlags, signingKey } from './signing-key.ts';

export interface SignedPlanFlags extends PlanFlags, SigningFlags {
  readonly sign?: boolean;
}

export interface PlanWithSignature {
  readonly made: MadePlan;
  /** `undefined` without `--sign`. */
  readonly signed: Signed | undefined;
  /** `undefined` if the plan needs no signatures. */
  readonly needs: NeededSignatures | undefined;
}

/** Throws as planning and signing do; a plan that cannot be signed stays, so that another person can sign it. */
export async function planSigned(
  input: PlanInput,
  flags: SignedPlanFlags,
  runtime: Runtime,
): Promise<PlanWithSignature> {
  const { sign = false, out = '' } = flags;
  await checkSigning(flags, runtime);
  const made = await planBatch(input, withSignatures(flags), runtime);
  const { openRow, end, policy } = made;
  const needs = neededSignatures({ policy, credits: end.totals.credits, openRow });
  if (!sign) return { made, signed: undefined, needs };
  // Signatures of a plan that was replaced are for other bytes.
  rmSync(signaturesPath(out), { force: true });
  const plan = await openPlan(out);
  try {
    if (plan.end.sha256 !== end.sha256) throw replaced(out);
    const now = parseInstant(made.header.planned_at) ?? runtime.now();
    const signed = await signPlan(plan, { file: out, policy, now, flags, runtime });
    return { made, signed, needs };
  } finally {
    await plan.close();
  }
}

/** What is wrong with the flags of a plan and its signatures; a command that makes the rows asks before it reads. */
export const signedPlanProblems = (name: string, flags: SignedPlanFlags, runtime: Runtime) =>
  planProblems(name, withSignatures(flags), runtime);

/** Throws a `usage` error if there is no key to sign with, or one and nothing to sign. */
export async function checkSigning(flags: SignedPlanFlags, runtime: Runtime): Promise<void> {
  if (flags.sign === true) await signingKey(flags, runtime);
  else if (flags.key !== undefined) throw usageErrorAt('--key', 'is for signing: add --sign');
}

const withSignatures = (flags: SignedPlanFlags): PlanFlags =>
  flags.sign === true
    ? { ...flags, outputs: [{ where: '--sign', file: signaturesPath(flags.out ?? '') }] }
    : flags;

const replaced = (plan: string): CreditctlError =>
  new CreditctlError('refused', `The plan ${plan} was replaced after it was made; nothing was signed`, {
    applied: 'no',
    next: ['Plan again, to a folder that only you can write to'],
  });
