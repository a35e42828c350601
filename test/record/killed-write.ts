// A command that is killed at any instant and said again, against a server that loses replies: each write once, the chain whole.
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { chainedFile } from '../../src/record/chained-file.ts';
import { systemParts } from '../../src/runtime/system.ts';
import { built, cleanEnvironment, program, start } from '../support/built-program.ts';
import { recordedIn } from '../support/recorded.ts';

import { freshHome } from '../support/run.ts';

interface Served {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The embedded ledger behind HTTP, which cuts connections before and after a write. */
async function server(faults: string): Promise<Served> {
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
  return { home, env: cleanEnvironment(home, { ORB_BASE_URL: base_url ?? '', ORB_API_KEY: api_key ?? '' }) };
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
async function killedRun(amount: number, after: number, { env }: Served): Promise<number | undefined> {
  const { child, ended } = start(process.execPath, [program, ...add(amount)], env);
  const timer = setTimeout(() => child.kill('SIGKILL'), after);
  const { code } = await ended;
  clearTimeout(timer);
  return code;
}

const faultsOfChain = ({ home }: Served) =>
  chainedFile(path.join(home, '.local/state/creditctl/journal/default.ndjson'), systemParts.process)
    .verify()
    .findings.filter(({ isFault }) => isFault);

/** Whether the journal says of a write of so many credits that somebody was told of it. */
function isTold(amount: number, { home }: Served): boolean {
  const lines = recordedIn(home) as { event: string; key: string; request?: { body: { amount: number } } }[];
  const keys = lines.filter(({ request }) => request?.body.amount === amount).map(({ key }) => key);
  return lines.some(({ event, key }) => event === 'acknowledged' && keys.includes(key));
}

async function amounts({ home }: Served): Promise<number[]> {
  await built(['sandbox', 'faults', 'clear'], cleanEnvironment(home));
  const list = ['ledger', 'list', 'acme', '--all', '--sandbox', '--json', 'amount'];
  const { stdout } = await built(list, cleanEnvironment(home));
  return (JSON.parse(stdout) as { amount: number }[]).map(({ amount }) => amount).sort((a, b) => a - b);
}

/** So many different writes, each killed twice before it may end. */
export async function killedWrites(rounds: number): Promise<void> {
  const served = await server('reset-after=0.25 reset-before=0.1');
  for (let round = 1; round <= rounds; round += 1) {
    // The first runs are cut off early and late; the last one is left to end.
    for (const after of [90 + round * 17, 150 + ((round * 53) % 200), 60_000]) {
      const code = await killedRun(round, after, served);
      expect(faultsOfChain(served)).toEqual([]);
      if (code === 0 || isTold(round, served)) break;
    }
  }
  expect(await amounts(served)).toEqual(Array.from({ length: rounds }, (_, index) => index + 1));
}

/** So many times: a write is killed, then two equal ones run at once. */
export async function equalWritesAtOnce(rounds: number): Promise<void> {
  const served = await server('latency=0');
  for (let round = 1; round <= rounds; round += 1) {
    await killedRun(round, 110 + round * 23, served);
    // Done and told before it was killed, it is nobody's to settle, and both of the next are further wishes.
    const expected = isTold(round, served) ? 3 : 2;
    const codes = await Promise.all([1, 2].map(() => killedRun(round, 60_000, served)));
    expect(codes).toEqual([0, 0]);
    expect(faultsOfChain(served)).toEqual([]);
    expect((await amounts(served)).filter((amount) => amount === round)).toHaveLength(expected);
  }
}
