// Runs shell text as a reader would: the built program on the path, in a fresh home in which the examples can work.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './documents.ts';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Whether a program is on the path of this machine. */
export const isInstalled = (name: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status === 0;

/** Machines without bash have a shell that cannot see a failure inside a pipe, and everything else. */
const shell: readonly [string, ...string[]] = isInstalled('bash')
  ? ['bash', '-eu', '-o', 'pipefail', '-c']
  : ['sh', '-eu', '-c'];

/** A home folder to copy, with a file with a key, one with grants, and one with what was granted. */
export class PreparedHome {
  readonly #folder = mkdtempSync(path.join(os.tmpdir(), 'creditctl-docs-test-'));
  #ids: Readonly<Record<'BLOCK' | 'TOP_UP' | 'ALERT' | 'INVOICE', string>> = {
    BLOCK: '',
    TOP_UP: '',
    ALERT: '',
    INVOICE: '',
  };
  #copies = 0;

  constructor() {
    const bin = path.join(this.#folder, 'bin');
    const home = path.join(this.#folder, 'prepared');
    mkdirSync(bin);
    mkdirSync(home);
    const start = `#!/bin/sh\nexec '${process.execPath}' '${path.join(root, 'bin', 'creditctl.cjs')}' "$@"\n`;
    writeFileSync(path.join(bin, 'creditctl'), start);
    chmodSync(path.join(bin, 'creditctl'), 0o755);
    writeFileSync(path.join(home, 'key'), 'a-key-of-nobody\n');
    writeFileSync(path.join(home, 'grants.csv'), 'external_customer_id,amount,expires\nacme,25,+30d\n');
    writeFileSync(path.join(home, 'granted.csv'), 'external_customer_id,amount\nacme,100\n');
    symlinkSync(path.join(root, 'node_modules'), path.join(home, 'node_modules'));
  }

  /** Gives `acme` a block of 100 credits for a year, makes a profile `demo`, and one of all else that has an id. */
  async prepare(): Promise<void> {
    const { code, stdout, stderr } = await this.#shell(
      'creditctl config set kind sandbox --profile demo\n' +
        'creditctl ledger add acme --amount 100 --expires +1y --description "Trial credits" --sandbox --yes --json credit_block.id\n' +
        // Of another customer, so that acme is as new as the recipes say.
        'creditctl topups create globex --threshold 0 --amount 1 --cost-basis 0 --net-terms 0 --sandbox --yes --json id\n' +
        'creditctl alerts create globex --type depleted --sandbox --yes --json id\n' +
        'creditctl ledger add initech --amount 10 --cost-basis 20 --invoice-net-terms 30 --sandbox --yes --jq ".created_invoices[0] | {id}"',
      path.join(this.#folder, 'prepared'),
    );
    if (code !== 0) throw new Error(stderr);
    const [block = '', topUp = '', alert = '', invoice = ''] = stdout.match(/(?<="id": ")\w+/g) ?? [];
    this.#ids = { BLOCK: block, TOP_UP: topUp, ALERT: alert, INVOICE: invoice };
  }

  /** Runs shell text in a copy of the prepared home. @param files what else lies in the folder, by name */
  async run(text: string, files: Readonly<Record<string, string>> = {}): Promise<Ran> {
    this.#copies += 1;
    const home = path.join(this.#folder, `home-${this.#copies}`);
    cpSync(path.join(this.#folder, 'prepared'), home, { recursive: true, verbatimSymlinks: true });
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(home, name), content);
    return this.#shell(text, home);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #shell(text: string, home: string): Promise<Ran> {
    const env = {
      HOME: home,
      XDG_CACHE_HOME: path.join(os.tmpdir(), 'cache'),
      PATH: `${path.join(this.#folder, 'bin')}:${process.env.PATH ?? ''}`,
      ...this.#ids,
      KEY_FILE: path.join(home, 'key'),
    };
    const [program, ...options] = shell;
    const child = spawn(program, [...options, text], { cwd: home, env });
    child.stdin.end();
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      stdout += piece;
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      stderr += piece;
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
  }
}
