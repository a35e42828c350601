// Whether enough persons have signed a plan: what the policy asks for, held against the signatures beside the plan.
import { readFileSync } from 'node:fs';
import { formatInstant, type Instant, parseInstant } from '../../credits/exact.ts';
import { CreditctlError } from '../../errors.ts';
import { type Signer, type SshContext, signerOf } from '../../platform/ssh-keygen.ts';
import { type ApprovalTerms, approvalReason, approvalTerms, personsText } from '../../policy/judge.ts';
import { batchApprovalReason } from '../../policy/judge-batch.ts';
import type { Policy, Rule, SignersRule } from '../../policy/rules.ts';
import { exposureOfShared } from '../../profiles/ownership.ts';
import { planCommand } from '../../requests/command-words.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { CheckedSums } from '../plan/plan-check.ts';
import type { Plan } from '../plan/plan-lines.ts';
import { fold, namesIn, personsIn } from './persons.ts';
import { readSignatures, signaturesPath } from './signature-file.ts';

/** A person who signed, as the record notes it. */
export interface Approval {
  /** The first name that the signers file gives to the key. */
  readonly principal: string;
  /** `SHA256:…` of the key. */
  readonly fingerprint: string;
}

/** With the sums of its rows, and not what the plan says of them. */
export interface Approving extends CheckedSums {
  /** The file of the plan; its signatures lie beside it. */
  readonly file: string;
  readonly policy: Policy;
  /** By the connection's clock, as the time of planning. */
  readonly now: Instant;
  readonly runtime: Runtime;
}

export interface Needed {
  readonly terms: ApprovalTerms;
  /** Why signatures are needed, a sentence. */
  readonly why: string;
}

/** What the policy asks of a plan; `undefined` if it needs no signatures. */
export function approvalNeeded({
  policy,
  credits,
  openRow: row,
}: Pick<Approving, 'policy' | 'credits' | 'openRow'>): Needed | undefined {
  const terms = approvalTerms(policy);
  if (terms === undefined) return undefined;
  const why = batchApprovalReason(terms, credits);
  if (why !== undefined) return { terms, why };
  // What such a row moves stands in the plan alone, and whoever wrote it could say less.
  if (row === undefined) return undefined;
  const unknown = approvalReason(terms, { amount: undefined, currency: '' });
  return { terms, why: `row ${row} names no amount: ${unknown}` };
}

/**
 * Who approved a plan; none where the policy asks for no signatures. Throws a `refused` error if too few persons have
 * signed exactly these bytes, which says for each signature why it does not count.
 */
export async function approvalsOf(plan: Plan, approving: Approving): Promise<readonly Approval[]> {
  const needed = approvalNeeded(approving);
  if (needed === undefined) return [];
  const { terms, why } = needed;
  checkTerms(plan, terms, approving.now);
  const counted: Counted[] = [];
  for (const rule of terms.signers) {
    const count = await countSignatures(plan, rule, approving);
    if (count.approvals.length < terms.persons) throw tooFew(count, { why, terms, ...approving });
    counted.push(count);
  }
  return counted[0]?.approvals ?? [];
}

/**
 * What was signed when a batch began holds to its end, but a rule that came later has to be met. Throws a `refused` error if
 * fewer persons have approved it than the policy asks for by now. @param persons as the record noted them
 */
export function checkApprovedSince(
  persons: readonly string[],
  asked: Pick<Approving, 'policy' | 'credits' | 'openRow'>,
): void {
  const needed = approvalNeeded(asked);
  if (needed === undefined || persons.length >= needed.terms.persons) return;
  const have = persons.length === 1 ? 'has' : 'have';
  const signed = persons.length === 0 ? 'No one has' : `Only ${persons.join(' and ')} ${have}`;
  throw refused(`The policy now asks for signatures: ${needed.why}. ${signed} signed this batch`, [
    'Have its plan signed: creditctl batch approve <plan>',
    'Then go on with it: creditctl batch apply <plan>',
  ]);
}

/** Throws a `refused` error if no person could sign this plan any more. */
export function checkTerms({ header }: Plan, { signers, valid, source }: ApprovalTerms, now: Instant): void {
  if (signers.length === 0)
    throw refused(`Signatures are needed, but approval.signers names no person who may sign (${source})`, [
      'creditctl config set policy.approval.signers <file>',
    ]);
  const planned = parseInstant(header.planned_at) ?? Number.NaN;
  const until = planned + valid;
  if (!(now <= until))
    throw refused(`The plan was made at ${header.planned_at}, and signatures held until ${instant(until)}`, [
      planAgain,
    ]);
  if (planned > now + clockSlack)
    throw refused(`The plan says that it was made in the future, at ${header.planned_at}`, [planAgain]);
}

const instant = (at: Instant): string => (Number.isFinite(at) ? formatInstant(at) : 'an unknown time');
const planAgain = 'Plan again, and have the new plan signed';

