import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wrapSentence } from '../../../src/output/terminal/wrap-sentence.ts';
import { textWidth } from '../../../src/output/text-width.ts';

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
