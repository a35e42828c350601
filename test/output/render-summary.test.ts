import { expect, test } from 'vitest';
import { renderSummary, type SummaryOptions } from '../../src/output/render-summary.ts';
import { jsonNumber } from '../../src/wire/json.ts';
import { grant, grantRow, grantsView, textOf } from './sample.ts';

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
