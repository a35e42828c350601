// Declares the settings of a profile: their names, their meanings, and the check of each value. Pure.
import path from 'node:path';
import { type RuleName, readRule, ruleMeanings, ruleNames } from '../policy/rules.ts';

/** The rules of a profile, and the path of the rules that a team shares. */
export type PolicySettings = { readonly [Name in RuleName as `policy.${Name}`]?: string } & {
  readonly 'policy.file'?: string;
};

/** A named set of settings; environment and flags may override each. */
export interface Profile extends PolicySettings {
  readonly kind?: 'orb' | 'sandbox';
  /** The kind of account that the key of an `orb` profile opens. Default: live. */
  readonly mode?: 'live' | 'test';
  readonly base_url?: string;
  /** A shell command that prints the key of an `orb` profile. */
  readonly api_key_command?: string;
  /** The embedded ledger's database file; only for a `sandbox` profile. */
  readonly db?: string;
  /** Batch writes per second, or `none`. */
  readonly rate?: string;
  /** `plain` asks line by line, for screen readers. */
  readonly prompts?: 'full' | 'plain';
  /** The team's PostgreSQL database for the record of writes. Default: the local record. */
  readonly record?: string;
  /** A shell command that prints the password of that database. */
  readonly record_password_command?: string;
}

export interface Config {
  /** The profile in use if neither flag nor environment names one. */
  readonly current?: string;
  readonly profiles: Readonly<Record<string, Profile>>;
}

/** The profile with that name; `undefined` if it does not exist. Names such as `constructor` need a profile, too. */
export function profileNamed({ profiles }: Config, name: string): Profile | undefined {
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  const isSandbox = name === sandboxName && profile !== undefined && !namesApi(profile);
  return isSandbox ? { kind: 'sandbox', ...profile } : profile;
}

/** The profile whose settings `--sandbox` uses; no profile for Orb may have this name. */
export const sandboxName = 'sandbox';

const ofApi = ['mode', 'base_url', 'api_key_command'] as const;
const namesApi = (profile: Profile): boolean => ofApi.some((setting) => profile[setting] !== undefined);

/** The only kind of profile that uses a setting; `undefined` if both kinds do. */
export function kindNeeded(setting: SettingName): Profile['kind'] {
  if (setting === 'db') return 'sandbox';
  return ofApi.some((name) => name === setting) ? 'orb' : undefined;
}

export const defaultProfile = 'default';
/** Batch writes per second by default; `undefined` for no limit (Orb docs: rate limits). */
export const usualRates = { live: 50, test: 5, sandbox: undefined } as const;
const ownMeanings = {
  kind: 'orb, or sandbox for the embedded ledger',
  mode: 'live or test: which data the key is for',
  base_url: 'the URL of the API',
  api_key_command: 'a shell command that prints the key',
  db: "the embedded ledger's database file",
  rate: 'writes per second of a batch, or none for no limit',
  prompts: 'plain for numbered lines that a screen reader can read, or full for menus',
  record: "the team's record of writes: a postgres:// URL without a password",
  record_password_command: "a shell command that prints the password of the team's record",
  'policy.file': "the absolute path of a team's JSON file of rules",
} as const;
const ruleSettings = ruleNames.map((name) => `policy.${name}` as const);
export const settingNames = [
  ...(Object.keys(ownMeanings) as readonly (keyof typeof ownMeanings)[]),
  ...ruleSettings,
] as const;
/** Each setting with its meaning. */
export const settingMeanings: readonly (readonly [string, string])[] = [
  ...Object.entries(ownMeanings),
  ...ruleNames.map((name) => [`policy.${name}`, ruleMeanings[name]] as const),
];
export type SettingName = (typeof settingNames)[number];

/** The rule in a setting; `undefined` for a setting that holds no rule. */
function ruleOf(setting: SettingName): RuleName | undefined {
  return ruleNames.find((name) => setting === `policy.${name}`);
}

export function isSettingName(name: string): name is SettingName {
  return settingNames.some((known) => known === name);
}

