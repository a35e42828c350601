import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  cleanLine,
  cleanText,
  graphemes,
  pad,
  shorten,
  textWidth,
  wrap,
  wrapSentence,
} from '../../src/output/shown-text.ts';
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

test.each([
  ['plain text stays', 'Trial credits (Q3) ~ 日本 é 👩‍👩‍👧', 'Trial credits (Q3) ~ 日本 é 👩‍👩‍👧'],
  ['colours go as a whole', '\u001b[1;31mred\u001b[0m', 'red'],
  ['8-bit sequences too', '\u009b2Jgone', 'gone'],
  ['a window title', '\u001b]0;owned\u0007text', 'text'],
  ['a link, ended by ESC \\', '\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'link'],
  ['a title without an end loses its beginning only', '\u001b]0;all the rest', '0;all the rest'],
  ['a title within another that has no end', '\u009d0;one\u009d0;two\u0007text', '0;onetext'],
  ['a character set switch', '\u001b(0lqk', 'lqk'],
  ['a lone ESC, DEL, BEL, NUL', 'a\u001bb'.replace('b', '\u007f\u0007\u0000b'), 'ab'],
  ['bidi overrides are seen', 'a\u202egpj.exe\u2066x\u200f', 'a\\u202egpj.exe\\u2066x\\u200f'],
  ['a byte order mark is seen', '\ufeffid', '\\ufeffid'],
  ['characters without a width are seen', 'ac\u200b\u200dme\u00ad', 'ac\\u200b\\u200dme\\u00ad'],
  ['tags and selectors are seen', 'acme\u{e0061}\ufe0e', 'acme\\udb40\\udc61\\ufe0e'],
  [
    'joiners only where nothing needs them',
    '👩\u200d👧 ❤\ufe0f क\u094d\u200d',
    '👩\u200d👧 ❤\ufe0f क\u094d\u200d',
  ],
  ['lines of Windows and of Unicode', 'a\r\nb\u2028c\rd', 'a\nb\ncd'],
  ['newlines and tabs stay', 'a\n\tb', 'a\n\tb'],
])('%s', (_name, dirty, clean) => {
  expect(cleanText(dirty)).toBe(clean);
});

test('on one line, newlines and tabs become one blank', () => {
  expect(cleanLine('a\r\n\n\tb\tc')).toBe('a b c');
});

test('nothing that drives a terminal is left of any text, and cleaning again changes nothing', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const clean = cleanText(text);
      expect(clean).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
      expect(cleanText(clean)).toBe(clean);
    }),
  );
});

test('a megabyte of unfinished sequences is cleaned without delay', () => {
  // The time of this process alone, which others on the machine do not change.
  const start = process.cpuUsage();
  cleanText('\u001b]0;'.repeat(250_000));
  cleanText('\u001b[1;1;1;'.repeat(125_000));
  for (const begin of ['\u0090', '\u0098', '\u009d', '\u009da', '\u009e', '\u009f', '\u001b]\u009d'])
    cleanText(begin.repeat(250_000));
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(2_000);
});
