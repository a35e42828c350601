// The journals of batches against that of their profile: a run that has sent anything was noted there first.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { UnmarkedRuns } from '../../../src/batch/apply/unmarked-runs.ts';
import { chainedFile } from '../../../src/record/chained-file.ts';
import type { BatchMark } from '../../../src/record/journal.ts';
import { systemParts } from '../../../src/runtime/system.ts';
import { creditctl, errorOf } from '../../support/command.ts';
import { freshHome, noon, type RunResult } from '../../support/run.ts';

const state = (home: string): string => path.join(home, '.local/state/creditctl');
const journal = (home: string): string => path.join(state(home), 'journal/sandbox.ndjson');

async function applied(): Promise<{ readonly home: string; readonly file: string }> {
  const home = freshHome();
  writeFileSync(path.join(home, 'x.csv'), 'external_customer_id,amount\nacme,5\nglobex,7\n');
  const line = `ledger import ${home}/x.csv --batch-id trials --sandbox --yes`;
  const result = await creditctl(line, { home });
  expect(result.code, result.stderr).toBe(0);
  const places = path.join(state(home), 'batches');
  const place = readdirSync(places).find((name) => name.startsWith('sandbox-')) ?? '';
  return { home, file: path.join(places, place, 'trials', 'journal.ndjson') };
}

/** The journal of the profile with its head, as if it had never been. */
function removeJournal(home: string): void {
  for (const file of [journal(home), journal(home).replace('.ndjson', '.head')]) rmSync(file);
}

const verify = (home: string, which = '--sandbox'): Promise<RunResult> =>
  creditctl(`history verify ${which} -o json`, { home });

/** Only so many lines of the batch's journal, with the head that fits. */
function cut(file: string, lines: number): void {
  const kept = readFileSync(file, 'utf8').split('\n').slice(0, lines);
  writeFileSync(file, `${kept.join('\n')}\n`);
  const { line, hash } = JSON.parse(kept.at(-1) ?? '') as { line: number; hash: string };
  const head = { v: 2, line, hash, flushed: line };
  writeFileSync(file.replace('.ndjson', '.head'), `${JSON.stringify(head)}\n`);
}

const missed =
  'the run that began on 2026-11-23T12:00:00.000Z is not in the journal of the profile, which is told of a run before its first row: one of the two was removed or replaced';

test('a journal of a profile that was removed whole is missed by the batches of the profile', async () => {
  const { home, file } = await applied();
  removeJournal(home);
  for (const which of ['--sandbox', '--all-profiles']) {
    const result = await verify(home, which);
    expect(result.code).toBe(1);
    expect(JSON.parse(result.stdout)).toMatchObject([
      { profile: 'sandbox', batch: null, lines: 0 },
      { batch: 'trials', intact: false, findings: [{ line: 1, kind: 'removed', what: missed, fault: true }] },
    ]);
    expect(errorOf(result).message).toContain(`${file}, line 1: ${missed}`);
  }
});

test('a new journal in its place knows of later runs, and not of those of before', async () => {
  const { home } = await applied();
  removeJournal(home);
  const line = `ledger import ${home}/x.csv --batch-id later --sandbox --yes`;
  expect((await creditctl(line, { home, now: noon + 60_000 })).code).toBe(0);
  expect(JSON.parse((await verify(home)).stdout)).toMatchObject([
    { batch: null, intact: true },
    { batch: 'later', intact: true },
    { batch: 'trials', intact: false },
  ]);
});

test('a run that was killed before any row, or after it only looked at the ledgers, is no fault', async () => {
  const { home, file } = await applied();
  removeJournal(home);
  cut(file, 1);
  expect((await verify(home)).code).toBe(0);
  const found = { event: 'settled', at: '2026-11-23T12:01:00.000Z', row: 1, key: 'batch-1', found: true };
  chainedFile(file, systemParts.process).appendAll([found]);
  expect((await verify(home)).code).toBe(0);
  const intended = { event: 'intended', at: '2026-11-23T12:02:00.000Z', row: 2, key: 'batch-2' };
  chainedFile(file, systemParts.process).appendAll([intended]);
  expect((await verify(home)).code).toBe(1);
});

test('a run that began while the journals were read is looked for once more', () => {
  const runs = new UnmarkedRuns([]);
  for (const [index, event] of ['begun', 'intended'].entries()) {
    const bytes = Buffer.from(`{"v":2,"event":"${event}","at":"2026-11-23T12:00:00.000Z"}`);
    runs.take({ bytes, number: index + 1, start: 0, isWhole: true });
  }
  const marked = (batch: string) => ({
    batchMarks: () => [{ batch, run: '2026-11-23T12:00:00.000Z' }] as BatchMark[],
  });
  expect(runs.findings(marked('trials'), 'trials')).toEqual([]);
  expect(runs.findings(marked('other'), 'trials')).toMatchObject([{ line: 1, text: missed }]);
});

test('each run that was carried out is missed, once', async () => {
  const { home } = await applied();
  expect((await creditctl('batch undo trials --sandbox --yes', { home, now: noon + 60_000 })).code).toBe(0);
  removeJournal(home);
  const [, batch] = JSON.parse((await verify(home)).stdout) as { findings: { what: string }[] }[];
  expect(batch?.findings.map(({ what }) => what.slice(0, 46))).toEqual([
    'the run that began on 2026-11-23T12:00:00.000Z',
    'the run that began on 2026-11-23T12:01:00.000Z',
  ]);
});

test('a journal of which only the head is left is missed at every profile', async () => {
  const { home } = await creditctl('ledger add acme --amount 1 --sandbox --yes');
  rmSync(journal(home));
  const result = await verify(home, '--all-profiles');
  expect(result.code).toBe(1);
  expect(JSON.parse(result.stdout)).toMatchObject([{ profile: 'sandbox', batch: null, intact: false }]);
});

test('profiles are those of journals and of batches, and nothing else that lies there', async () => {
  const { home, file } = await applied();
  removeJournal(home);
  mkdirSync(path.join(state(home), 'batches', 'empty-0123abcd'));
  appendFileSync(path.join(state(home), 'batches', 'note.txt'), '');
  expect(existsSync(file)).toBe(true);
  const { stdout } = await creditctl('history verify --all-profiles --json profile,batch', { home });
  expect(JSON.parse(stdout)).toEqual([
    { profile: 'sandbox', batch: null },
    { profile: 'sandbox', batch: 'trials' },
  ]);
});
