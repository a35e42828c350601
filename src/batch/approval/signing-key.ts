// Finds the SSH key for signing: the file from `--key`, else git's signing key.
import { existsSync } from 'node:fs';
import { usageErrorAt } from '../../errors.ts';
import { expandHome } from '../../profiles/environment.ts';
import type { Runtime } from '../../runtime/runtime.ts';

export interface SigningFlags {
  /** File of a private key, or of a public key whose private key an SSH agent holds. */
  readonly key?: string;
}

/** Throws a `usage` error if no key is named or its file does not exist. */
export async function signingKey({ key }: SigningFlags, runtime: Runtime): Promise<string> {
  if (key !== undefined) return existing(key, '--key', runtime);
  const said = await gitSigningKey(runtime);
  if (said === '')
    throw usageErrorAt('--key', "is missing: name an SSH key, or set git's user.signingkey to one");
  if (/^(?:key::|ssh-|ecdsa-|sk-)/.test(said))
    throw usageErrorAt('--key', "is missing: git's user.signingkey holds a key and names no file");
  return existing(said, "git's user.signingkey", runtime);
}

async function gitSigningKey({ system, env, interruption }: Runtime): Promise<string> {
  const args = ['config', '--get', '--type=path', 'user.signingkey'];
  const call = { program: 'git', args, env, isAttended: false, signal: interruption };
  const { how, stdout } = await system.runProgram(call);
  return how === 0 ? stdout.trim() : '';
}

function existing(named: string, where: string, { folders, secrets }: Runtime): string {
  const file = expandHome(named, folders.home);
  if (existsSync(file)) return file;
  throw usageErrorAt(where, `names no file: ${secrets.mask(named)}; use --key <file>`);
}
