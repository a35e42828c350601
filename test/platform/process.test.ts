import { spawnSync } from 'node:child_process';
import os from 'node:os';
import { expect, test } from 'vitest';
import { thisProcess } from '../../src/platform/process.ts';

test('this process is alive, a later one with its id is not, and one that ended is not', () => {
  const { runner, isAlive } = thisProcess;
  expect(isAlive(runner)).toBe(true);
  if (runner.started !== undefined) expect(isAlive({ ...runner, started: '1' })).toBe(false);
  const ended = spawnSync(process.execPath, ['-e', '']);
  expect(isAlive({ machine: runner.machine, pid: ended.pid })).toBe(false);
});

test('the machine is named by its host, and stays the same within a boot', () => {
  expect(thisProcess.runner.machine.split(' ')[0]).toBe(os.hostname());
  expect(thisProcess.runner.machine).toBe(thisProcess.runner.machine);
  expect(thisProcess.host).toBe(os.hostname());
});

test('while work is left to signals the program hears none, and afterwards as before', async () => {
  const heard = (): void => {};
  process.on('SIGTERM', heard);
  try {
    const during = await thisProcess.runBlocking(() => process.listeners('SIGTERM'));
    expect(during).toEqual([]);
    const failed = thisProcess.runBlocking(() => {
      throw new Error('failed');
    });
    await expect(failed).rejects.toThrow('failed');
    expect(process.listeners('SIGTERM')).toContain(heard);
  } finally {
    process.removeListener('SIGTERM', heard);
  }
});
