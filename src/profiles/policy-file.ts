// The policy of a profile from where it is kept: the profile's own settings, and the file that a team shares.
import { readFileSync } from 'node:fs';
import { CreditctlError } from '../errors.ts';
import { policyOf } from '../policy/policy-of.ts';
import { type Policy, type RuleName, ruleNames } from '../policy/rules.ts';
import { type Config, type Profile, profileNamed } from './settings.ts';

/** Where a write goes, as far as a policy asks. */
interface Guarded {
  readonly profile: string;
  readonly kind: 'live' | 'test' | 'sandbox';
}

/** Throws a `refused` error if the shared file cannot be read or understood: a guard that fails lets nothing pass. */
export function readPolicy({ profile: name, kind }: Guarded, config: Config): Policy {
  const named = profileNamed(config, name);
  // `--sandbox` beside a profile for Orb is a sandbox of nobody's, and that profile's rules are not for it.
  const profile = (named?.kind === 'sandbox') === (kind === 'sandbox') ? named : undefined;
  const file = profile?.['policy.file'];
  const policy = policyOf({
    profile: name,
    kind,
    rules: rulesIn(profile ?? {}),
    file: file === undefined ? undefined : { name: file, text: textOf(file) },
  });
  if ('problem' in policy) throw refused(file ?? '', policy.problem);
  return policy;
}

function rulesIn(profile: Profile): Readonly<Partial<Record<RuleName, string>>> {
  return Object.fromEntries(
    ruleNames.flatMap((name) => {
      const text = profile[`policy.${name}`];
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw refused(file, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

const refused = (file: string, problem: string): CreditctlError =>
  new CreditctlError('refused', `The policy file ${file} ${problem}, so nothing was written`, {
    applied: 'no',
    retrySafe: true,
    next: ['Mend that file', 'Or name another: creditctl config set policy.file <file>'],
  });
