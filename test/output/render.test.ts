import { expect, test } from 'vitest';
import { formatNames, render } from '../../src/output/render.ts';
import { grantRow, options, pieces, rendered } from './sample.ts';

test('the formats by name', () => {
  expect(formatNames).toEqual(['table', 'json', 'ndjson', 'csv', 'yaml', 'md']);
});

test.each([
  'table',
  'csv',
] as const)('a column that the view does not know is a defect of the caller: %s', async (format) => {
  const text = render([grantRow()], options({ format, columns: ['nope'] }));
  await expect(pieces(text)).rejects.toThrow('--columns knows no column "nope"; choose from id, amount');
});

test.each(['json', 'ndjson'] as const)('so is a field: %s', async (format) => {
  const text = render([grantRow()], options({ format, fields: ['nope'] }));
  await expect(pieces(text)).rejects.toThrow('--json knows no field "nope"; choose from id, amount');
});

test.each(['json', 'table'] as const)('one record needs a record: %s', async (format) => {
  await expect(pieces(render([], options({ format, shape: 'one' })))).rejects.toThrow(RangeError);
});

test('of one record, any format but JSON is as of a list of it', async () => {
  expect(await rendered([grantRow()], { format: 'csv', shape: 'one' })).toBe(
    'id,amount,note,currency\na1,100,hello,USD\n',
  );
});
