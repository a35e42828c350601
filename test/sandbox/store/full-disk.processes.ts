// No room, and no permission to write: one sentence, nothing half written, and the ledger whole afterwards.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/database/driver.ts';
import { openSandbox, type Sandbox, serveSandbox } from '../../../src/sandbox/sandbox.ts';
import { sandboxNaming } from '../../../src/sandbox/store/open.ts';
import { cleanEnvironment, program, start } from '../../support/built-program.ts';
import { acme, temporaryFolder } from '../sandbox-at.ts';
import { bundleProgram, ended, type Program } from './child-process.ts';

let server: Program;
let writer: Program;
beforeAll(async () => {
  server = await bundleProgram('server');
  writer = await bundleProgram('writer');
});
afterAll(() => {
  server.remove();
  writer.remove();
});

const open = (path: string) => openSandbox({ path, now: Date.now, randomBytes });
const entries = `${acme}/credits/ledger_entry`;

/** Adds one entry over HTTP; its text takes room. */
async function add(
  baseUrl: string,
  name: string,
): Promise<{ status: number; json: { type: string; detail: string } }> {
  const response = await fetch(`${baseUrl}${entries}`, {
    method: 'POST',
    headers: { authorization: 'Bearer k', 'idempotency-key': name },
    body: JSON.stringify({ entry_type: 'increment', amount: 1, description: `${name} ${'x'.repeat(3000)}` }),
  });
  return { status: response.status, json: (await response.json()) as { type: string; detail: string } };
}

/** Adds entries, several at a time, until one is refused; the names of those that were acknowledged, and the refusals. */
async function fill(baseUrl: string) {
  const acknowledged: string[] = [];
  for (let round = 0; round < 500; round += 1) {
    const names = Array.from({ length: 8 }, (_, index) => `n-${round}-${index}`);
    const answers = await Promise.all(names.map((name) => add(baseUrl, name)));
    acknowledged.push(...names.filter((_, index) => answers[index]?.status === 201));
    const refused = answers.filter(({ status }) => status !== 201);
    if (refused.length > 0) return { acknowledged, refused };
  }
  throw new Error('the disk was never full');
}

/** The names of the entries in a ledger whose books balance. */
async function namesIn(sandbox: Sandbox): Promise<string[]> {
  expect(sandbox.operations().status().problems).toEqual([]);
  const query = [['limit', '1000']] as const;
  const request = { method: 'GET', path: `${acme}/credits/ledger`, query, headers: {} } as const;
  const { data } = JSON.parse((await sandbox.exchange(request)).body);
  return data.map(({ description }: { description: string }) => description.split(' ')[0]).reverse();
}

function expectFull(refused: readonly Awaited<ReturnType<typeof add>>[], path: string): void {
  for (const { status, json } of refused) {
    expect({ status, json }).toMatchObject({
      status: 500,
      json: {
        type: 'https://docs.withorb.com/reference/error-responses#500-internal-server-error',
        detail: `There is no room left for the sandbox database ${path}. Free some space on its disk and run the command again.`,
      },
    });
  }
}

test('a database that may not grow answers 500, keeps what it acknowledged, and goes on once it may', async () => {
  const path = join(temporaryFolder(), 'sandbox.db');
  const sandbox = await open(path);
  onTestFinished(() => sandbox.close());
  const { baseUrl, close } = await serveSandbox(sandbox, { port: 0, apiKey: 'k' });
  onTestFinished(close);
  sandbox.database.exec('PRAGMA max_page_count=120');
  const { acknowledged, refused } = await fill(baseUrl);
  expectFull(refused, path);
  expect(acknowledged.length).toBeGreaterThan(10);
  expect((await namesIn(sandbox)).sort()).toEqual([...acknowledged].sort());
  // A refusal is not remembered under its key.
  sandbox.database.exec('PRAGMA max_page_count=1000000');
  expect(await add(baseUrl, 'later')).toMatchObject({ status: 201 });
  expect(await namesIn(sandbox)).toHaveLength(acknowledged.length + 1);
});

/** A file system of its own that is soon full; undefined where none may be mounted. */
function tinyDisk(): string | undefined {
  const folder = join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
  if (status !== 0) return undefined;
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder]);
  });
  return folder;
}

test('a disk that is really full', async ({ skip }) => {
  const disk = tinyDisk();
  if (disk === undefined) return skip('no file system may be mounted here');
  const path = join(disk, 'sandbox.db');
  const child = server.start(path, 0);
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const baseUrl = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (text: Buffer) => resolve(String(text).trim())),
  );
  const ballast = join(disk, 'ballast');
  writeFileSync(ballast, Buffer.alloc(200_000));
  const { acknowledged, refused } = await fill(baseUrl);
  expectFull(refused, path);
  expect(acknowledged.length).toBeGreaterThan(0);
  rmSync(ballast);
  expect(await add(baseUrl, 'later')).toMatchObject({ status: 201 });
  child.kill('SIGKILL');
  const sandbox = await open(path);
  expect((await namesIn(sandbox)).sort()).toEqual([...acknowledged, 'later'].sort());
  sandbox.close();
});

