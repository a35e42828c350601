// Reads the configuration file, without loading the library that writes it.
import path from 'node:path';
import { CreditctlError } from '../errors.ts';
import { readOwnFile } from '../platform/own-file.ts';
import { type Config, isSettingName, type Profile, profileNameProblem, settingProblem } from './settings.ts';

/** The file's name in the configuration folder, shared with `config-store.ts`. */
export const configName = 'config';

/** Where the JSON Schemas of this program's documents are published; each `$id` begins with it. */
export const schemaPlace = 'https://raw.githubusercontent.com/creditctl/creditctl/main/docs/schema';

export const configPath = (folder: string): string => path.join(folder, `${configName}.json`);

/** The configuration in a folder; empty where there is no file. Throws a `usage` error that names file and field. */
export function readConfig(folder: string): Config {
  const file = configPath(folder);
  const text = readIfThere(file);
  if (text === undefined) return { profiles: {} };
  let document: unknown;
  try {
    // Also without the byte order mark that editors of Windows put in front.
    document = JSON.parse(text.trim());
  } catch (error) {
    throw broken(file, 'is not JSON', error);
  }
  const repeated = repeatedName(text, document);
  if (repeated !== undefined) throw broken(file, `has "${repeated}" twice in one object`);
  return checkedConfig(document, file);
}

const jsonTexts = /("(?:[^"\\]|\\.)*")\s*(:)?/g;

/** A name that one object has twice: the parser keeps the last one alone, and a rule would be lost unsaid. */
function repeatedName(text: string, document: unknown): string | undefined {
  const written = [...text.matchAll(jsonTexts)].flatMap(([, name = '', colon]) =>
    colon === undefined ? [] : [String(JSON.parse(name))],
  );
  for (const name of namesIn(document)) written.splice(written.indexOf(name), 1);
  // What the object of the first one held is lost, too, and comes before the second one.
  return written.at(-1);
}

/** Every name in every object of a JSON document, at any depth. */
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
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw broken(file, `cannot be read (${code})`, error);
  }
}

function checkedConfig(document: unknown, file: string): Config {
  if (!isRecord(document)) throw broken(file, 'must hold one JSON object');
  const { $schema: _place, current, profiles = {}, ...others } = document;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw broken(file, `has an unknown name "${unknown}"; settings belong below "profiles"`);
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
    if (!isSettingName(setting)) throw broken(file, `has an unknown setting profiles.${name}.${setting}`);
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
