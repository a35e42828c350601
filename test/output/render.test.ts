import { expect, test } from 'vitest';
import { formatNames, render, renderSummary, type SummaryOptions } from '../../src/output/render.ts';
import { jsonNumber } from '../../src/wire/json.ts';
import { grant, grantRow, grantsView, options, pieces, rendered, textOf } from './sample.ts';

test('the formats by name', () => {
  expect(formatNames).toEqual(['table', 'json', 'ndjson', 'csv', 'yaml', 'md']);
});

test.each([
  'table',
  'csv',
] as const)('a column that the view does not know is a defect of the caller: %s', async (format) => {
  const text = render([grantRow()], options({ format, columns: ['nope'] }));
  await expect(pieces(text)).rejects.toThrow(/--columns .*"nope"; did you mean --columns note/);
});

test.each(['json', 'ndjson'] as const)('so is a field: %s', async (format) => {
  const text = render([grantRow()], options({ format, fields: ['nope'] }));
  await expect(pieces(text)).rejects.toThrow(/--json .*"nope".*; choose from id, amount/);
});

test.each(['json', 'table'] as const)('one record needs a record: %s', async (format) => {
  await expect(pieces(render([], options({ format, shape: 'one' })))).rejects.toThrow(RangeError);
});

test('of one record, any format but JSON is as of a list of it', async () => {
  expect(await rendered([grantRow()], { format: 'csv', shape: 'one' })).toBe(
    'id,amount,note,currency\na1,100,hello,USD\n',
  );
});

const summary = (format: SummaryOptions['format'], some: Partial<SummaryOptions> = {}) =>
  textOf(
    renderSummary(
      {
        view: grantsView,
        row: { record: grant({ id: 'all' }), document: { id: 'all', amount: jsonNumber('200') } },
        list: grantsView,
        rows: [grantRow(), grantRow({ id: 'b2' })],
      },
      { format, table: { kind: 'plain' }, ...some },
    ),
  );

test('a table is the summary over the list, and --columns are those of the list', async () => {
  expect(await summary('table', { columns: ['id'] })).toBe(
    'id        all\namount    100\nnote      hello\ncurrency  USD\n\nid\na1\nb2\n',
  );
});

test('CSV is the list alone', async () => {
  expect(await summary('csv', { columns: ['id'] })).toBe('id\na1\nb2\n');
});

test('JSON is the one document, and its fields are those of the summary', async () => {
  expect(await summary('json', { fields: ['amount'] })).toBe('{\n  "amount": 200\n}\n');
  expect(await summary('ndjson')).toBe('{"id":"all","amount":200}\n');
});
