import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Locking, withLock } from '../../src/platform/lock.ts';
import type { Runner } from '../../src/platform/process.ts';
import { thisSystem } from '../../src/runtime/system.ts';
import { type Bundled, bundled } from '../support/bundled.ts';

const fresh = (): string => path.join(mkdtempSync(path.join(os.tmpdir(), 'creditctl-lock-')), 'x.lock');
const me: Locking = { runner: { machine: 'here', pid: 1, started: 'a' }, isAlive: () => true };

/** As `wait`: fails where a lock is not had at once. */
const never = (): never => {
  throw new Error('waited for the lock');
};

/** A lock that this holder took and never gave back. */
function heldBy({ machine, pid, started = '' }: Runner): string {
  const lock = fresh();
  mkdirSync(lock);
  writeFileSync(path.join(lock, `${machine}~${pid}~${started}~turn`), '');
  return lock;
}

test('the lock is held while the work is done, and free afterwards, also after a failure', () => {
  const lock = fresh();
  expect(withLock(lock, me, () => readdirSync(lock))).toEqual([expect.stringMatching(/^here~1~a~/)]);
  expect(readdirSync(lock)).toEqual(['free']);
  const fail = (): never => {
    throw new Error('no');
  };
  expect(() => withLock(lock, me, fail)).toThrow('no');
  expect(readdirSync(lock)).toEqual(['free']);
  expect(readdirSync(path.dirname(lock))).toEqual(['x.lock']);
});

test('each turn has a name of its own', () => {
  const lock = fresh();
  const names = [1, 2, 3].flatMap(() => withLock(lock, me, () => readdirSync(lock)));
  expect(new Set(names).size).toBe(3);
});

test('a lock whose holder has ended is taken over at once, and the very holder is asked about', () => {
  const lock = heldBy({ machine: 'here', pid: 7, started: 'b' });
  const asked: Runner[] = [];
  const isAlive = (holder: Runner): boolean => {
    asked.push(holder);
    return false;
  };
  expect(withLock(lock, { ...me, isAlive, wait: never }, () => 'done')).toBe('done');
  expect(asked).toEqual([{ machine: 'here', pid: 7, started: 'b' }]);
  expect(readdirSync(lock)).toEqual(['free']);
});

test('a lock of another machine is taken over once it was held for ten seconds without a change', () => {
  const lock = heldBy({ machine: 'there', pid: 7 });
  let waited = 0;
  const wait = (ms: number): void => {
    waited += ms;
  };
  expect(withLock(lock, { ...me, isAlive: () => false, wait }, () => 'done')).toBe('done');
  expect(waited).toBe(10_000);
});

test('a lock whose holder lives is never taken, and the error names the holder', () => {
  const lock = heldBy({ machine: 'here', pid: 7 });
  expect(() => withLock(lock, { ...me, wait: () => {} }, () => 'done')).toThrow(
    expect.objectContaining({ code: 'EBUSY', message: `${lock} is held by process 7 on here` }),
  );
  expect(readdirSync(lock)).toEqual(['here~7~~turn']);
});

test('a folder in which the lock cannot be made says why', () => {
  const file = fresh();
  writeFileSync(file, '');
  expect(() => withLock(file, me, () => 'done')).toThrow('ENOTDIR');
});

let program: Bundled;
beforeAll(async () => {
  program = await bundled(path.join(import.meta.dirname, 'lock-program.ts'));
});
afterAll(() => program.remove());

const ended = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)));
    child.on('close', () => resolve(text));
  });

const taker = (lock: string, turns: number): ChildProcess =>
  spawn(process.execPath, [program.file, lock, String(turns)], { stdio: ['ignore', 'pipe', 'pipe'] });

test('of several processes never two are inside, whoever makes the lock first', async () => {
  const lock = fresh();
  const texts = await Promise.all(Array.from({ length: 5 }, () => ended(taker(lock, 100))));
  expect(texts).toEqual(Array(5).fill('done\n'));
  expect(readdirSync(lock)).toEqual(['free']);
});

test('processes that are killed at any instant leave no lock behind, and let no two in', async () => {
  const lock = fresh();
  const endings: Promise<string>[] = [];
  for (let round = 0; round < 6; round += 1) {
    const children = [taker(lock, 100_000), taker(lock, 100_000)];
    endings.push(...children.map(ended));
    await new Promise((resolve) => setTimeout(resolve, 60 + ((round * 137) % 90)));
    for (const child of children) {
      child.kill('SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, round % 20));
    }
  }
  expect((await Promise.all(endings)).filter((text) => text !== '')).toEqual([]);
  expect(withLock(lock, { ...thisSystem.process, wait: never }, () => 'done')).toBe('done');
  rmSync(lock, { recursive: true });
}, 60_000);
