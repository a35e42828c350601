// The runner of commands with the real shell: exit codes, limits, what is left running, signals.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Running, runShell } from '../../src/profiles/shell-command.ts';
import { freshFolder } from './files.ts';

const around = (more: Partial<Running> = {}): Running => ({
  env: process.env,
  limit: 20_000,
  isInteractive: false,
  say: () => {},
  signal: new AbortController().signal,
  ...more,
});

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

describe.skipIf(process.platform === 'win32')('under a POSIX shell', () => {
  test('stdout and exit code come back, stdin is empty, pipes and variables work', async () => {
    expect(
      await runShell('cat; echo "$NAME" | tr a b', around({ env: { ...process.env, NAME: 'aa' } })),
    ).toEqual({
      how: 0,
      stdout: 'bb\n',
    });
    expect(await runShell('echo x; exit 3', around())).toEqual({ how: 3, stdout: 'x\n' });
    expect((await runShell('kill -9 $$', around())).how).toBe('SIGKILL');
    expect((await runShell('no-such-command-here 2>&1', around())).how).toBe(127);
  });

  test('stderr is taken line by line, its last words too', async () => {
    const lines: string[] = [];
    await runShell('printf "a\\nb" >&2', around({ say: (line) => lines.push(line) }));
    expect(lines).toEqual(['a', 'b']);
  });

  for (const isInteractive of [false, true]) {
    const where = isInteractive ? 'on a terminal' : 'off a terminal';

    test(`${where}, the limit ends the command and what it started, also where that ignores a plain request`, async () => {
      const file = path.join(freshFolder(), 'pids');
      const command = `sh -c 'trap "" TERM; echo $$ >> ${file}; while :; do sleep 0.1; done' & echo $$ >> ${file}; wait`;
      const { how } = await runShell(command, around({ limit: 700, isInteractive }));
      expect(how).toBe('too slow');
      const ids = readFileSync(file, 'utf8').trim().split('\n').map(Number);
      expect(ids).toHaveLength(2);
      await expect.poll(() => ids.filter(isRunning)).toEqual([]);
    });
  }

  test('output without end is stopped', async () => {
    const { how } = await runShell('yes secret', around());
    expect(how).toBe('too much');
  });

  test('an agent that the command leaves running is neither waited for nor ended', async () => {
    const { how, stdout } = await runShell('sleep 30 & echo $!', around());
    expect(how).toBe(0);
    expect(isRunning(Number(stdout))).toBe(true);
    process.kill(Number(stdout), 'SIGKILL');
  });

  test('an interruption ends it and is the reason', async () => {
    const interruption = new AbortController();
    const ended = runShell('sleep 30', around({ signal: interruption.signal }));
    interruption.abort(new Error('Ctrl-C'));
    await expect(ended).rejects.toThrow('Ctrl-C');
    await expect(runShell('echo x', around({ signal: interruption.signal }))).rejects.toThrow('Ctrl-C');
  });
});
