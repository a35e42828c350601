// The secrets that are at hand: in the environment and in the key file, also those that this run does not use.
import type { KnownSecrets } from '../platform/secrets.ts';
import { keysInFile } from './credentials-file.ts';
import { type Environment, type Folders, variable } from './environment.ts';

const keyVariables = ['ORB_API_KEY', 'CREDITCTL_SANDBOX_KEY', 'ORB_WEBHOOK_SECRET'];
const proxyVariables = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY'];

/** A person may have put any of them in the wrong place. Throws nothing: a file that cannot be read tells no secret. */
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

/** What stands before the host, and the values of a query. */
function secretsInUrl(text: string): readonly string[] {
  const url = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(url)) return [];
  const { username, password, searchParams } = new URL(url);
  const pair = `${decoded(username)}:${decoded(password)}`;
  const login = password === '' ? [username, decoded(username)] : [password, decoded(password), pair];
  return [...login, ...searchParams.values()].filter((secret) => secret !== '');
}

/** The role before it is no secret: the record's name shows it. */
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
