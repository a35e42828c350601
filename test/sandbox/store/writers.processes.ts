// Several processes at one database, and processes that are killed: what was acknowledged stays, once.
import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSandbox } from '../../../src/sandbox/sandbox.ts';
import { temporaryFolder } from '../sandbox-at.ts';
import { bundleProgram, ended, type Program } from './child-process.ts';

let program: Program;
beforeAll(async () => {
  program = await bundleProgram('writer');
});
afterAll(() => program.remove());

interface Line {
  readonly ledger_sequence_number: number;
  readonly starting_balance: number;
  readonly ending_balance: number;
}

/** The whole ledger of acme, oldest first. */
async function ledgerIn(path: string): Promise<Line[]> {
  const sandbox = await openSandbox({ path, now: Date.now, randomBytes });
  const answer = await sandbox.exchange({
    method: 'GET',
    path: '/customers/external_customer_id/acme/credits/ledger',
    query: [['limit', '1000']],
    headers: {},
  });
  sandbox.close();
  return JSON.parse(answer.body).data.reverse();
}

function checkChain(entries: readonly Line[]): void {
  let balance = 0;
  for (const [index, entry] of entries.entries()) {
    expect(entry).toMatchObject({ ledger_sequence_number: index + 1, starting_balance: balance });
    balance = entry.ending_balance;
  }
}

test('five processes create one database and write it together', async () => {
  const path = join(temporaryFolder(), 'new', 'folder', 'shared.db');
  const runs = await Promise.all(Array.from({ length: 5 }, () => ended(program.start(path, 60))));
  expect(runs.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(Array(5).fill('0 '));
  const lines = runs.flatMap(({ stdout }) => stdout.trim().split('\n'));
  expect(lines.filter((line) => line === 'created')).toHaveLength(1);
  const sequences = lines.flatMap((line) => (/^\d+$/.test(line) ? [Number(line)] : []));
  expect(sequences.sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  const entries = await ledgerIn(path);
  expect(entries).toHaveLength(300);
  checkChain(entries);
  expect(entries.at(-1)?.ending_balance).toBe(5 * 20);
}, 30_000);

test('a process killed while it writes loses nothing that it had acknowledged', async () => {
  const path = join(temporaryFolder(), 'killed.db');
  let acknowledged = 0;
  for (const after of [1, 7, 20, 33, 50]) {
    const child = program.start(path, 100_000);
    let seen = 0;
    await ended(child, (line) => {
      acknowledged = Number(line);
      seen += 1;
      if (seen === after) child.kill('SIGKILL');
    });
    expect(seen).toBeGreaterThanOrEqual(after);
    const entries = await ledgerIn(path);
    // At most the entry under way may be there without its acknowledgement.
    expect(entries.length - acknowledged).toBeGreaterThanOrEqual(0);
    expect(entries.length - acknowledged).toBeLessThanOrEqual(1);
    checkChain(entries);
  }
}, 30_000);

const isRoot = process.getuid?.() === 0;

test('without permission the file is named, and so is the way out', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'private.db');
  (await openSandbox({ path, now: Date.now, randomBytes })).close();
  const stranger = isRoot ? 65_534 : undefined;
  chmodSync(folder, isRoot ? 0o700 : 0o000);
  const run = await ended(program.start(path, 1, stranger));
  expect(run).toMatchObject({ code: 1, stdout: '' });
  expect(run.stderr).toContain(`CreditctlError: There is no permission to open the sandbox database ${path}`);
  chmodSync(folder, 0o755);
  chmodSync(path, 0o444);
  const reader = await ended(program.start(path, 1, stranger));
  expect(reader).toMatchObject({ code: 1, stdout: '' });
  // Whether such a file can be opened depends on the engine: libsql refuses it, Node's own opens it and cannot write.
  expect(reader.stderr).toMatch(
    new RegExp(`CreditctlError: .*sandbox database ${path}.*\\. (Check|Make) .*\\.`),
  );
  chmodSync(folder, 0o700);
});
