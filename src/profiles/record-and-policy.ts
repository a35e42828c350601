// Finds where the writes of a profile are recorded, and reads the policy that they must pass.
import { readFileSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type CreditctlError, notApplied, repetition, usageErrorAt } from '../errors.ts';
import { liveDefaults, policyFromText, policyOf } from '../policy/policy-of.ts';
import { type Policy, type RuleName, ruleNames } from '../policy/rules.ts';
import { type Environment, type Folders, variable } from './environment.ts';
import { type Exposure, exposureOfShared, exposureOfSharedFolder } from './ownership.ts';
import { type Config, isPostgres, type Profile, profileNamed } from './settings.ts';

export type RecordChoice =
  | { readonly kind: 'sqlite'; readonly file: string }
  | {
      readonly kind: 'postgres';
      readonly url: string;
      /** `CREDITCTL_RECORD`, or the setting of a profile. */
      readonly source: string;
      /** A shell command that prints the password; only of a profile. */
      readonly passwordCommand?: string | undefined;
      /** The profile that sets the record; its password may be stored under this name. */
      readonly profile?: string;
    };

/** The local record in the state folder. */
export const recordPath = (state: string): string => path.join(state, 'record.db');

/**
 * Why any user could change the record. A user who removes a write from the record, or replaces the record, makes the
 * program send the write again. For a record on a server, the same holds for the heads that this machine saw.
 */
export const exposureOfState = (state: string): Exposure | undefined =>
  exposureOfSharedFolder(state, ['record.db', 'heads.json']);

/** Throws a `refused` error if any user could change the record. */
export function checkStateIsOwn({ state }: Pick<Folders, 'state'>): void {
  const exposure = exposureOfState(state);
  if (exposure === undefined) return;
  const { place, found, remedy } = exposure;
  throw notApplied('refused', `${place} ${found}, so no write is recorded there; nothing was sent`, [
    `Check its contents, then run: ${remedy}`,
    'Or name a folder of your own in CREDITCTL_STATE_DIR; it is created if it is not there',
  ]);
}

/**
 * Opens nothing. Throws a `usage` error for a URL that does not lead to PostgreSQL.
 * @param profile of the connection: with `--sandbox` beside a profile for Orb, the local record
 */
export function chooseRecord(
  profile: string,
  { env, config, folders }: { env: Environment; config: Config; folders: Pick<Folders, 'state'> },
): RecordChoice {
  const said = variable(env, 'CREDITCTL_RECORD');
  if (said !== undefined) return postgres(said, 'CREDITCTL_RECORD');
  const { record, record_password_command: passwordCommand } = profileNamed(config, profile) ?? {};
  if (record !== undefined)
    return { ...postgres(record, `record of the profile "${profile}"`), passwordCommand, profile };
  return { kind: 'sqlite', file: recordPath(folders.state) };
}

function postgres(url: string, source: string) {
  if (isPostgres(url)) return { kind: 'postgres', url, source } as const;
  // The message does not quote the value, which may be a password.
  throw usageErrorAt(source, 'is not a URL such as postgres://db.example.com/creditctl', [
    'In a password, write / as %2F, ? as %3F, # as %23, @ as %40, : as %3A and % as %25',
  ]);
}

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

/** The rules by which a write was judged. Throws a `refused` error if they are not the rules of now. */
export function sameRules(judgedBy: Policy, now: Policy): Policy {
  if (isDeepStrictEqual(judgedBy, now)) return now;
  throw notApplied('refused', 'The rules for writes changed meanwhile; nothing was sent', [repetition()]);
}

/** The default of a setting that holds a rule, for a live key. */
export const ruleByDefault = (setting: string): string | undefined =>
  Object.entries(liveDefaults).find(([name]) => setting === `policy.${name}`)?.[1];

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