/** Adds an entry by the program itself, which may make no file larger than so many KiB. */
async function addUnderLimit(home: string, path: string, kibibytes: number) {
  const line = `ulimit -f ${kibibytes}; exec "$0" "$@"`;
  const words = ['ledger', 'add', 'acme', '--amount', '1', '--yes', '--sandbox', '--db', path, '-o', 'json'];
  const env = cleanEnvironment(home);
  const run = await start('bash', ['-c', line, process.execPath, program, ...words], env).ended;
  return { ...run, error: JSON.parse(run.stderr.trim().split('\n').at(-1) ?? '').error };
}

test.each([
  { kibibytes: 3, step: 'is opened', kind: { code: 'failure', exit_code: 1, applied: 'no' } },
  { kibibytes: 40, step: 'commits', kind: { code: 'outcome-unknown', exit_code: 11, applied: 'unknown' } },
])('a disk that fails while the database $step is one sentence, and the next run makes it good', async ({
  kibibytes,
  kind,
}) => {
  const home = temporaryFolder();
  const original = join(home, 'original.db');
  (await open(original)).close();
  // A file alone, without the log that an open connection keeps beside it.
  const path = join(home, 'sandbox.db');
  const database = await openDatabase(original);
  database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
  database.close();
  copyFileSync(original, path);
  const { error, stdout, code } = await addUnderLimit(home, path, kibibytes);
  expect({ stdout, code }).toEqual({ stdout: '', code: kind.exit_code });
  expect(error).toMatchObject({ ...kind, retry_safe: true });
  // The record of the write comes first where its file is the larger one.
  expect(error.message).toMatch(
    /^The disk failed while the (sandbox database|record) \/.* was read or written\. Check/,
  );
  const sandbox = await open(path);
  expect(await namesIn(sandbox)).toEqual([]);
  expect((await addUnderLimit(home, path, 10_000)).code).toBe(0);
  expect(sandbox.operations().status()).toMatchObject({ entries: 1, problems: [] });
  sandbox.close();
});

test('a command on a full disk fails, and says that nothing was applied', async ({ skip }) => {
  const disk = tinyDisk();
  if (disk === undefined) return skip('no file system may be mounted here');
  const path = join(disk, 'sandbox.db');
  const sandbox = await open(path);
  onTestFinished(() => sandbox.close());
  const ballast = join(disk, 'ballast');
  expect(() => writeFileSync(ballast, Buffer.alloc(2_000_000))).toThrow('ENOSPC');
  const { error, code } = await addUnderLimit(temporaryFolder(), path, 10_000);
  expect({ code, error }).toMatchObject({
    code: 1,
    error: {
      code: 'failure',
      applied: 'no',
      message: expect.stringContaining(
        `There is no room left for the sandbox database ${path}. Free some space`,
      ),
    },
  });
  rmSync(ballast);
  expect(await namesIn(sandbox)).toEqual([]);
});

const isRoot = process.getuid?.() === 0;

test('a file that may only be read is named, and left as it is', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'sandbox.db');
  const sandbox = await open(path);
  chmodSync(folder, 0o755);
  chmodSync(path, 0o444);
  // Another connection keeps the file's log open, so that a stranger could still read it.
  for (const end of ['-wal', '-shm']) chmodSync(`${path}${end}`, 0o444);
  const before = readFileSync(path);
  const { code, stdout, stderr } = await ended(writer.start(path, 1, isRoot ? 65_534 : undefined));
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toBe(
    `CreditctlError: The sandbox database ${path} is read-only. Make the file and its folder writable (chmod u+w), or name another file with --db or CREDITCTL_SANDBOX_DB.\n`,
  );
  expect(readFileSync(path)).toEqual(before);
  sandbox.close();
});

test('a lock held too long is a sentence, and leaves nothing open', async () => {
  const path = join(temporaryFolder(), 'locked.db');
  (await open(path)).close();
  const [database, other] = await Promise.all([
    openDatabase(path, sandboxNaming),
    openDatabase(path, sandboxNaming),
  ]);
  expect(() => database.write(() => other.write(() => undefined))).toThrow(
    `The sandbox database ${path} has been locked by another process for too long`,
  );
  other.write(() => undefined);
  database.close();
  other.close();
});
