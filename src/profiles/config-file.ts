// Reads the configuration and key files without the library that writes them, and lists all known secrets.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { CreditctlError } from '../errors.ts';
import { guessOf } from '../nearest.ts';
import { readOwnFile } from '../platform/own-file.ts';
import type { KnownSecrets } from '../platform/secrets.ts';
import { type Environment, type Folders, variable } from './environment.ts';
import {
  type Config,
  isSettingName,
  type Profile,
  profileNameProblem,
  settingNames,
  settingProblem,
} from './settings.ts';

/** The file's name in the configuration folder, shared with `config-store.ts`. */
export const configName = 'config';

/** The address of the published JSON Schemas; each `$id` begins with it. */
export const schemaPlace = 'https://raw.githubusercontent.com/creditctl/creditctl/main/docs/schema';

export const configPath = (folder: string): string => path.join(folder, `${configName}.json`);

/** The configuration in a folder; empty without a file. Throws a `usage` error that names file and field. */
export function readConfig(folder: string): Config {
  const file = configPath(folder);
  const text = readIfThere(file);
  if (text === undefined) return { profiles: {} };
  let document: unknown;
  try {
    // Windows editors may put a byte order mark first; `trim` removes it.
    document = JSON.parse(text.trim());
  } catch (error) {
    throw broken(file, 'is not JSON', error);
  }
  const repeated = repeatedName(text, document);
  if (repeated !== undefined) throw broken(file, `has "${repeated}" twice in one object`);
  return checkedConfig(document, file);
}

const jsonTexts = /("(?:[^"\\]|\\.)*")\s*(:)?/g;

/** A name that one object has twice: the parser keeps only the last value, so a policy rule could vanish silently. */
function repeatedName(text: string, document: unknown): string | undefined {
  const written = [...text.matchAll(jsonTexts)].flatMap(([, name = '', colon]) =>
    colon === undefined ? [] : [String(JSON.parse(name))],
  );
  for (const name of namesIn(document)) written.splice(written.indexOf(name), 1);
  // The names inside the lost value are left over, too, but they come before the second use of the repeated name.
  return written.at(-1);
}

/** The names in every object of a JSON document, at any depth. */
function namesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.values(value).flatMap(namesIn);
  return Array.isArray(value) ? below : [...Object.keys(value), ...below];
}

function readIfThere(file: string): string | undefined {
  try {
    return readOwnFile(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // A file in the place of the folder would make every policy rule vanish silently.
    if (code === 'ENOTDIR' && existsSync(path.dirname(file)))
      throw broken(file, `cannot be read: ${path.dirname(file)} is not a folder`, error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw broken(file, `cannot be read (${code})`, error);
  }
}

function checkedConfig(document: unknown, file: string): Config {
  if (!isRecord(document)) throw broken(file, 'must hold one JSON object');
  const { $schema: _place, current, profiles = {}, ...others } = document;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    const guess = guessOf(unknown, ['current', 'profiles']) || '; settings belong below "profiles"';
    throw broken(file, `has an unknown name "${unknown}"${guess}`);
  }
  if (current !== undefined && typeof current !== 'string')
    throw broken(file, 'has a "current" that is not text');
  if (!isRecord(profiles)) throw broken(file, 'has "profiles" that are not an object');
  const checked = Object.entries(profiles).map(([name, profile]) => [
    name,
    checkedProfile(name, profile, file),
  ]);
  return { ...(current === undefined ? {} : { current }), profiles: Object.fromEntries(checked) };
}

function checkedProfile(name: string, profile: unknown, file: string): Profile {
  const nameProblem = profileNameProblem(name);
  if (nameProblem !== undefined) throw broken(file, `has a profile whose name ${nameProblem}`);
  if (!isRecord(profile)) throw broken(file, `has a profile "${name}" that is not an object`);
  for (const [setting, value] of Object.entries(profile)) {
    if (!isSettingName(setting)) {
      const guess = guessOf(setting, settingNames);
      throw broken(file, `has an unknown setting profiles.${name}.${setting}${guess}`);
    }
    const problem = settingProblem(setting, value);
    if (problem !== undefined)
      throw broken(file, `has a setting profiles.${name}.${setting} that ${problem}`);
  }
  return profile as Profile;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function broken(file: string, problem: string, cause?: unknown): CreditctlError {
  return new CreditctlError('usage', `The configuration file ${file} ${problem}`, {
    cause,
    next: ['Fix or remove that file', 'Or name another folder in CREDITCTL_CONFIG_DIR'],
  });
}

const keyVariables = ['ORB_API_KEY', 'CREDITCTL_SANDBOX_KEY', 'ORB_WEBHOOK_SECRET'];
const proxyVariables = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];

/** Every secret that a person may have put in the wrong place. Throws nothing: an unreadable file reveals no secret. */
export function knownSecrets(env: Environment, folders: Folders): KnownSecrets {
  const urls = ['ORB_BASE_URL', ...proxyVariables, ...proxyVariables.map((name) => name.toLowerCase())];
  return {
    keys: [...keyVariables.flatMap((name) => variable(env, name) ?? []), ...keptKeys(folders)],
    passwords: [
      ...urls.flatMap((name) => secretsInUrl(variable(env, name) ?? '')),
      ...passwordInUrl(variable(env, 'CREDITCTL_RECORD') ?? ''),
      ...[variable(env, 'PGPASSWORD') ?? []].flat(),
    ],
  };
}

function keptKeys(folders: Folders): readonly string[] {
  try {
    return keysInFile(folders.config);
  } catch {
    return [];
  }
}

/** The user name and password before the host, and the values of the query. */
function secretsInUrl(text: string): readonly string[] {
  const url = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(url)) return [];
  const { username, password, searchParams } = new URL(url);
  const pair = `${decoded(username)}:${decoded(password)}`;
  const login = password === '' ? [username, decoded(username)] : [password, decoded(password), pair];
  return [...login, ...searchParams.values()].filter((secret) => secret !== '');
}

