// How much a long report has read: nothing in the first second, drawn on a terminal, and now and then a line in a log.
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { terminalOn } from '../../src/output/terminal/streams.ts';
import { readingProgress } from '../../src/runtime/reading-progress.ts';
import { creditctl } from '../support/command.ts';
import { freshHome } from '../support/run.ts';

function begun(noteWidth: number | undefined) {
  let now = 0;
  const drawn: string[] = [];
  const noted: string[] = [];
  const interruption = new AbortController();
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done() });
  const stderr = Object.assign(new Writable(), { isTTY: noteWidth !== undefined, columns: noteWidth ?? 0 });
  stderr.write = (text: string) => drawn.push(text.replace('\r\u001b[2K', '')) > 0;
  const streams = { stdin: Readable.from([]), stdinIsTerminal: false, stdout, stderr, screen: stderr };
  const terminal = terminalOn(streams);
  const progress = readingProgress({
    terminal,
    system: { monotonic: () => now },
    interruption: interruption.signal,
    noteStyle: 'text',
    note: ({ text }: { text: string }) => void noted.push(text),
  });
  const readUntil = (end: number, step: number): void => {
    for (; now < end; now += step) progress.step();
  };
  const pass = (ms: number): void => {
    now += ms;
  };
  return { progress, terminal, drawn, noted, readUntil, pass, interruption };
}

test('a terminal shows nothing for a second, then one line that is drawn again, and cleared at the end', () => {
  const { progress, drawn, noted, readUntil } = begun(30);
  readUntil(1_000, 100);
  progress.clear();
  expect(drawn).toEqual([]);
  readUntil(1_400, 100);
  expect(drawn).toEqual(['11 entries read · 11/s', '13 entries read · 11/s']);
  progress.clear();
  progress.clear();
  expect(drawn.slice(2)).toEqual(['']);
  expect(noted).toEqual([]);
});

test('a log gets a line every ten seconds', () => {
  const { drawn, noted, readUntil } = begun(undefined);
  readUntil(25_000, 1_000);
  expect(noted).toEqual(['11 entries read · 1/s', '21 entries read · 1/s']);
  expect(drawn).toEqual([]);
});

test('rows that are printed are neither drawn into nor drawn behind before they can have arrived', async () => {
  const { progress, terminal, drawn, readUntil } = begun(30);
  readUntil(1_100, 100);
  for (let end = 1_150; end <= 2_000; end += 50) {
    await terminal.out('a row\n');
    readUntil(end, 50);
  }
  expect(drawn.slice(1)).toEqual(['']);
  readUntil(2_200, 50);
  expect(drawn).toHaveLength(2);
  readUntil(2_250, 50);
  expect(drawn).toHaveLength(3);
  progress.clear();
});

test('customers count too, whose ledgers may be empty', () => {
  const { progress, drawn, pass } = begun(60);
  progress.step();
  for (let each = 0; each < 2; each += 1) progress.customer();
  expect(drawn).toEqual([]);
  pass(1_000);
  progress.customer();
  expect(drawn).toEqual(['1 entries of 3 customers read · 1/s']);
});

test('an interruption ends the reading, for nothing else may look at it', () => {
  const { progress, interruption } = begun(undefined);
  progress.step();
  interruption.abort(new Error('Ctrl-C'));
  expect(() => progress.step()).toThrow('Ctrl-C');
});

test.each([
  ['batch plan - --out PLAN', /\u001b\[2K\d customers read/],
  ['batch plan - --out PLAN', /\u001b\[2K\d ledgers read/],
  ['batch select --grant 5 --balance-below 10 --out PLAN', /\u001b\[2K\d customers read/],
  ['customers search zzz', /\u001b\[2K\d customers read/],
  ['ledger verify --all', /\u001b\[2K0 entries of \d customers read/],
  ['report movements --all --since 2026-11-01 --until today', /\u001b\[2K0 entries of \d customers read/],
])('`%s` is not silent while it reads customers', async (line, shown) => {
  const home = freshHome();
  const stdin = 'external_customer_id,amount\nacme,1\nglobex,1\ninitech,1\n';
  const typed = `${line.replace('PLAN', path.join(home, 'plan'))} --sandbox`;
  const { stderr } = await creditctl(typed, { home, stdin, terminal: 80, slowness: 900 });
  expect(stderr).toMatch(shown);
});
