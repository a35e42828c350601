import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanLine, cleanText } from '../../src/output/clean-text.ts';
import { anyText } from './sample.ts';

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
