// Whole runs of the built program, killed, edited, raced and kept from the disk: each row once, whatever happens.
import { statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { program, start } from '../../support/built-program.ts';
import {
  applying,
  customers,
  done,
  keysOf,
  killedRun,
  killUntilDone,
  marksOf,
  planned,
  resuming,
  rowsSettled,
  served,
} from './killed-batch.ts';

test('a batch that is killed at random instants and resumed has every row in the ledger exactly once', async () => {
  let state = 12345;
  const random = (): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  const faults = 'reset-after=0.05 reset-before=0.03 429=0.02 500=0.03 409-in-flight=0.02 truncate=0.03';
  await killUntilDone({ kills: 2, rows: 80, rate: '150', faults }, random);
  expect(state).not.toBe(12345);
}, 120_000);

test('two runs of one plan at once: one is refused or finds it done, and every row is there once', async () => {
  const server = await served();
  const who = await customers(6, server);
  const plan = await planned(120, who, server);
  const runs = await Promise.all([1, 2].map(() => killedRun(applying(plan, '100'), 60_000, server)));
  const codes = runs.map(({ code }) => code);
  // The second is refused while the first runs, and has nothing to do once it has ended.
  expect([
    [0, 10],
    [0, 0],
  ]).toContainEqual(codes.sort());
  expect((await marksOf(who, server)).sort()).toEqual([...keysOf(plan)].sort());
}, 60_000);

// npx and timeout pass a signal on that the program has got already; of a terminal that closes, shell and system each send one.
test.each([
  ['SIGINT', 2, 130],
  ['SIGHUP', 3, 129],
] as const)(
  '%s, %i times, lets what is under way end and says how to go on; resume does the rest, each row once',
  async (signal, times, exit) => {
    const server = await served();
    const who = await customers(6, server);
    const plan = await planned(200, who, server);
    const { child, ended } = start(process.execPath, [program, ...applying(plan, '100')], server.env);
    child.stdin.end();
    await rowsSettled(20, server);
    for (let sent = 0; sent < times && child.exitCode === null; sent += 1) {
      child.kill(signal);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const { code, stdout, stderr } = await ended;
    expect(code, stderr).toBe(exit);
    const run = JSON.parse(stdout) as { succeeded: number; unprocessed: number; unknown: number };
    expect(run.succeeded).toBeGreaterThan(10);
    expect(run).toMatchObject({ unknown: 0, unprocessed: 200 - run.succeeded });
    expect(stderr).toContain('creditctl batch resume');
    expect(await marksOf(who, server)).toHaveLength(run.succeeded);
    await done(resuming('none'), server.env);
    expect((await marksOf(who, server)).sort()).toEqual([...keysOf(plan)].sort());
  },
  60_000,
);

test('a disk that is full under the record stops the run by name; once there is room, resume ends it', async () => {
  const server = await served();
  const who = await customers(6, server);
  const plan = await planned(300, who, server);
  // The copy of the plan fits, and the record does not.
  const kibibytes = Math.ceil(statSync(plan).size / 1024) + 250;
  const words = [program, ...applying(plan, 'none')];
  const limited = `trap '' XFSZ; ulimit -f ${kibibytes}; exec "${process.execPath}" ${words.map((word) => `'${word}'`).join(' ')}`;
  const { code, stderr } = await start('bash', ['-c', limited], server.env).ended;
  expect([1, 9, 11], stderr).toContain(code);
  expect(stderr).toContain('record');
  const written = (await marksOf(who, server)).length;
  expect(written).toBeLessThan(300);
  await done(resuming('none'), server.env);
  expect((await marksOf(who, server)).sort()).toEqual([...keysOf(plan)].sort());
}, 90_000);

test('the clock moved past 48 hours between kill and resume: rows are looked for, and none is written twice', async () => {
  const server = await served();
  const who = await customers(6, server);
  const plan = await planned(150, who, server);
  // The machine's own clock decides over HTTP, so the batch runs on the embedded ledger itself.
  const own = path.join(server.home, 'own.plan');
  await done(['batch', 'plan', path.join(server.home, 'grants.csv'), '--out', own, '--sandbox'], server.own);
  const words = ['batch', 'apply', own, '--sandbox', '--yes', '--rate', '100', '-o', 'json'];
  await killedRun(words, () => rowsSettled(20, server), { env: server.own });
  const before = (await marksOf(who, server)).length;
  expect(before).toBeGreaterThanOrEqual(20);
  expect(before).toBeLessThan(150);
  await done(['sandbox', 'clock', 'advance', '49h'], server.own);
  await done(['batch', 'resume', '--sandbox', '--yes', '-o', 'json'], server.own);
  const marks = await marksOf(who, server);
  expect(marks).toHaveLength(150);
  expect(new Set(marks).size).toBe(150);
  expect(keysOf(plan)).toHaveLength(150);
}, 60_000);
