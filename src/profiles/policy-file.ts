// Reads the policy of a profile from the profile's own settings, the file that a team shares, and the record.
import { readFileSync, type Stats, statSync } from 'node:fs';
import { type CreditctlError, notApplied } from '../errors.ts';
import { policyFromText, policyOf } from '../policy/policy-of.ts';
import { type Policy, type RuleName, ruleNames } from '../policy/rules.ts';
import { type Exposure, exposureOfShared } from './ownership.ts';
import { type Config, type Profile, profileNamed } from './settings.ts';

/** The target of a write, as far as policies depend on it. */
interface Guarded {
  readonly profile: string;
  readonly kind: 'live' | 'test' | 'sandbox';
}

/** The team's policy, as its record stores it. */
export interface TeamPolicy {
  readonly text: string;
  /** The name in refusals: "the record's policy 3". */
  readonly source: string;
}

/**
 * The rules of the profile, of its shared file and of the team; a write must pass all of them. Throws a `refused` error
 * if one text is unreadable or invalid: a policy that cannot be read permits nothing.
 */
export function readPolicy({ profile: name, kind }: Guarded, config: Config, team?: TeamPolicy): Policy {
  const named = profileNamed(config, name);
  // `--sandbox` beside a profile for Orb uses another ledger, so the rules of that profile do not apply.
  const profile = (named?.kind === 'sandbox') === (kind === 'sandbox') ? named : undefined;
  const file = profile?.['policy.file'];
  const teamRules = team === undefined ? [] : policyFromText(team.text, team.source);
  if ('problem' in teamRules) throw unusable(team?.source ?? '', teamRules.problem);
  const policy = policyOf({
    team: teamRules,
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

/** The most bytes of a policy file. */
const sizeMax = 1024 * 1024;

function textOf(file: string): string {
  checkIsReadable(file);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Refuses a pipe: reading one could block forever, and no signal could interrupt the read. */
function checkIsReadable(file: string): void {
  let stats: Stats;
  try {
    stats = statSync(file);
  } catch (error) {
    throw unreadable(file, error);
  }
  if (!stats.isFile()) throw refused(file, 'is not a file');
  const exposure = exposureOfShared(file);
  if (exposure !== undefined) throw refused(file, exposedText(exposure), [exposure.remedy]);
  if (stats.size > sizeMax) throw refused(file, `is too large for a list of rules (${stats.size} bytes)`);
}

const unreadable = (file: string, error: unknown): CreditctlError =>
  refused(file, `cannot be read (${(error as NodeJS.ErrnoException).code})`);

/** Why the rules are not trusted: a user who can write them can lift every rule. */
const exposedText = ({ place, found }: Exposure): string => `is not trusted: ${place} ${found}`;

const unusable = (source: string, problem: string): CreditctlError =>
  notApplied('refused', `Of the rules for writes, ${source} ${problem}; nothing was written`, [
    'Its owner sets another: creditctl record policy set <file>',
  ]);

const refused = (
  file: string,
  problem: string,
  ways: readonly string[] = ['Fix that file'],
): CreditctlError =>
  notApplied('refused', `The policy file ${file} ${problem}, so nothing was written`, [
    ...ways,
    'Or name another: creditctl config set policy.file <file>',
  ]);
