import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Intent } from '../../src/record/journal.ts';
import { journalFile } from '../../src/record/journal-file.ts';

const fresh = (): string =>
  path.join(mkdtempSync(path.join(os.tmpdir(), 'creditctl-journal-')), 'journal', 'p.ndjson');

const intent = (key: string, fingerprint = `print-${key}`): Intent => ({
  event: 'intended',
  at: '2026-11-23T12:00:00.000Z',
  key,
  fingerprint,
  who: 'tester',
  runner: { machine: 'm', pid: 1 },
  command: 'ledger add',
  place: { profile: 'p', kind: 'test', host: 'h' },
  request: { method: 'POST', path: '/x' },
});

const journalAt = (file: string) =>
  journalFile(file, { runner: { machine: 'm', pid: 1 }, isAlive: () => false });

const settled = (key: string) => ({ event: 'settled', at: '2026-11-23T12:00:01.000Z', key }) as const;

test('a journal that does not exist yet knows nothing and makes nothing', () => {
  const file = fresh();
  expect(journalAt(file).find('x')).toEqual([]);
  expect(() => statSync(file)).toThrow('ENOENT');
});

test('lines are appended to a file that only its owner can read', () => {
  const file = fresh();
  journalAt(file).append(intent('a'));
  journalAt(file).append(settled('a'));
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(3);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
});

test('a write is found by its fingerprint and by its key, with its outcome', () => {
  const journal = journalAt(fresh());
  for (const key of ['a', 'b']) journal.append(intent(key));
  journal.append(settled('a'));
  journal.append(intent('c', 'print-a'));
  expect(journal.find('print-a').map(({ intent: { key }, outcome }) => [key, outcome?.event])).toEqual([
    ['a', 'settled'],
    ['c', undefined],
  ]);
  expect(journal.find('b').map((write) => write.intent)).toEqual([intent('b')]);
  expect(journal.find('print')).toEqual([]);
  // A line that only mentions the key of another write is not one of its lines.
  journal.append({ ...intent('d'), who: 'b' });
  expect(journal.find('print-b').map((write) => write.intent.key)).toEqual(['b']);
});

test.each([
  '.*',
  'a|b',
  '(',
  '[',
  '\\',
  '"',
  'a"b\\c',
  '$&',
  '^',
  '+',
  "'",
  '{"key":"x"}',
  'intended',
  '1',
])('the key %s is found as it is, and no other for it', (key) => {
  const journal = journalAt(fresh());
  journal.append(intent('abc'));
  journal.append(intent(key));
  journal.append(settled(key));
  const found = journal.find(key).filter((write) => write.intent.key === key);
  expect(found.map(({ outcome }) => outcome?.event)).toEqual(['settled']);
  expect(journal.find('abc')).toHaveLength(1);
});

test('wherever a crash cut the last line, earlier writes are known and the next line is whole', () => {
  const file = fresh();
  const journal = journalAt(file);
  journal.append(intent('a'));
  const { size: whole } = statSync(file);
  journal.append(intent('é'));
  const { size } = statSync(file);
  for (let end = whole; end < size; end += 7) {
    const copy = fresh();
    mkdirSync(path.dirname(copy));
    writeFileSync(copy, readFileSync(file));
    truncateSync(copy, end);
    const torn = journalAt(copy);
    expect(torn.find('print-é')).toEqual([]);
    torn.append(settled('a'));
    torn.append(intent('next'));
    expect(torn.find('a')[0]?.outcome?.event).toBe('settled');
    expect(torn.find('next')).toHaveLength(1);
  }
});

test('a line of nonsense between the others changes nothing', () => {
  const file = fresh();
  const journal = journalAt(file);
  journal.append(intent('a'));
  appendFileSync(file, 'a nonsense "a"\n\u0000\n{"key":"a"}\n\n');
  journal.append(settled('a'));
  expect(journal.find('a').map(({ outcome }) => outcome?.event)).toEqual(['settled']);
});

test('a journal that cannot be written says so, names the file, and nothing was sent', () => {
  const file = fresh();
  mkdirSync(file, { recursive: true });
  expect(() => journalAt(file).append(intent('a'))).toThrow(
    expect.objectContaining({
      kind: 'failure',
      message: `The journal ${file} cannot be written (EISDIR), so nothing was sent`,
      facts: expect.objectContaining({ applied: 'no', retrySafe: true }),
    }),
  );
});

test('a journal that cannot be read says so', () => {
  const file = fresh();
  mkdirSync(file, { recursive: true });
  expect(() => journalAt(file).find('a')).toThrow(/cannot be read \(EISDIR\), so nothing was sent$/);
});

test.skipIf(process.getuid?.() === 0)('a folder without access is told as it is', () => {
  const file = fresh();
  mkdirSync(path.dirname(file));
  chmodSync(path.dirname(file), 0o500);
  expect(() => journalAt(file).append(intent('a'))).toThrow(/cannot be written \(EACCES\)/);
});
