import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanLine } from '../../src/output/clean-text.ts';
import { graphemes, pad, shorten, textWidth, wrap, wrapSentence } from '../../src/output/text-width.ts';
import { anyText } from './sample.ts';

test.each([
  ['', 0],
  ['abc', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['日本', 4],
  ['ｱ', 1],
  ['Ａ', 2],
  ['한글', 4],
  ['\u1112\u1161\u11ab', 2],
  ['สวัสดี', 4],
  ['🙂', 2],
  ['🫠', 2],
  ['👩‍👩‍👧', 2],
  ['❤️', 2],
  ['🇯🇵', 2],
  ['…', 1],
  ['a\u200bb', 2],
  ['\u{20000}', 2],
  ['☰', 2],
])('%j takes %i cells', (text, cells) => {
  expect(textWidth(text)).toBe(cells);
});

test.each([
  ['hello', 5, 'hello'],
  ['hello', 4, 'hel…'],
  ['two words', 5, 'two…'],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日…'],
  ['👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧…'],
])('%j in %i cells is %j', (text, width, short) => {
  expect(shorten(text, width)).toBe(short);
});

test.each([
  ['one two three', 7, ['one two', 'three']],
  ['a 1234567890', 4, ['a', '1234', '5678', '90']],
  ['日本語', 3, ['日', '本', '語']],
  ['', 5, ['']],
  // One grapheme of three wide letters.
  ['\u1100\u1100\u1100', 4, ['\u1100\u1100', '\u1100']],
])('%j wraps at %i', (text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
});

test('padding counts cells, not characters', () => {
  expect([pad('日', 4), pad('日', 4, 'right'), pad('long', 2)]).toEqual(['日  ', '  日', 'long']);
});

test('any text fits after shortening or wrapping, and wrapping loses nothing but blanks', () => {
  fc.assert(
    fc.property(anyText.map(cleanLine), fc.integer({ min: 2, max: 30 }), (text, width) => {
      expect(textWidth(shorten(text, width))).toBeLessThanOrEqual(width);
      const lines = wrap(text, width);
      for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }),
  );
});

test('a line that fits, and any line without a terminal, stays as it is', () => {
  const long = 'word '.repeat(50).trim();
  expect(wrapSentence(long, undefined)).toBe(long);
  expect(wrapSentence('short', 40)).toBe('short');
  expect(wrapSentence(long, 20)).toBe(long);
});

test('further lines begin with blanks, the first keeps its own', () => {
  expect(wrapSentence('  → one two three four five six seven', 30, 4)).toBe(
    '  → one two three four five\n    six seven',
  );
});

test('a word longer than the terminal stays whole', () => {
  const path = `/home/${'x'.repeat(60)}/file`;
  expect(wrapSentence(`cannot read ${path} now, says the disk`, 30)).toBe(
    `cannot read\n${path}\nnow, says the disk`,
  );
});

test('no word is lost or broken, and no line of several words is too long', () => {
  const unit = fc.constantFrom(...'ab日é👍 ');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 300 }), fc.integer({ min: 30, max: 90 }), (text, width) => {
      const lines = wrapSentence(text.trimStart(), width).split('\n');
      expect(lines.join(' ')).toBe(text.trimStart());
      for (const line of lines)
        if (line.trim().includes(' ')) expect(textWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});

const long = {
  syllables: '한'.repeat(30_000),
  families: '👩‍👩‍👧'.repeat(5_000),
  flags: '🇯🇵'.repeat(10_000),
  'one letter with many accents': `e${'\u0301'.repeat(20_000)}${'ß'.repeat(20_000)}`,
  'letters with many accents': `e${'\u0301'.repeat(600)}`.repeat(100),
};

test.each(Object.entries(long))('a long text is measured, cut and broken without delay: %s', (_, text) => {
  // The time of this process alone, which others on the machine do not change.
  const start = process.cpuUsage();
  expect(wrap(shorten(text, 40), 20)).toHaveLength(shorten(text, 40) === text ? 1 : 2);
  expect(graphemes(text).join('')).toBe(text);
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(3_000);
});

test('a text is split into the same characters, however long what is before them', () => {
  const unit = fc.constantFrom(
    'a',
    'é',
    'e\u0301',
    '한',
    '👍🏽',
    '👩‍👩‍👧',
    '🇯🇵',
    '🇯',
    '\u1112\u1161\u11ab',
    'क\u094dष',
    '\ud83c',
  );
  fc.assert(
    fc.property(fc.integer({ min: 500, max: 513 }), fc.array(unit, { maxLength: 12 }), (length, units) => {
      const [before, text] = ['a'.repeat(length), units.join('')];
      expect(graphemes(`${before}ß${text}`)).toEqual([...before, ...graphemes(`ß${text}`)]);
    }),
  );
});
