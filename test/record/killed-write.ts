// A command that is killed at any instant and said again, against a server that loses replies: each write once, the chain whole.
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { built, cleanEnvironment, type Ended, program, start } from '../support/built-program.ts';
import { roles, type TestDatabase } from '../support/postgres.ts';
import { recordedIn } from '../support/recorded.ts';
import { freshHome } from '../support/run.ts';

interface Served {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where the record is not on SQLite. */
  readonly record: TestDatabase | undefined;
}

/** The embedded ledger behind HTTP, which may cut connections before and after a write. */
async function server(faults: string, record?: TestDatabase): Promise<Served> {
  const home = freshHome();
  const own = cleanEnvironment(home);
  await built(['sandbox', 'faults', 'set', ...faults.split(' '), '--seed', '7'], own);
  const { child, printed, ended } = start(
    process.execPath,
    [program, 'sandbox', 'serve', '--port', '0'],
    own,
  );
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  const { base_url, api_key } = JSON.parse((await printed('\n')).split('\n')[0] ?? '') as Record<
    string,
    string
  >;
  const account = { ORB_BASE_URL: base_url ?? '', ORB_API_KEY: api_key ?? '' };
  const kept = record === undefined ? {} : { CREDITCTL_RECORD: record.url(roles.writers[0]) };
  return { home, env: cleanEnvironment(home, { ...account, ...kept }), record };
}

const add = (amount: number): string[] => [
  'ledger',
  'add',
  'acme',
  '--amount',
  String(amount),
  '--yes',
  '-o',
  'json',
];

/** One run that is killed after so many milliseconds, unless it is done by then; its exit code, if it had one. */
const killedRun = async (amount: number, after: number, served: Served): Promise<number | undefined> =>
  (await runKilled(add(amount), after, served)).code;

async function runKilled(words: readonly string[], after: number, { env }: Served): Promise<Ended> {
  const { child, ended } = start(process.execPath, [program, ...words], env);
  const timer = setTimeout(() => child.kill('SIGKILL'), after);
  await ended;
  clearTimeout(timer);
  return ended;
}

async function checkChain({ env }: Served): Promise<void> {
  const { code, stdout, stderr } = await built(['history', 'verify', '--all-accounts'], env);
  expect({ code, output: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, output: '' });
}

/** Whether the record says of a write of so many credits that its outcome was reported. */
async function isReported(amount: number, { home, record }: Served): Promise<boolean> {
  if (record !== undefined) {
    const found = await record.sql<{ request: string }>(
      `select convert_from(t.content, 'UTF8') as request from creditctl.write w
         join creditctl.fact_text t on t.account = w.account and t.seq = w.noted_seq and t.name = 'request'
         where w.acknowledged_at is not null`,
    );
    return found.some(({ request }) => new RegExp(`"amount": *${amount}\\b`).test(request));
  }
  const events = recordedIn(home) as { event: string; key: string; request?: { body: { amount: number } } }[];
  const keys = events.filter(({ request }) => request?.body.amount === amount).map(({ key }) => key);
  return events.some(({ event, key }) => event === 'acknowledged' && keys.includes(key));
}

async function amounts({ home }: Served): Promise<number[]> {
  await built(['sandbox', 'faults', 'clear'], cleanEnvironment(home));
  const list = ['ledger', 'list', 'acme', '--all', '--sandbox', '--json', 'amount'];
  const { stdout } = await built(list, cleanEnvironment(home));
  return (JSON.parse(stdout) as { amount: number }[]).map(({ amount }) => amount).sort((a, b) => a - b);
}

/** So many different writes, each killed twice before it may end. */
export async function killedWrites(rounds: number, record?: TestDatabase): Promise<void> {
  const served = await server('reset-after=0.25 reset-before=0.1', record);
  for (let round = 1; round <= rounds; round += 1) {
    // The first runs are cut off early and late; the last one is left to end.
    for (const after of [90 + round * 17, 150 + ((round * 53) % 200), 60_000]) {
      const code = await killedRun(round, after, served);
      if (code === 0 || (await isReported(round, served))) break;
    }
  }
  await checkChain(served);
  expect(await amounts(served)).toEqual(Array.from({ length: rounds }, (_, index) => index + 1));
}

