// How much a long report has read: nothing in the first second, drawn on a terminal, and now and then a line in a log.
import { expect, test } from 'vitest';
import { readingProgress } from '../../src/commands/reading-progress.ts';

function begun(noteWidth: number | undefined) {
  let now = 0;
  const drawn: string[] = [];
  const noted: string[] = [];
  const interruption = new AbortController();
  const progress = readingProgress({
    terminal: { noteWidth, draw: (line: string) => void drawn.push(line) },
    system: { monotonic: () => now },
    interruption: interruption.signal,
    noteStyle: 'text',
    note: ({ text }: { text: string }) => void noted.push(text),
  });
  const readUntil = (end: number, step: number): void => {
    for (; now < end; now += step) progress.step();
  };
  return { progress, drawn, noted, readUntil, interruption };
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

test('nothing is drawn into rows while they are printed, and not before they can have arrived', () => {
  const { progress, drawn, readUntil } = begun(30);
  readUntil(1_100, 100);
  progress.pause();
  readUntil(2_000, 100);
  expect(drawn.slice(1)).toEqual(['']);
  progress.resume();
  readUntil(2_150, 50);
  expect(drawn).toHaveLength(2);
  readUntil(2_200, 50);
  expect(drawn).toHaveLength(3);
});

test('an interruption ends the reading, for nothing else may look at it', () => {
  const { progress, interruption } = begun(undefined);
  progress.step();
  interruption.abort(new Error('Ctrl-C'));
  expect(() => progress.step()).toThrow('Ctrl-C');
});
