// Finds out who signed a plan: ssh-keygen verifies each signature, and a signers file names the person.
import { readFileSync } from 'node:fs';
import { type CreditctlError, notApplied } from '../../errors.ts';
import { type Signer, type SshContext, signerOf } from '../../platform/ssh-keygen.ts';
import type { Rule, SignersRule } from '../../policy/rules.ts';
import { exposureOfShared } from '../../profiles/ownership.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Plan } from '../plan/plan-lines.ts';
import { fold, namesIn, personsIn } from './persons.ts';

/** A person who signed, as stored in the record. */
export interface Approval {
  /** The person's first name in the signers file. */
  readonly principal: string;
  /** Fingerprint of the key, `SHA256:…`. */
  readonly fingerprint: string;
}

export interface CountedSignatures {
  readonly approvals: readonly Approval[];
  /** A sentence for each signature that does not count. */
  readonly problems: readonly string[];
}

/** The persons of one signers file who signed; a person who signed twice counts once. */
export async function countSignatures(
  plan: Plan,
  rule: Rule & SignersRule,
  { signatures, runtime }: { readonly signatures: readonly string[]; readonly runtime: Runtime },
): Promise<CountedSignatures> {
  const { signers, persons } = signersOf(rule);
  const approvals = new Map<string, Approval>();
  const problems: string[] = [];
  for (const [index, signature] of signatures.entries()) {
    const found = await signerOf({ signature, signers }, plan.bytes, sshContext(runtime));
    const approval = personWho(found, persons);
    const which = `Signature ${index + 1}`;
    if ('problem' in approval) problems.push(`${which} ${approval.problem}`);
    else if (approvals.has(approval.principal))
      problems.push(`${which} is another one of ${approval.principal}, who counts once`);
    else approvals.set(approval.principal, approval);
  }
  return { approvals: [...approvals.values()], problems };
}

type Problem = { readonly problem: string };

/** Rejects a signer whose name ssh-keygen finds in the signers file but `personsIn` does not. */
function personWho(found: Signer | Problem, persons: ReadonlyMap<string, string>): Approval | Problem {
  if ('problem' in found) return found;
  const [name = ''] = found.principals;
  const principal = persons.get(fold(name));
  if (principal !== undefined) return { principal, fingerprint: found.fingerprint };
  return { problem: `is of "${name}", and that is no plain name: write the line anew` };
}

/** The approval by one signature. Throws a `refused` error if its signer may not sign. */
export async function checkSigner(
  signature: string,
  plan: Plan,
  { rule, runtime }: { readonly rule: Rule & SignersRule; readonly runtime: Runtime },
): Promise<Approval> {
  const { signers, persons } = signersOf(rule);
  const found = await signerOf({ signature, signers }, plan.bytes, sshContext(runtime));
  const approval = personWho(found, persons);
  if (!('problem' in approval)) return approval;
  throw refused(
    `The signature ${approval.problem}, so it would not count (approval.signers, ${rule.source})`,
    ['Sign with a key of that file: --key <file>'],
  );
}

/** The text of a signers file and the person behind each name in it. Throws a `refused` error. */
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
  // A user who can write this file can approve any plan.
  const exposure = exposureOfShared(file);
  if (exposure === undefined) return text;
  throw wrong(`is not trusted: ${exposure.place} ${exposure.found}`, [exposure.remedy]);
}

export const sshContext = ({ system, env, interruption, isAttended }: Runtime): SshContext => ({
  runProgram: system.runProgram,
  env,
  signal: interruption,
  isAttended,
});

/** The error for a plan that lacks a signature, or for a signature that would not count. */
export const refused = (message: string, next: readonly string[]): CreditctlError => {
  const [first = '', ...more] = message.split('\n');
  const text = [`${first}; nothing was written`, ...more].join('\n');
  return notApplied('refused', text, next);
};