/** The role in a record's URL is no secret: the record's name shows it. */
function passwordInUrl(text: string): readonly string[] {
  const { password = '' } = URL.canParse(text) ? new URL(text) : {};
  return password === '' ? [] : [password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The file's name in the configuration folder. */
export const credentialsName = 'credentials';

export const credentialsPath = (folder: string): string => path.join(folder, `${credentialsName}.json`);

/** Where the key of a profile is stored; in the keychain, under the name of an account. */
export type KeptKey =
  | { readonly source: 'key file'; readonly value: string }
  | { readonly source: 'keychain'; readonly account: string };

/** The profiles with a stored key. Throws a `credentials` error as `readKeptKey` does. */
export const keptProfiles = (folder: string): readonly string[] => Object.keys(readKeys(folder) ?? {});

/** The keys in the file itself. Throws as `readKeptKey` does. */
const keysInFile = (folder: string): readonly string[] =>
  Object.values(readKeys(folder) ?? {}).flatMap((kept) => (typeof kept === 'string' ? [kept.trim()] : []));

/** The name under which the password of a profile's record is stored: no profile can have a name with spaces. */
export const nameOfRecord = (profile: string): string => `record of ${profile}`;

/** Where the profile's key is stored, if anywhere. Throws a `credentials` error if the key file is unusable. */
export function readKeptKey(folder: string, profile: string): KeptKey | undefined {
  const kept = readKept(folder, profile);
  return kept?.source === 'key file' ? { ...kept, value: kept.value.trim() } : kept;
}

/** Where a secret is stored, without trimming its value. @param name a profile, or the result of `nameOfRecord` */
export function readKept(folder: string, name: string): KeptKey | undefined {
  const keys = readKeys(folder);
  const kept = keys !== undefined && Object.hasOwn(keys, name) ? keys[name] : undefined;
  if (kept === undefined) return undefined;
  if (typeof kept === 'string') return { source: 'key file', value: kept };
  // Stored as a note, so that only profiles with a key there ask the keychain: it may be slow, or prompt a person.
  if (isRecord(kept) && typeof kept.keychain === 'string')
    return { source: 'keychain', account: kept.keychain };
  throw noUse(credentialsPath(folder), `has a key for the profile "${name}" that is not text`);
}

function readKeys(folder: string): Record<string, unknown> | undefined {
  const file = credentialsPath(folder);
  let keys: unknown;
  try {
    // Windows editors may put a byte order mark first; `trim` removes it.
    keys = JSON.parse(readOwnFile(file).trim());
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    // Without a cause: the message of a JSON parser can quote the key in the file.
    throw noUse(file, `cannot be read (${code ?? 'it is not JSON'})`);
  }
  if (!isRecord(keys)) throw noUse(file, 'must hold one JSON object');
  return keys;
}

function noUse(file: string, problem: string): CreditctlError {
  return new CreditctlError('credentials', `The key file ${file} ${problem}`, {
    next: ['Remove that file and run: creditctl auth login', 'Or set ORB_API_KEY'],
  });
}

/** The problem with a key, without showing the key; `undefined` if a header can hold it. */
export function keyProblem(key: string): string | undefined {
  if (key === '') return 'is empty';
  return /^[\x21-\x7e]{1,1024}$/.test(key)
    ? undefined
    : 'contains spaces or characters that an API key cannot have';
}

/** The problem with a password, without showing the password; `undefined` if it is valid. */
export function passwordProblem(password: string): string | undefined {
  if (password === '') return 'is empty';
  if (/[\n\r\0]/.test(password)) return 'has more than one line';
  return password.length > 1024 ? 'is longer than 1,024 characters' : undefined;
}
