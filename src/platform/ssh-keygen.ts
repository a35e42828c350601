// Makes and checks SSH signatures over any bytes, with OpenSSH's program ssh-keygen.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { notApplied } from '../errors.ts';
import type { ProgramCall, ProgramEnd, RunProgram } from './program.ts';

/** The purpose of a signature; a signature for another purpose is not valid. */
const namespace = 'creditctl';

export interface SshContext {
  readonly runProgram: RunProgram;
  readonly env: ProgramCall['env'];
  readonly signal: AbortSignal;
  readonly isAttended: boolean;
}

/** Bytes that can be read several times. */
export type SignedBytes = () => AsyncIterable<Uint8Array>;

/** The signer, according to a signers file. */
export interface Signer {
  /** Every name that the file gives to the key; messages show the first. */
  readonly principals: readonly string[];
  /** `SHA256:…` of the key. */
  readonly fingerprint: string;
}

/**
 * Signs with a private key, or through an agent with a public one. Without a person, ssh-keygen asks for no passphrase.
 * Throws a `refused` error with the reason.
 */
export async function signBytes(bytes: SignedBytes, key: string, context: SshContext): Promise<string> {
  // -q: without the line that it signs stdin.
  const args = ['-q', '-Y', 'sign', '-f', key, '-n', namespace];
  const { how, stdout, stderr } = await keygen(args, { ...context, input: bytes() });
  if (how === 0 && stdout.startsWith(firstLine)) return `${stdout.trim()}\n`;
  const isLocked = /passphrase/i.test(stderr);
  throw notApplied(
    'refused',
    isLocked
      ? `The key ${key} needs a passphrase, and there is no person to ask for it`
      : `ssh-keygen cannot sign with ${key}${lastLine(stderr)}`,
    isLocked ? ['Add the key to an agent: ssh-add <key>'] : ['Name another key: --key <file>'],
  );
}

/** The first line of a signature. */
export const firstLine = '-----BEGIN SSH SIGNATURE-----';
export const finalLine = '-----END SSH SIGNATURE-----';

/** `SHA256:…` of the key that made a signature; `undefined` if the signature is invalid or for other bytes. */
export async function fingerprintOf(
  signature: string,
  bytes: SignedBytes,
  context: SshContext,
): Promise<string | undefined> {
  return inFolder(async (file) => {
    const args = ['-Y', 'check-novalidate', '-n', namespace, '-s', file('signature', signature)];
    const end = await keygen(args, { ...context, isAttended: false, input: bytes() });
    return end.how === 0 ? fingerprintIn(end.stdout) : undefined;
  });
}

/** The last one, because the name of a signer may come before it. */
const fingerprintIn = (text: string): string | undefined => /.* key (SHA256:[A-Za-z0-9+/=]+)/.exec(text)?.[1];

/**
 * The signer of exactly these bytes, or why the signature is not valid, as the end of a sentence.
 * @param signers the text of an allowed_signers file
 */
export async function signerOf(
  { signature, signers }: { readonly signature: string; readonly signers: string },
  bytes: SignedBytes,
  context: SshContext,
): Promise<Signer | { readonly problem: string }> {
  return inFolder(async (file) => {
    const files = ['-s', file('signature', signature), '-f', file('signers', signers)];
    const quiet = { ...context, isAttended: false };
    const found = await keygen(['-Y', 'find-principals', ...files], quiet);
    const principals = found.how === 0 ? found.stdout.split('\n').filter((line) => line !== '') : [];
    const [principal] = principals;
    let problem = whyUnknown(found.stderr);
    if (principal !== undefined) {
      const verify = ['-Y', 'verify', '-n', namespace, '-I', principal, ...files];
      const verified = await keygen(verify, { ...quiet, input: bytes() });
      const fingerprint = verified.how === 0 ? fingerprintIn(verified.stdout) : undefined;
      if (fingerprint !== undefined) return { principals, fingerprint };
      problem = `of ${principal} does not hold${lastLine(verified.stderr)}`;
    }
    // Only now, because each start of the program takes time.
    const fingerprint = await fingerprintOf(signature, bytes, context);
    if (fingerprint === undefined) return { problem: 'is not for this plan, or is damaged' };
    return { problem: principal === undefined ? `is of the key ${fingerprint}, ${problem}` : problem };
  });
}

function whyUnknown(stderr: string): string {
  if (/key has expired/.test(stderr)) return 'whose time in the signers file is over';
  if (/not yet valid/.test(stderr)) return 'whose time in the signers file has not begun';
  return 'which is not in the signers file';
}

async function keygen(
  args: readonly string[],
  { runProgram, env, ...call }: SshContext & Pick<ProgramCall, 'input'>,
): Promise<ProgramEnd> {
  // Without a person, an agent or a desktop must not open a window either.
  const quiet = call.isAttended ? {} : { SSH_ASKPASS_REQUIRE: 'never' };
  const end = await runProgram({
    program: 'ssh-keygen',
    args,
    env: { ...env, ...quiet, LC_ALL: 'C' },
    ...call,
  });
  if (end.how !== 'missing') return end;
  throw notApplied('refused', 'ssh-keygen is not installed, and signatures need it', [
    'Install the OpenSSH client, version 8.9 or later',
  ]);
}

const lastLine = (stderr: string): string => {
  const line = stderr.trim().split('\n').at(-1) ?? '';
  return line === '' ? '' : `: ${line}`;
};

/** Gives `use` files that only this user can read, and removes them afterwards. */
async function inFolder<Result>(
  use: (file: (name: string, text: string) => string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-sign-'));
  try {
    return await use((name, text) => {
      const file = path.join(folder, name);
      writeFileSync(file, text, { mode: 0o600 });
      return file;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
