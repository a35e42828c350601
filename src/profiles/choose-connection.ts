// Chooses the connection of a command: flags before environment before profile. Refuses files that another user could change.
import path from 'node:path';
import { CreditctlError, notApplied, shellText, usageErrorAt } from '../errors.ts';
import { configPath, credentialsPath, type KeptKey, keyProblem, readKeptKey } from './config-file.ts';
import { type Environment, expandHome, type Folders, variable } from './environment.ts';
import { exposureOf } from './ownership.ts';
import { type ProxyChoice, proxyFor } from './proxy.ts';
import {
  baseUrlProblem,
  type Config,
  defaultProfile,
  type Profile,
  profileNamed,
  profileNameProblem,
  sandboxName,
} from './settings.ts';

export interface ConnectionFlags {
  readonly profile?: string;
  readonly sandbox?: boolean;
  readonly db?: string;
}

export interface ConnectionInputs {
  readonly flags: ConnectionFlags;
  readonly env: Environment;
  readonly config: Config;
  readonly folders: Folders;
  /** Where the key of a profile is stored; called only if the key is needed. */
  readonly keptKey: (profile: string) => KeptKey | undefined;
}

/** The source of a key. Choosing a connection never fetches the key; `fetch-key.ts` does. */
export type KeyOrigin =
  | { readonly source: 'ORB_API_KEY'; readonly value: string }
  | { readonly source: 'api_key_command'; readonly command: string }
  | KeptKey;

export interface OrbChoice {
  readonly kind: 'orb';
  readonly profile: string;
  readonly mode: 'live' | 'test';
  readonly baseUrl: string;
  /** `undefined` if there is none. */
  readonly key: KeyOrigin | undefined;
  /** The proxy for all requests; without one, requests go straight to the host. */
  readonly proxy?: ProxyChoice;
}

export type ConnectionChoice =
  | { readonly kind: 'sandbox'; readonly profile: string; readonly db: string }
  | OrbChoice;

const orbBaseUrl = 'https://api.withorb.com/v1';

/** The name of the chosen profile: flag, then environment, then `config use`, then `default`. */
export function profileName(inputs: Pick<ConnectionInputs, 'flags' | 'env' | 'config'>): string {
  const { name, where } = namedProfile(inputs);
  const problem = profileNameProblem(name);
  if (problem === undefined) return name;
  throw usageErrorAt(where, problem);
}

/** The profile whose settings count. With `--sandbox` beside a profile for Orb, that is the profile "sandbox". */
export function profileInUse(inputs: Pick<ConnectionInputs, 'flags' | 'env' | 'config'>): string {
  const name = profileName(inputs);
  if (inputs.flags.sandbox !== true) return name;
  return profileNamed(inputs.config, name)?.kind === 'sandbox' ? name : sandboxName;
}

/** The name of the profile, and the place that set it. */
function namedProfile({ flags, env, config }: Pick<ConnectionInputs, 'flags' | 'env' | 'config'>) {
  if (flags.profile !== undefined) return { name: flags.profile, where: '--profile' };
  const fromEnvironment = variable(env, 'CREDITCTL_PROFILE');
  if (fromEnvironment !== undefined) return { name: fromEnvironment, where: 'CREDITCTL_PROFILE' };
  return { name: config.current ?? defaultProfile, where: '"current" in the configuration file' };
}

/** Throws a `usage` error for a profile, URL or flag that is not valid. */
export function chooseConnection(inputs: ConnectionInputs): ConnectionChoice {
  const { flags, config } = inputs;
  const name = profileName(inputs);
  const profile = profileNamed(config, name);
  if (profile === undefined && name !== defaultProfile) throw unknownProfile(inputs);
  if (flags.sandbox === true || profile?.kind === 'sandbox') return sandbox(inputs);
  if (flags.db !== undefined) throw usageErrorAt('--db', 'needs --sandbox or a profile of kind sandbox');
  return orb(name, profile, inputs);
}

function sandbox(inputs: ConnectionInputs): ConnectionChoice {
  const { flags, env, folders, config } = inputs;
  const name = profileInUse(inputs);
  const kept = () => profileDb(name, profileNamed(config, name), folders);
  const db = flags.db ?? variable(env, 'CREDITCTL_SANDBOX_DB') ?? kept();
  if (db.trim() === '') throw usageErrorAt('--db', 'is empty; name a file');
  return { kind: 'sandbox', profile: name, db: path.resolve(expandHome(db, folders.home)) };
}

function profileDb(name: string, profile: Profile | undefined, { state, home }: Folders): string {
  if (profile?.db === undefined) return path.join(state, 'sandbox.db');
  const db = expandHome(profile.db, home);
  if (path.isAbsolute(db)) return db;
  // A relative path would be another database in each working directory.
  const problem = `must be an absolute path: "${db}"`;
  const next = [`creditctl config set db ${shellText([path.resolve(db)])} --profile ${name}`];
  throw usageErrorAt(`The setting db of the profile "${name}"`, problem, next);
}

