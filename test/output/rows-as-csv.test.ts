import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanText } from '../../src/output/shown-text.ts';
import { anyAmount, anyText, grantRow, rendered } from './sample.ts';

const csv = (note: string) => rendered([grantRow({ note })], { format: 'csv', columns: ['note', 'id'] });
const read = (text: string): string[][] => parse(text);

test('the header has the names of the columns, all of them unasked', async () => {
  expect(await rendered([grantRow()], { format: 'csv' })).toBe('id,amount,note,currency\na1,100,hello,USD\n');
});

test('an empty list is a header', async () => {
  expect(await rendered([], { format: 'csv', columns: ['id'] })).toBe('id\n');
});

test.each([
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['two\r\nlines', '"two\nlines"'],
  [' edge ', '" edge "'],
  ['=1+1', "'=1+1"],
  ['+cmd', "'+cmd"],
  ['-cmd', "'-cmd"],
  ['@sum', "'@sum"],
  ['＝1', "'＝1"],
  ['\t=1', '"\'\t=1"'],
  ['\r=1', "'=1"],
  [' =1', "' =1"],
  ['-12.5', '-12.5'],
  ['+12.5', '+12.5'],
  ['-12.5.1', "'-12.5.1"],
  ['-1e5', "'-1e5"],
  ['a=1', 'a=1'],
  ['\u001b[31mred\u0000', 'red'],
])('%j is written %s', async (note, written) => {
  expect(await csv(note)).toBe(`note,id\n${written},a1\n`);
});

test('a lone empty value is not an empty line', async () => {
  const text = await rendered([grantRow({ note: '' })], { format: 'csv', columns: ['note'] });
  expect(text).toBe('note\n""\n');
});

test('any text comes back clean, and never as a formula', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, async (note) => {
      const [, [value = ''] = []] = read(await csv(note));
      expect(value.replace(/^'/, '')).toBe(cleanText(note).replace(/^'/, ''));
      if (!/^[+-]?\d+(\.\d+)?$/.test(value)) expect(value).not.toMatch(/^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/);
    }),
  );
});

test('any amount comes back as it is', async () => {
  await fc.assert(
    fc.asyncProperty(anyAmount, async (amount) => {
      const text = await rendered([grantRow({ amount })], { format: 'csv', columns: ['amount'] });
      expect(read(text)).toEqual([['amount'], [amount]]);
    }),
  );
});
