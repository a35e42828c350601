import fc from 'fast-check';
import { expect, test } from 'vitest';
import { render } from '../../src/output/render.ts';
import { textWidth } from '../../src/output/shown-text.ts';
import { anyGrant, counted, grant, grantRow, options, pieces, rendered } from './sample.ts';

test('columns are aligned by cells, numbers to the right, and no line ends in blanks', async () => {
  const rows = [
    grantRow({ note: '日本', amount: '1' }),
    grantRow({ id: 'b22', amount: '-12.5', note: 'café', currency: '' }),
  ];
  expect(await rendered(rows, { columns: ['id', 'note', 'amount', 'currency'] })).toBe(
    ['id   note  amount  currency', 'a1   日本       1  USD', 'b22  café   -12.5  -', ''].join('\n'),
  );
});

test('nothing is cut, and text of the API cannot drive a terminal', async () => {
  const long = 'long '.repeat(60);
  expect(await rendered([grantRow({ note: `${long}\u001b[2Jhot\npath` })], { columns: ['note'] })).toBe(
    `note\n${long}hot path\n`,
  );
});

test('one record is a line a column, all of them', async () => {
  expect(await rendered([grantRow()], { shape: 'one' })).toBe(
    'id        a1\namount    100\nnote      hello\ncurrency  USD\n',
  );
});

test('where colour was asked for, a value has the one of its meaning, and columns stay aligned', async () => {
  const paint = (meaning: string, text: string) => `<${meaning}>${text}</>`;
  const table = { kind: 'plain', ink: { paint, now: 0 } } as const;
  const rows = [grantRow({ amount: '1' }), grantRow({ id: 'b22', amount: '-12.5' })];
  const plain = await rendered(rows, { columns: ['amount', 'id'] });
  const inked = await rendered(rows, { columns: ['amount', 'id'], table });
  expect(inked).toContain('<strong>-12.5</>  b22');
  expect(inked.replaceAll(/<\/?\w*>/g, '')).toBe(plain);
  expect(await rendered([grantRow({ amount: '-1' })], { shape: 'one', table })).toContain('<strong>-1</>');
});

test('an empty list is no table but a note', async () => {
  const notes: string[] = [];
  expect(await rendered([], { note: (sentence) => notes.push(sentence) })).toBe('');
  expect(notes).toEqual(['no grants']);
});

test('a long list is streamed in pages under one header, later pages only wider', async () => {
  const rows = [...Array(3).fill(grantRow()), grantRow({ id: 'wider' }), grantRow()];
  const text = render(rows, options({ pageRows: 2, columns: ['id', 'amount'] }));
  expect(await pieces(text)).toEqual([
    'id  amount\na1     100\na1     100\n',
    'a1        100\nwider     100\n',
    'a1        100\n',
  ]);
});

test('no more than a page is held back', async () => {
  const { rows, taken } = counted(Array.from({ length: 500 }, () => grantRow()));
  await render(rows, options())[Symbol.asyncIterator]().next();
  expect(taken()).toBe(200);
});

test('every amount stands whole, and every column of numbers ends at one place', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyGrant, { minLength: 1, maxLength: 8 }), async (grants) => {
      const rows = grants.map((each) => grantRow(grant(each)));
      const lines = (await rendered(rows, { columns: ['note', 'amount'] })).split('\n').slice(0, -1);
      expect(new Set(lines.map(textWidth)).size).toBe(1);
      for (const [index, { amount }] of grants.entries())
        expect(lines[index + 1]?.endsWith(` ${amount}`)).toBe(true);
    }),
  );
});