const notTheSandbox = 'cannot be "sandbox": that name is reserved for the embedded ledger';
const sandboxLine = `creditctl config set kind sandbox --profile ${sandboxName}`;

function orb(
  name: string,
  profile: Profile | undefined,
  { env, keptKey }: ConnectionInputs,
): ConnectionChoice {
  if (name === sandboxName) throw usageErrorAt('--profile', notTheSandbox, [sandboxLine]);
  const override = variable(env, 'ORB_BASE_URL');
  const baseUrl = (override ?? profile?.base_url ?? orbBaseUrl).replace(/\/+$/, '');
  const problem = baseUrlProblem(baseUrl);
  if (problem !== undefined)
    throw usageErrorAt(override === undefined ? 'base_url' : 'ORB_BASE_URL', problem);
  const proxy = proxyFor(baseUrl, env);
  return {
    kind: 'orb',
    profile: name,
    mode: profile?.mode ?? 'live',
    baseUrl,
    key: checkedOrigin(keyOrigin(name, profile, { env, keptKey })),
    ...(proxy === undefined ? {} : { proxy }),
  };
}

/** Environment first, then the command, then the place where `auth login` stored the key. */
function keyOrigin(
  name: string,
  profile: Profile | undefined,
  { env, keptKey }: Pick<ConnectionInputs, 'env' | 'keptKey'>,
): KeyOrigin | undefined {
  const value = variable(env, 'ORB_API_KEY');
  if (value !== undefined) return { source: 'ORB_API_KEY', value };
  const command = profile?.api_key_command;
  return command === undefined ? keptKey(name) : { source: 'api_key_command', command };
}

function checkedOrigin(origin: KeyOrigin | undefined): KeyOrigin | undefined {
  const problem = origin !== undefined && 'value' in origin ? keyProblem(origin.value) : undefined;
  if (problem === undefined) return origin;
  throw new CreditctlError('credentials', `The API key (${origin?.source}) ${problem}`);
}

function unknownProfile(inputs: ConnectionInputs): CreditctlError {
  const { config } = inputs;
  const { name, where } = namedProfile(inputs);
  const known = Object.keys(config.profiles);
  const list = known.length === 0 ? 'no profiles yet' : `profiles: ${known.join(', ')}`;
  return usageErrorAt(where, `names no profile: "${name}" (${list})`, profileWays(name));
}

/** The ways out if the profile does not exist: choose another one, or create it. */
export function profileWays(name: string): readonly string[] {
  const list = 'creditctl config list';
  if (profileNameProblem(name) !== undefined) return [list];
  const sandboxWay = `Create it for an embedded ledger: creditctl config set kind sandbox --profile ${name}`;
  // The name is reserved.
  if (name === sandboxName) return [list, sandboxWay];
  return [list, `Create it for Orb: creditctl config set kind orb --profile ${name}`, sandboxWay];
}

/**
 * Opens nothing. Throws a `usage` error for a profile, URL or flag that is not valid, and a `credentials` error if
 * another user could have changed the key or the host that receives it.
 */
export function connectionInUse(inputs: Omit<ConnectionInputs, 'keptKey'>): ConnectionChoice {
  const { folders } = inputs;
  const keptKey = (profile: string) => readKeptKey(folders.config, profile);
  const choice = chooseConnection({ ...inputs, keptKey });
  // The embedded ledger needs no key and moves no money.
  if (choice.kind === 'sandbox') return choice;
  checkOwn(configPath(folders.config));
  if (choice.key?.source === 'key file') checkOwn(credentialsPath(folders.config));
  return choice;
}

/** A user who can write the configuration can send the key to any host, and make this program run any command. */
function checkOwn(file: string): void {
  const exposure = exposureOf(file);
  if (exposure === undefined) return;
  const { place, found, remedy } = exposure;
  throw notApplied('credentials', `${place} ${found}, so ${file} is not used`, [
    `Check the contents of ${file}, then run: ${remedy}`,
  ]);
}

/** The error for a connection without its key. */
export function noCredentials(profile: string): CreditctlError {
  return notApplied('credentials', `There is no API key for the profile "${profile}"; nothing was done`, [
    'Set ORB_API_KEY, or run: creditctl auth login',
    'Or add --sandbox to use the embedded ledger, which needs no account',
  ]);
}

/** The profile, its kind, and the host or database file. */
export interface Target {
  readonly profile: string;
  readonly kind: 'live' | 'test' | 'sandbox';
  readonly host: string;
}

export function targetOf(choice: ConnectionChoice): Target {
  if (choice.kind === 'sandbox') return { profile: choice.profile, kind: 'sandbox', host: choice.db };
  return { profile: choice.profile, kind: choice.mode, host: new URL(choice.baseUrl).host };
}
