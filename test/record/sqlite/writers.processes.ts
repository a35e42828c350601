// Processes that write to one record at once, are killed, stopped, or are copied from.
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/database/driver.ts';
import { openSqliteRecord } from '../../../src/record/sqlite/store.ts';
import { verifyRecord } from '../../../src/record/verify.ts';
import { temporaryFolder } from '../../sandbox/sandbox-at.ts';
import { ended as whenEnded } from '../../sandbox/store/child-process.ts';
import { type Bundled, bundled } from '../../support/bundled.ts';
import { noted } from '../facts.ts';
import { all, orb } from '../store-suite.ts';

let appender: Bundled;
beforeAll(async () => {
  appender = await bundled(path.join(import.meta.dirname, 'appender.ts'));
});
afterAll(() => appender.remove());

function start(...words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [appender.file, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function fresh() {
  const file = path.join(temporaryFolder(), 'record.db');
  const store = await openSqliteRecord(file, { purpose: 'write', now: Date.now, process: { who: 'test' } });
  onTestFinished(() => store.close());
  return { file, record: store.of(await store.addAccount(orb)) };
}

test('twenty processes at once keep one cap and one chain', async () => {
  const { file, record } = await fresh();
  const runs = await Promise.all(
    Array.from({ length: 20 }, (_, index) => whenEnded(start(file, `p${index}`, '3', '1000'))),
  );
  expect(runs.map(({ code, stderr }) => `${code}${stderr}`)).toEqual(runs.map(() => '0'));
  const said = runs.flatMap(({ stdout }) => stdout.trim().split('\n'));
  expect(said).toHaveLength(60);
  const appended = said.filter((line) => line.startsWith('appended'));
  expect(appended).toHaveLength(10);
  expect(await record.reserved({ scope: 'team', currency: 'USD' })).toBe('1000');
  expect((await all(record.links())).map(({ link }) => link)).toEqual(appended.map((_, index) => index + 1));
  expect((await verifyRecord(record)).fault).toBeUndefined();
}, 120_000);

const kills = Number(process.env.RUNS ?? 1) * 6;

test('whatever a killed process said is there, and the record is whole', async () => {
  const { file, record } = await fresh();
  const said: string[] = [];
  for (let round = 0; round < kills; round += 1) {
    const child = start(file, `r${round}`, '1000');
    const over = whenEnded(child, (line) => {
      said.push(line);
      if (said.length % 7 === round % 7) child.kill('SIGKILL');
    });
    await over;
    const { fault } = await verifyRecord(record);
    expect(fault).toBeUndefined();
  }
  const states = new Map((await all(record.writes({}))).map(({ key, state }) => [key, state]));
  for (const line of said) {
    const [what, key = ''] = line.split(' ');
    expect(states.has(key), line).toBe(true);
    if (what === 'settled') expect(states.get(key), line).toBe('settled');
  }
  expect(said.length).toBeGreaterThan(kills);
}, 120_000);

test('a process that is stopped holds nobody up for longer than five seconds', async () => {
  const { file, record } = await fresh();
  const child = start(file, 'stopped', '100000');
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  for (let round = 0; round < 3; round += 1) {
    await sleep(7 * round);
    child.kill('SIGSTOP');
    const begun = Date.now();
    const answer = await record.append([noted(`other-${round}`)]).catch((error: unknown) => error);
    expect(Date.now() - begun).toBeLessThan(6500);
    // Stopped within a transaction, it keeps the lock until it goes on: then nothing was added, and that is said.
    if (answer instanceof Error) expect(answer).toMatchObject({ kind: 'failure', facts: { applied: 'no' } });
    else expect(answer).toMatchObject({ kind: 'appended' });
    child.kill('SIGCONT');
    await sleep(20);
  }
  child.kill('SIGKILL');
  expect((await verifyRecord(record)).fault).toBeUndefined();
}, 90_000);

test('a copy that is made between two writes is whole, also with the file of a transaction beside it', async () => {
  const { file } = await fresh();
  const child = start(file, 'busy', '100000');
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  for (let round = 0; round < 5; round += 1) {
    await sleep(11);
    child.kill('SIGSTOP');
    const copy = path.join(temporaryFolder(), 'record.db');
    copyFileSync(file, copy);
    if (existsSync(`${file}-journal`)) copyFileSync(`${file}-journal`, `${copy}-journal`);
    child.kill('SIGCONT');
    const store = await openSqliteRecord(copy, { purpose: 'read', now: Date.now, process: { who: 'test' } });
    const [account = { id: 0, ...orb }] = await store.accounts();
    const verdict = await verifyRecord(store.of(account));
    expect(verdict.fault).toBeUndefined();
    expect(verdict.events).toBeGreaterThan(0);
    await store.close();
  }
}, 60_000);

test('a record that another writer holds for too long is a sentence', async () => {
  const { file, record } = await fresh();
  const holder = await openDatabase(file);
  holder.exec('BEGIN IMMEDIATE');
  const begun = Date.now();
  await expect(record.append([noted('k')])).rejects.toMatchObject({
    kind: 'failure',
    message: expect.stringContaining('has been locked by another process for too long'),
  });
  expect(Date.now() - begun).toBeGreaterThan(4000);
  holder.exec('ROLLBACK');
  holder.close();
  expect(await record.append([noted('k')])).toMatchObject({ kind: 'appended' });
}, 20_000);