/** By so many milliseconds two clocks may differ. */
const clockSlack = 5 * 60_000;

interface Counted {
  readonly approvals: readonly Approval[];
  /** Why each of the others does not count, a sentence. */
  readonly problems: readonly string[];
}

/** The persons of one signers file who signed; whoever signed twice counts once. */
export async function countSignatures(
  plan: Plan,
  rule: Rule & SignersRule,
  { file, runtime }: Pick<Approving, 'file' | 'runtime'>,
): Promise<Counted> {
  const { signers, persons } = signersOf(rule);
  const approvals = new Map<string, Approval>();
  const problems: string[] = [];
  for (const [index, signature] of readSignatures(signaturesPath(file)).entries()) {
    const found = await signerOf({ signature, signers }, plan.bytes, sshContext(runtime));
    const approval = approvalOf(found, persons);
    const which = `Signature ${index + 1}`;
    if ('problem' in approval) problems.push(`${which} ${approval.problem}`);
    else if (approvals.has(approval.principal))
      problems.push(`${which} is another one of ${approval.principal}, who counts once`);
    else approvals.set(approval.principal, approval);
  }
  return { approvals: [...approvals.values()], problems };
}

type Problem = { readonly problem: string };

/** Whoever cannot be counted does not count: a name that ssh-keygen finds in the file, and this program does not. */
function approvalOf(found: Signer | Problem, persons: ReadonlyMap<string, string>): Approval | Problem {
  if ('problem' in found) return found;
  const [name = ''] = found.principals;
  const principal = persons.get(fold(name));
  if (principal !== undefined) return { principal, fingerprint: found.fingerprint };
  return { problem: `is of "${name}", and that is no plain name: write the line anew` };
}

/** The approval that one signature is; throws a `refused` error if its signer may not sign. */
export async function approvalBy(
  signature: string,
  plan: Plan,
  { rule, runtime }: { readonly rule: Rule & SignersRule; readonly runtime: Runtime },
): Promise<Approval> {
  const { signers, persons } = signersOf(rule);
  const found = await signerOf({ signature, signers }, plan.bytes, sshContext(runtime));
  const approval = approvalOf(found, persons);
  if (!('problem' in approval)) return approval;
  throw refused(
    `The signature ${approval.problem}, so it would not count (approval.signers, ${rule.source})`,
    ['Sign with a key of that file: --key <file>'],
  );
}

/** The text of a signers file, read once, and who is who in it. Throws a `refused` error. */
function signersOf({ signers: named, source }: Rule & SignersRule) {
  const signers = 'lines' in named ? named.lines : textOf(named.file, source);
  const names = namesIn(signers);
  if ('problem' in names) {
    const where = 'lines' in named ? `The list of signers (${source})` : `The signers file ${named.file}`;
    throw refused(`${where} ${names.problem}`, ['Name each person by a name of their own']);
  }
  return { signers, persons: personsIn(names) };
}

function textOf(file: string, source: string): string {
  const wrong = (problem: string, next: readonly string[]) =>
    refused(`The signers file ${file} ${problem} (approval.signers, ${source})`, next);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw wrong(`cannot be read (${(error as NodeJS.ErrnoException).code})`, [
      'creditctl config set policy.approval.signers <file>',
    ]);
  }
  // Whoever can write it can sign everything.
  const exposure = exposureOfShared(file);
  if (exposure === undefined) return text;
  throw wrong(`is not trusted: ${exposure.place} ${exposure.found}`, [exposure.remedy]);
}

export const sshContext = ({ parts, env, interruption, isAttended }: Runtime): SshContext => ({
  runProgram: parts.runProgram,
  env,
  signal: interruption,
  isAttended,
});

function tooFew(
  { approvals, problems }: Counted,
  { why, terms, file, runtime }: Approving & { readonly why: string; readonly terms: ApprovalTerms },
): CreditctlError {
  // The plan of an import is gone when the command ends, so no person could sign it.
  if (file.startsWith(runtime.folders.state))
    return refused(`An import has no signatures, and needs some: ${why}`, [
      'Plan the file, and have the plan signed: creditctl batch plan <file> --out <plan> --sign',
    ]);
  const names = approvals.map(({ principal }) => principal).join(', ');
  const signed = approvals.length === 0 ? 'It has no signatures' : `Signed by ${names}`;
  const missing = personsText(terms.persons - approvals.length);
  const lines = [`The plan ${file} needs signatures: ${why}. ${signed}; ${missing} missing`, ...problems];
  return refused(lines.join('\n'), [planCommand('approve', file)]);
}

const refused = (message: string, next: readonly string[]): CreditctlError => {
  const [first = '', ...more] = message.split('\n');
  const text = [`${first}; nothing was written`, ...more].join('\n');
  return new CreditctlError('refused', text, { applied: 'no', next });
};
