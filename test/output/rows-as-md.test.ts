import fc from 'fast-check';
import { expect, test } from 'vitest';
import { render } from '../../src/output/render.ts';
import { cleanLine } from '../../src/output/shown-text.ts';
import { anyText, counted, grantRow, options, rendered } from './sample.ts';

const md = (note: string) => rendered([grantRow({ note })], { format: 'md', columns: ['note', 'id'] });

/** The cells of a row, as GitHub splits it: a pipe behind a backslash divides nothing. */
const cells = (row: string): string[] =>
  row
    .slice(2, -2)
    .split(/(?<!(?<!\\)(?:\\\\)*\\)\|/)
    .map((cell) => cell.trim());

/** What a reader sees of a cell: escapes and entities undone. */
const shown = (cell: string): string =>
  cell
    .replace(/\\([\\|`*_[\]~])/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

test('a list is a table of the usual columns, numbers to the right', async () => {
  expect(await rendered([grantRow(), grantRow({ id: 'b2' })], { format: 'md' })).toBe(
    [
      '| id | amount | note | currency |',
      '| --- | ---: | --- | --- |',
      '| a1 | 100 | hello | USD |',
      '| b2 | 100 | hello | USD |',
      '',
    ].join('\n'),
  );
});

test('one record is a table of two columns', async () => {
  expect(await rendered([grantRow()], { format: 'md', shape: 'one' })).toBe(
    [
      '| field | value |',
      '| --- | --- |',
      '| id | a1 |',
      '| amount | 100 |',
      '| note | hello |',
      '| currency | USD |',
      '',
    ].join('\n'),
  );
});

test('an empty list is a header', async () => {
  expect(await rendered([], { format: 'md', columns: ['id'] })).toBe('| id |\n| --- |\n');
});

test.each([
  ['a|b', 'a\\|b'],
  ['a\\|b', 'a\\\\\\|b'],
  ['two\nlines', 'two lines'],
  ['`rm -rf`', '\\`rm -rf\\`'],
  ['<script>', '&lt;script&gt;'],
  ['a & b', 'a &amp; b'],
  ['*bold* ~~gone~~ [link](x)', '\\*bold\\* \\~\\~gone\\~\\~ \\[link\\](x)'],
  ['entry_type _it_', 'entry_type \\_it\\_'],
  ['\u001b[31mred\u0000', 'red'],
  ['', ''],
])('%j is written %s', async (note, written) => {
  expect(await md(note)).toBe(`| note | id |\n| --- | --- |\n| ${written} | a1 |\n`);
});

test('no text breaks the table, and each comes back as a reader would see it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(anyText, fc.string({ unit: fc.constantFrom(...'\\|`*_<>&[]~\n a1') })),
      async (note) => {
        const lines = (await md(note)).split('\n');
        expect(lines).toHaveLength(4);
        const [first = '', ...rest] = cells(lines[2] ?? '');
        expect(rest).toEqual(['a1']);
        expect(shown(first)).toBe(cleanLine(note).trim());
        expect(first.replace(/\\./g, '')).not.toMatch(/[<>`|*]/);
      },
    ),
  );
});

test('each line is written before the next record is asked for', async () => {
  const { rows, taken } = counted([grantRow(), grantRow(), grantRow()]);
  const text = render(rows, options({ format: 'md' }))[Symbol.asyncIterator]();
  await text.next();
  expect(taken()).toBe(0);
  await text.next();
  expect(taken()).toBe(1);
});
