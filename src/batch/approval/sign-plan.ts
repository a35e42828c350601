// Plans a file and signs the exact bytes of the plan, if the signature would count.
import { existsSync, rmSync } from 'node:fs';
import { type Instant, parseInstant } from '../../credits/exact.ts';
import { type CreditctlError, notApplied, usageErrorAt } from '../../errors.ts';
import { fingerprintOf, signBytes } from '../../platform/ssh-keygen.ts';
import { type ApprovalTerms, approvalTerms } from '../../policy/judge.ts';
import type { Policy } from '../../policy/rules.ts';
import { expandHome } from '../../profiles/environment.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Plan } from '../plan/plan-lines.ts';
import { openPlan } from '../plan/plan-reader.ts';
import {
  type JudgedPlan,
  type PlanFlags,
  type PlanInput,
  planBatch,
  planProblems,
} from '../plan/planning.ts';
import { checkTerms, type NeededSignatures, neededSignatures } from './approvals.ts';
import { addSignature, readSignatures, signaturesPath } from './signature-file.ts';
import { type Approval, checkSigner, countSignatures, sshContext } from './signers.ts';

export interface SignedPlanFlags extends PlanFlags, SigningFlags {
  readonly sign?: boolean;
}

export interface PlanWithSignature {
  readonly made: JudgedPlan;
  /** `undefined` without `--sign`. */
  readonly signed: Signed | undefined;
  /** `undefined` if the plan needs no signatures. */
  readonly needs: NeededSignatures | undefined;
}

/** Throws as planning and signing do. A plan that cannot be signed stays, so that another person can sign it. */
export async function planSigned(
  input: PlanInput,
  flags: SignedPlanFlags,
  runtime: Runtime,
): Promise<PlanWithSignature> {
  const { sign = false, out = '' } = flags;
  const key = await checkSigning(flags, runtime);
  const made = await planBatch(input, withSignatures(flags, key), runtime);
  const { openRow, end, policy } = made;
  const needs = neededSignatures({ policy, credits: end.totals.credits, openRow });
  if (!sign) return { made, signed: undefined, needs };
  // The old signatures were made over the bytes of the replaced plan.
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

/** Problems of the plan and signing flags. A command that generates rows calls this before it reads any data. */
export const signedPlanProblems = (name: string, flags: SignedPlanFlags, runtime: Runtime) =>
  planProblems(name, withSignatures(flags), runtime);

/** The key that `--sign` finds. Throws a `usage` error if there is none, or if `--key` is given without `--sign`. */
export async function checkSigning(flags: SignedPlanFlags, runtime: Runtime): Promise<string | undefined> {
  if (flags.sign === true) return signingKey(flags, runtime);
  if (flags.key !== undefined) throw usageErrorAt('--key', 'is for signing: add --sign');
  return undefined;
}

/** Signing writes one file more, and reads both halves of the key. */
function withSignatures(flags: SignedPlanFlags, key = flags.key): PlanFlags {
  if (flags.sign !== true) return flags;
  const { out = '', inputs = [] } = flags;
  const halves = key === undefined ? [] : [key, `${key}.pub`, key.replace(/\.pub$/, '')];
  return {
    ...flags,
    outputs: [{ where: '--sign', file: signaturesPath(out) }],
    inputs: [...inputs, ...halves],
  };
}

const replaced = (plan: string): CreditctlError =>
  notApplied('refused', `The plan ${plan} was replaced after it was made; nothing was signed`, [
    'Plan again, to a folder that only you can write to',
  ]);

export interface Signed {
  /** The person who signed; `null` if the policy names no signers. */
  readonly principal: string | null;
  readonly fingerprint: string;
  /** All persons who have signed so far. */
  readonly signed: readonly string[];
  /** Number of persons that the policy requires; `null` if it requires none. */
  readonly needed: number | null;
}

interface Signing {
  readonly file: string;
  readonly policy: Policy;
  readonly now: Instant;
  readonly flags: SigningFlags;
  readonly runtime: Runtime;
}

/** Throws a `refused` error, and adds nothing, if the signature would not count. */
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

/** Every signers file must list the signer, and no person may sign twice. */
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
  notApplied('refused', `${who} has signed the plan ${file} already; nothing was written`, [
    'Let another person sign it: each person counts once',
  ]);

export interface SigningFlags {
  /** File of a private key, or of a public key whose private key an SSH agent holds. */
  readonly key?: string;
}

/** Throws a `usage` error if no key is named or its file does not exist. */
export async function signingKey({ key }: SigningFlags, runtime: Runtime): Promise<string> {
  if (key !== undefined) return existing(key, '--key', runtime);
  const said = await gitSigningKey(runtime);
  if (said === '')
    throw usageErrorAt('--key', "is missing: name an SSH key, or set git's user.signingkey to one");
  if (/^(?:key::|ssh-|ecdsa-|sk-)/.test(said))
    throw usageErrorAt('--key', "is missing: git's user.signingkey holds a key and names no file");
  return existing(said, "git's user.signingkey", runtime);
}

async function gitSigningKey({ system, env, interruption }: Runtime): Promise<string> {
  const args = ['config', '--get', '--type=path', 'user.signingkey'];
  const call = { program: 'git', args, env, isAttended: false, signal: interruption };
  const { how, stdout } = await system.runProgram(call);
  return how === 0 ? stdout.trim() : '';
}

function existing(named: string, where: string, { folders, secrets }: Runtime): string {
  const file = expandHome(named, folders.home);
  if (existsSync(file)) return file;
  throw usageErrorAt(where, `names no file: ${secrets.mask(named)}; use --key <file>`);
}
