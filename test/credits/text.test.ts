import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edgeProblem, hasUnseenEdge, unsendable, visible } from '../../src/credits/text.ts';
import { anyCharacter } from '../support/characters.ts';

test.each([
  ['acme', 'acme'],
  ['a b', 'a b'],
  ['caf\u00e9 🎉', 'caf\u00e9 🎉'],
  ['cafe\u0301', 'cafe\\u0301'],
  ['x\u200b', 'x\\u200b'],
  ['x\u00a0', 'x\\u00a0'],
  ['\ud800x\0', '\\ud800x\\u0000'],
  ['x'.repeat(100), `${'x'.repeat(80)}…`],
])('%j is shown as %s', (text, shown) => expect(visible(text)).toBe(shown));

test.each(['\0', 'a\0b', '\ud800', 'a\udc00b', '🎉\ud83c'])('%j cannot be sent', (text) =>
  expect(unsendable(text)).toContain('cannot be sent'));

test('what can be sent is what comes back from its bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), fc.constantFrom('', '\ud800', '\0'), (text, more) => {
      const whole = `${text}${more}`;
      const comesBack = Buffer.from(whole).toString() === whole && !whole.includes('\0');
      expect(unsendable(whole) === undefined).toBe(comesBack);
    }),
  );
});

test.each([
  'x ',
  ' x',
  'x\n',
  'x\u00a0',
  '\ufeffx',
  'x\u200d',
  'x\u00ad',
  '\u3000x',
])('%j has an edge that nobody sees', (text) =>
  expect([hasUnseenEdge(text), edgeProblem(text)]).toEqual([true, expect.stringContaining(visible(text))]));

test.each(['x', 'a b', '', 'cafe\u0301', '🎉'])('%j has none', (text) =>
  expect([hasUnseenEdge(text), edgeProblem(text)]).toEqual([false, undefined]));