/** So many writes, each under a key of its own: killed twice, then said twice more, which both report the one entry. */
export async function killedKeyed(rounds: number, record?: TestDatabase): Promise<void> {
  const served = await server('reset-after=0.2 reset-before=0.1', record);
  for (let round = 1; round <= rounds; round += 1) {
    const words = [...add(round), '--idempotency-key', `cron-${round}`];
    const run = (after: number) => runKilled(words, after, served);
    for (const after of [60 + ((round * 37) % 250), 120 + ((round * 53) % 300)]) await run(after);
    const entries = [];
    // A write may be unlucky in all its attempts; nothing but the same command is needed then.
    for (let left = 20; entries.length < 2 && left > 0; left -= 1) {
      const { code, stdout, stderr } = await run(60_000);
      expect([0, 11], stderr).toContain(code);
      if (code === 0) entries.push((JSON.parse(stdout) as { id: string }).id);
    }
    expect(entries).toEqual([expect.any(String), entries[0]]);
  }
  await checkChain(served);
  expect(await amounts(served)).toEqual(Array.from({ length: rounds }, (_, index) => index + 1));
}

/** So many times: a write is killed, then two equal ones run at once. */
export async function equalWritesAtOnce(rounds: number): Promise<void> {
  const served = await server('latency=0');
  for (let round = 1; round <= rounds; round += 1) {
    await killedRun(round, 110 + round * 23, served);
    // Done and reported before it was killed, it is nobody's to settle.
    const before = (await isReported(round, served)) ? 1 : 0;
    const codes = await Promise.all([1, 2].map(() => killedRun(round, 60_000, served)));
    // Where the other is under way, a run is refused.
    expect([codes.includes(0), codes.every((code) => code === 0 || code === 10)]).toEqual([true, true]);
    const reports = codes.filter((code) => code === 0).length;
    expect((await amounts(served)).filter((amount) => amount === round)).toHaveLength(before + reports);
  }
  await checkChain(served);
}

/**
 * The served ledger, with a process that stands between: as soon as the answer to a write has left, it calls back.
 * Returns the base URL of what stands between.
 */
async function watched({ env }: Served, answered: () => void): Promise<string> {
  const target = new URL(env.ORB_BASE_URL ?? '');
  const between = createServer((request, response) => {
    const { method, url, headers } = request;
    const onward = forward(
      { host: target.hostname, port: target.port, method, path: url, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
        if (method === 'POST') response.on('finish', answered);
      },
    );
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    between.closeAllConnections();
    between.close();
  });
  return `http://127.0.0.1:${(between.address() as AddressInfo).port}${target.pathname}`;
}

/**
 * So many writes, each killed so soon after its answer, by fractions of `span` milliseconds, and then said again: a
 * second write is one too many. A run that had reported its outcome is done, and must have printed all of it. Returns
 * how many runs were killed before that.
 */
export async function killedAfterAnswers(
  rounds: number,
  span: number,
  record?: TestDatabase,
): Promise<number> {
  const served = await server('latency=0', record);
  let answered = (): void => {};
  const env = { ...served.env, ORB_BASE_URL: await watched(served, () => answered()) };
  let killed = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const { child, ended } = start(process.execPath, [program, ...add(round)], env);
    const pause = ((round - 1) / Math.max(1, rounds - 1)) * span;
    answered = () => {
      // A timer is too coarse.
      const from = performance.now();
      while (performance.now() - from < pause);
      child.kill('SIGKILL');
    };
    const { code, stdout } = await ended;
    answered = () => {};
    if (code !== undefined || (await isReported(round, served))) {
      expect(JSON.parse(stdout)).toMatchObject({ amount: round });
      continue;
    }
    killed += 1;
    const again = await start(process.execPath, [program, ...add(round)], env).ended;
    expect({ round, code: again.code, stderr: again.code === 0 ? '' : again.stderr }).toEqual({
      round,
      code: 0,
      stderr: '',
    });
  }
  expect(await amounts(served)).toEqual(Array.from({ length: rounds }, (_, index) => index + 1));
  await checkChain(served);
  return killed;
}
