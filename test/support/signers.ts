// SSH keys of made-up persons, and the files that say who may sign: made by the real ssh-keygen.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { creditctl } from './command.ts';
import { freshHome, homeAfter } from './run.ts';

/** Whether this machine can sign; without the OpenSSH client the tests that sign are left out. */
export const canSign = spawnSync('ssh-keygen', ['-?']).error === undefined;

const folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-keys-'));
const made = new Map<string, string>();

/** The file of a private key, made when it is first asked for. */
export function keyOf(name: string, passphrase = ''): string {
  const known = made.get(name);
  if (known !== undefined) return known;
  const file = path.join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', '', '-f', file]);
  made.set(name, file);
  return file;
}

/** A line of a signers file. @param options such as `valid-before="20200101"` */
export const signerLine = (names: string, key: string, options = ''): string =>
  `${names} ${options === '' ? '' : `${options} `}${readFileSync(`${keyOf(key)}.pub`, 'utf8').trim()}\n`;

/** Ann and Bob may sign. */
export const annAndBob = (): string => signerLine('ann', 'ann') + signerLine('bob', 'bob');

/** A home whose profile `p` asks for two signatures above 1000 credits, and a plan of 1100 in `x.plan`. */
export async function homeToSign(
  signers = annAndBob(),
  rules: Readonly<Record<string, string>> = {},
): Promise<string> {
  const home = await homeAfter(JSON.stringify([signers, rules]), () => makeHomeToSign(signers, rules));
  // The profile names the file of signers by its whole path.
  const config = path.join(home, '.config', 'creditctl', 'config.json');
  const text = readFileSync(config, 'utf8').replace(/"[^"]*\/signers"/, JSON.stringify(`${home}/signers`));
  writeFileSync(config, text);
  return home;
}

async function makeHomeToSign(signers: string, rules: Readonly<Record<string, string>>): Promise<string> {
  const home = freshHome();
  writeFileSync(path.join(home, 'signers'), signers, { mode: 0o644 });
  await creditctl('config set kind sandbox --profile p', { home });
  const all = { 'approval.signers': path.join(home, 'signers'), 'approval.from': '1000', ...rules };
  for (const [name, value] of Object.entries(all)) {
    const set = await creditctl(`config set policy.${name} ${value} --profile p`, { home });
    if (set.code !== 0) throw new Error(set.stderr);
  }
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,600\nglobex,500\n');
  const plan = await creditctl(`batch plan ${home}/x.csv --out ${home}/x.plan --profile p`, { home });
  if (plan.code !== 0) throw new Error(plan.stderr);
  return home;
}

/** By key, namespace and bytes: a key of this kind signs the same bytes the same way each time. */
const signatures = new Map<string, string>();

/** A signature over a file by nothing but ssh-keygen itself. */
export function signatureOf(file: string, key: string, namespace = 'creditctl'): string {
  const input = readFileSync(file, 'utf8');
  const what = JSON.stringify([key, namespace, input]);
  const made = signatures.get(what) ?? sign(input, key, namespace);
  signatures.set(what, made);
  return made;
}

const sign = (input: string, key: string, namespace: string): string =>
  execFileSync('ssh-keygen', ['-Y', 'sign', '-f', keyOf(key), '-n', namespace], {
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
