import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { thisSystem } from '../../src/runtime/system.ts';
import { temporaryFolder } from '../sandbox/sandbox-at.ts';

const { isAlive, runner } = thisSystem.process;

test('this very process runs, and one of its number that began at another time does not', () => {
  expect(isAlive(runner)).toBe(true);
  expect(isAlive({ machine: runner.machine, pid: runner.pid })).toBe(true);
  expect(isAlive({ ...runner, pid: 2 ** 30 })).toBe(false);
  if (runner.started !== undefined) expect(isAlive({ ...runner, started: '1' })).toBe(false);
});

test.skipIf(!existsSync('/proc/self/stat'))(
  'a killed process that its parent has not buried does not run',
  async () => {
    // The shell becomes a `sleep`, which never waits for the child that the shell had.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const pid = await new Promise<number>((resolve) =>
        parent.stdout.once('data', (text) => resolve(Number(text))),
      );
      // Until then it is the shell, which buries its children.
      await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n');
      expect(isAlive({ machine: runner.machine, pid })).toBe(true);
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => isAlive({ machine: runner.machine, pid })).toBe(false);
      // A signal still reaches it: only its entry is left.
      expect(() => process.kill(pid, 0)).not.toThrow();
    } finally {
      parent.kill('SIGKILL');
    }
  },
);

test('a long walk through the embedded ledger lets signals in, and ends with their reason', async () => {
  const opening = { now: Date.now, note: () => {}, version: '0', keyOf: async () => undefined };
  const db = path.join(temporaryFolder(), 'sandbox.db');
  const open = await thisSystem.exchange({ kind: 'sandbox', profile: 'sandbox', db }, opening);
  onTestFinished(async () => open.close());
  const interruption = new AbortController();
  setImmediate(() => interruption.abort(new Error('interrupted')));
  const request = { method: 'GET', path: '/ping', query: [], headers: {} } as const;
  const walk = async (): Promise<void> => {
    for (let reads = 0; reads < 1_000; reads += 1) await open.exchange(request, interruption.signal);
  };
  await expect(walk()).rejects.toThrow('interrupted');
});
