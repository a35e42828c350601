// A batch whose process is killed again and again against a server that fails on purpose, until it has come to its end.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { openSqliteRecord } from '../../../src/record/sqlite/store.ts';
import { verifyRecord } from '../../../src/record/verify.ts';
import { built, cleanEnvironment, type Ended, program, start } from '../../support/built-program.ts';
import { linesOf } from '../../support/command.ts';
import { currentRows } from '../../support/forgotten.ts';
import { recordedIn, recordFile } from '../../support/recorded.ts';
import { freshHome, run } from '../../support/run.ts';

export interface Served {
  readonly home: string;
  /** Of the embedded ledger itself. */
  readonly own: Readonly<Record<string, string>>;
  /** Of a client over HTTP. */
  readonly env: Readonly<Record<string, string>>;
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** The embedded ledger behind HTTP. @param more flags of `sandbox serve` */
export async function served(more: readonly string[] = []): Promise<Served> {
  const home = freshHome();
  const own = cleanEnvironment(home);
  const words = [program, 'sandbox', 'serve', '--port', '0', ...more];
  const { child, printed, ended } = start(process.execPath, words, own);
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  const [line = ''] = (await printed('\n')).split('\n');
  const { base_url: baseUrl, api_key: apiKey } = JSON.parse(line) as { base_url: string; api_key: string };
  const env = cleanEnvironment(home, { ORB_BASE_URL: baseUrl, ORB_API_KEY: apiKey });
  return { home, own, env, baseUrl, apiKey };
}

/** Runs the program at a folder of its own and demands that it succeeds. */
export async function done(words: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const ended = await built(words, env);
  if (ended.code !== 0) throw new Error(`${words.join(' ')} ended with ${ended.code}:\n${ended.stderr}`);
  return ended;
}

/** Runs the program in this process, on the server's database and by the machine's clock; it must succeed. */
async function here(words: readonly string[], { home }: Pick<Served, 'home'>): Promise<string> {
  const { code, stdout, stderr } = await run(words, { home, now: Date.now() });
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}:\n${stderr}`);
  return stdout;
}

/** External ids of so many customers with small ledgers. */
export async function customers(count: number, server: Served): Promise<readonly string[]> {
  const seed = ['sandbox', 'seed', '--customers', String(count), '--entries', String(count), '--json'];
  const stdout = await here(seed, server);
  const { external_id_prefix: prefix } = JSON.parse(stdout) as { external_id_prefix: string };
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}

/** A plan of so many grants, spread over the customers, each content twice. */
export async function planned(rows: number, who: readonly string[], served: Served): Promise<string> {
  const lines = Array.from({ length: rows }, (_, row) => {
    const pair = Math.floor(row / 2);
    return `${who[pair % who.length]},${1 + (pair % 7)},row ${pair}`;
  });
  const file = path.join(served.home, 'grants.csv');
  writeFileSync(file, `external_customer_id,amount,description\n${lines.join('\n')}\n`);
  const plan = path.join(served.home, 'grants.plan');
  await done(['batch', 'plan', file, '--out', plan, '--force'], served.env);
  return plan;
}

export function keysOf(plan: string): readonly string[] {
  const lines = linesOf(readFileSync(plan, 'utf8')) as { row?: number; key: string }[];
  return lines.filter(({ row }) => row !== undefined).map(({ key }) => key);
}

/** The mark of every entry that has one, of all these customers. */
export async function marksOf(who: readonly string[], server: Served): Promise<string[]> {
  await here(['sandbox', 'faults', 'clear'], server);
  const lists = [];
  for (const customer of who) {
    const list = ['ledger', 'list', customer, '--all', '--sandbox', '--json', 'metadata'];
    const stdout = await here(list, server);
    lists.push(...(JSON.parse(stdout) as { metadata: { creditctl_key?: string } }[]));
  }
  return lists.flatMap(({ metadata }) => metadata.creditctl_key ?? []);
}

/** Resolves when the record has so many rows in the ledger; a machine under load takes longer. */
export async function rowsSettled(count: number, { home }: Pick<Served, 'home'>): Promise<void> {
  const limit = performance.now() + 50_000;
  while (settledIn(home) < count) {
    if (performance.now() > limit) throw new Error(`there never were ${count} rows in the ledger`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** While a process writes to it, the record may be busy, and while it is made, there is nothing in it. */
function settledIn(home: string): number {
  try {
    return currentRows(home, "state = 'settled'").length;
  } catch {
    return 0;
  }
}

/** One run that is killed at some moment, unless it has ended by then. @param at milliseconds, or what is waited for */
export async function killedRun(
  words: readonly string[],
  at: number | (() => Promise<void>),
  { env }: Pick<Served, 'env'>,
): Promise<{ readonly code: number | undefined; readonly stderr: string }> {
  const { child, ended } = start(process.execPath, [program, ...words], env);
  child.stdin.end();
  const timer = typeof at === 'number' ? setTimeout(() => child.kill('SIGKILL'), at) : undefined;
  if (typeof at === 'function') await Promise.race([at().then(() => child.kill('SIGKILL')), ended]);
  const { code, stderr } = await ended;
  clearTimeout(timer);
  return { code, stderr };
}

/** Whether a run of a batch has begun below a home folder. */
export const hasBegun = ({ home }: Pick<Served, 'home'>): boolean =>
  recordedIn(home).some(({ event }) => event === 'batch_begun');

/** The record is whole: its chain, and what stands by it. */
export async function expectWholeRecord({ home }: Pick<Served, 'home'>): Promise<void> {
  const file = recordFile(home);
  if (!existsSync(file)) return;
  const store = await openSqliteRecord(file, { purpose: 'read', now: Date.now, process: { who: 'test' } });
  try {
    for (const account of await store.accounts())
      expect((await verifyRecord(store.of(account))).fault).toBeUndefined();
  } finally {
    await store.close();
  }
}

/** So many rows may have to be said twice. */
export const applying = (plan: string, rate: string): string[] => [
  ...['batch', 'apply', plan, '--yes', '--confirm', String(keysOf(plan).length)],
  ...['--rate', rate, '-o', 'json'],
];
export const resuming = (rate: string): string[] => [
  'batch',
  'resume',
  '--yes',
  '--rate',
  rate,
  '-o',
  'json',
];

/**
 * Kills the batch so many times at random instants, then lets it end; every row must be in the ledgers exactly once.
 * @param random from 0 up to but not including 1
 */
export async function killUntilDone(
  { kills, rows, rate, faults }: { kills: number; rows: number; rate: string; faults: string },
  random: () => number,
): Promise<void> {
  const server = await served();
  const who = await customers(12, server);
  const plan = await planned(rows, who, server);
  await here(['sandbox', 'faults', 'set', ...faults.split(' '), '--seed', '11'], server);
  let isOver = false;
  for (let kill = 0; kill < kills && !isOver; kill += 1) {
    const words = !hasBegun(server) ? applying(plan, rate) : resuming(rate);
    const { code, stderr } = await killedRun(words, 150 + Math.floor(random() * 500), server);
    expect([undefined, 0, 11, 9, 4], stderr).toContain(code);
    isOver = code === 0;
    await expectWholeRecord(server);
  }
  // A row may be unlucky in all its attempts; nothing but the same command is needed then.
  for (let turn = 0; turn < 20 && !isOver; turn += 1) {
    const ended = await built(applying(plan, 'none'), server.env);
    expect([0, 9, 11], ended.stderr).toContain(ended.code);
    isOver = ended.code === 0;
  }
  expect(isOver).toBe(true);
  expect((await marksOf(who, server)).sort()).toEqual([...keysOf(plan)].sort());
  await expectWholeRecord(server);
}