/** The problem with the value of a setting, as a sentence fragment; `undefined` if the value is valid. */
export function settingProblem(name: SettingName, value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  const rule = ruleOf(name);
  if (rule !== undefined) {
    const reading = readRule(rule, value);
    return 'problem' in reading ? reading.problem : undefined;
  }
  switch (name) {
    case 'kind':
      return value === 'orb' || value === 'sandbox' ? undefined : `must be orb or sandbox: "${value}"`;
    case 'mode':
      return value === 'live' || value === 'test' ? undefined : `must be live or test: "${value}"`;
    case 'base_url':
      return baseUrlProblem(value);
    case 'api_key_command':
      return commandProblem(value, 'key');
    case 'record_password_command':
      return commandProblem(value, 'password');
    case 'db':
      return value.trim() === '' ? 'is empty; name a file' : undefined;
    case 'rate':
      return rateProblem(value);
    case 'prompts':
      return value === 'plain' || value === 'full' ? undefined : `must be plain or full: "${value}"`;
    case 'record':
      return recordUrlProblem(value);
    case 'policy.file':
      return path.isAbsolute(value) ? undefined : `must be an absolute path: "${value}"`;
  }
  return undefined;
}

/** The problem with a record's URL in the configuration, which may hold no password. */
function recordUrlProblem(value: string): string | undefined {
  // The message does not quote the value, which may be a password.
  if (!isPostgres(value)) return 'must be a URL such as postgres://db.example.com/creditctl';
  const url = new URL(value);
  if (url.password !== '' || url.searchParams.has('password'))
    return 'must not hold a password: use record_password_command, PGPASSWORD or a .pgpass file';
  return undefined;
}

/** Whether a text is the URL of a PostgreSQL database; not if a sign in its password ends the host, and the user name becomes the host. */
export const isPostgres = (text: string): boolean =>
  URL.canParse(text) &&
  /^postgres(ql)?:$/.test(new URL(text).protocol) &&
  !/\/\/[^@]*[/?#].*@/s.test(text.replace(/\?(host|sslmode|sslrootcert)=.*/s, ''));

/** The problem with a number of writes per second. */
export function rateProblem(value: string): string | undefined {
  if (/^([1-9]\d{0,4}(\/s)?|none)$/.test(value)) return undefined;
  return `must be writes per second, such as 20 or 20/s, or none: "${value}"`;
}

/** A word with twenty letters and digits in a row, of both kinds: no program has such a name. */
const isLikeKey = /^(?=.*\d)(?=.*[A-Za-z])[\w.-]*[A-Za-z0-9]{20}[\w.-]*$/;

function commandProblem(value: string, printed: 'key' | 'password'): string | undefined {
  if (value.trim() === '') return `is empty; name a command that prints the ${printed}`;
  // The message does not quote the value, which may be a key.
  if (isLikeKey.test(value.trim()))
    return `must be a command that prints the ${printed}, not the ${printed} itself; write a command of one long word with its path`;
  return /[\n\r\0]/.test(value) || value.length > 4096
    ? 'must be one line, of at most 4096 characters'
    : undefined;
}

/** The key is sent to this host, so plain HTTP is allowed only for this machine. */
export function baseUrlProblem(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    // The message does not quote the value, which may be a key.
    return 'is not a URL such as https://api.withorb.com/v1';
  }
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  // A query, a fragment or an escape would change the paths that requests append; a query may also hold a key.
  if (/[?#]/.test(value)) return `must end after its path, without ? or #: "${url.origin}${url.pathname}"`;
  if (!plainUrl.test(value))
    return `must have a path of letters, digits, dashes and dots between slashes: "${value}"`;
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return `must be https: plain http is allowed only to this machine (127.0.0.1, localhost): "${value}"`;
  }
  return undefined;
}

const plainUrl = /^https?:\/\/[^\s/\\%;]+(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)*\/*$/i;

/** Whether the host of a URL is this machine. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}

/** Profile names are also file names. */
export function profileNameProblem(name: string): string | undefined {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return undefined;
  return `must be 1 to 64 letters, digits, dots, dashes or underscores: "${name}"`;
}
