import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readHeader } from '../../../src/batch/input/csv-header.ts';
import { readCells, readLine } from '../../../src/batch/input/row-draft.ts';
import { isPathSegment } from '../../../src/credits/customer.ts';

function cells(header: string, row: readonly string[]) {
  const reading = readHeader(header.split(','));
  if (reading.problems.length > 0) throw new Error(JSON.stringify(reading.problems));
  return readCells(reading.columns, row);
}

const problemsOf = ({ problems }: ReturnType<typeof readLine>): readonly string[] =>
  problems.map(({ where, problem }) => `${where} ${problem}`);

test('cells become the draft that flags make; blanks do not count, and an empty cell says nothing', () => {
  expect(
    cells('external_customer_id,amount,expires,item,auto-collect,mark-paid,metadata,metadata.b,description', [
      ...['acme', ' 10.50', '+30d', 'i1; i2;', 'TRUE', 'false', 'a=1;c==2', 'x;y=z', '   '],
    ]),
  ).toEqual({
    customer: { by: 'external', id: 'acme' },
    draft: {
      amount: '10.50',
      expires: '+30d',
      item: ['i1', 'i2'],
      autoCollect: true,
      markPaid: false,
      metadata: ['a=1', 'c==2', 'b=x;y=z'],
    },
    problems: [],
  });
});

test('a number that may be thousands where the decimal sign is a comma is refused between semicolons', () => {
  const { columns } = readHeader(['external_customer_id', 'amount', 'cost-basis']);
  const read = (amount: string, price: string, delimiter?: string) =>
    problemsOf(readCells(columns, ['acme', amount, price], delimiter));
  expect(read('1.000', '12.500', ';')).toEqual([
    'amount may mean thousands in a file with semicolons: "1.000"; write 1000 or 1.0000',
    'cost-basis may mean thousands in a file with semicolons: "12.500"; write 12500 or 12.5000',
  ]);
  expect(read('1000', '0.125', ';')).toEqual([]);
  expect(read('1.0000', '12.50', ';')).toEqual([]);
  expect(read('1.000', '12.500')).toEqual([]);
  expect(read('1.000', '12.500', '\t')).toEqual([]);
});

/** What nobody sees at the edge of a name. */
const unseen = [' ', '\t', '\u00a0', '\u200b', '\ufeff', '\u2060'];

test('a name in a CSV file whose edge nobody sees is refused, and never trimmed', () => {
  for (const blank of unseen)
    for (const name of [`x1${blank}`, `${blank}x1`]) {
      for (const column of ['external_customer_id', 'customer_id']) {
        const [problem = ''] = problemsOf(cells(`${column},amount`, [name, '5']));
        expect(problem).toContain(`${column} begins or ends with`);
        expect(problem).toContain('NDJSON');
      }
      const [problem = ''] = problemsOf(cells('customer_id,metadata.ref', ['a', name]));
      expect(problem).toContain('metadata.ref begins or ends with');
      for (const field of ['block', 'currency', 'invoice-item'])
        expect(Object.values(cells(`customer_id,${field}`, ['a', name]).draft ?? {})).toEqual([name]);
    }
});

test('an id of an NDJSON line is the one that is written, also where nobody sees its edge', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((each) => each.trim() !== '');
  const id = fc.tuple(fc.constantFrom('', ...unseen), text, fc.constantFrom('', ...unseen));
  fc.assert(
    fc.property(id, (parts) => {
      const written = parts.join('');
      const { customer } = readLine(JSON.stringify({ external_customer_id: written, amount: 1 }));
      fc.pre(isPathSegment(written));
      expect(customer).toEqual({ by: 'external', id: written });
    }),
  );
});

test('half a character and NUL are refused in an id', () => {
  for (const [text, shown] of [
    ['a\\ud800', 'a\\ud800'],
    ['\\u0000', '\\u0000'],
  ])
    expect(problemsOf(readLine(`{"customer_id":"${text}x","amount":1}`))).toEqual([
      `customer_id is not an id: "${shown}x"`,
    ]);
});

test('either column may say who, but not both at once', () => {
  const header = 'external_customer_id,customer_id';
  expect(cells(header, ['', 'Xy1']).customer).toEqual({ by: 'id', id: 'Xy1' });
  expect(cells(header, ['acme', '']).customer).toEqual({ by: 'external', id: 'acme' });
  expect(problemsOf(cells(header, ['acme', 'Xy1']))).toEqual([
    'customer_id goes without external_customer_id',
  ]);
  expect(problemsOf(cells(header, ['', '']))).toEqual([
    'external_customer_id is missing: fill it in, or customer_id',
  ]);
  expect(problemsOf(cells(header, ['..', '']))).toEqual(['external_customer_id is not an id: ".."']);
});

test('a cell too many or too few, and a switch that is neither on nor off', () => {
  expect(problemsOf(cells('customer_id,amount', ['a', '1', '2']))).toEqual([
    ' has 3 cells where the header has 2 columns',
  ]);
  expect(problemsOf(cells('customer_id,mark-paid', ['a', 'yes']))).toEqual([
    'mark-paid must be true or false: "yes"',
  ]);
});

test('a line of NDJSON is a body of the API and a customer', () => {
  expect(
    readLine('{"external_customer_id":"acme","entry_type":"decrement","amount":1.10,"metadata":{"k":"v"}}'),
  ).toEqual({
    customer: { by: 'external', id: 'acme' },
    draft: { type: 'decrement', amount: '1.10', metadata: ['k=v'] },
    problems: [],
  });
  expect(readLine('{"customer_id":"Xy1","amount":3}').draft).toEqual({ type: 'increment', amount: '3' });
});

for (const [line, problem] of [
  ['{', ' is not JSON'],
  ['[]', ' must be one JSON object a line'],
  ['{"customer_id":"a"} {"customer_id":"b"}', 'write one object a line'],
  ['{"amount":1}', 'external_customer_id is missing: fill it in, or customer_id'],
  ['{"customer_id":7,"amount":1}', 'customer_id must be a string'],
  ['{"customer_id":"a","amount":"1"}', 'amount must be a JSON number'],
  ['{"customer_id":"a","amont":1}', 'amont is not a field of a ledger entry'],
  ['{"customer_id":"a","invoice_settings":{}}', 'invoice_settings.auto_collection is missing'],
] as const) {
  test(`the line ${line} is refused`, () => {
    const problems = problemsOf(readLine(line));
    expect(problems[0]).toContain(problem);
    if (/is missing: fill|a string/.test(problem)) expect(problems).toHaveLength(1);
  });
}

test('blank cells beyond the named columns say nothing, and a value there is a problem', () => {
  const header = 'customer_id,amount,,';
  for (const row of [
    ['c', '5', '', ' '],
    ['c', '5'],
    ['c', '5', '', '', '', ''],
  ])
    expect(cells(header, row)).toMatchObject({ draft: { amount: '5' }, problems: [] });
  expect(problemsOf(cells(header, ['c', '5', '', 'x']))).toEqual([
    'cell 4 is in a column without a name: "x"',
  ]);
  expect(problemsOf(cells(header, ['c', '5', '', '', 'x']))).toEqual([
    ' has 5 cells where the header has 4 columns',
  ]);
  expect(problemsOf(cells(header, ['c']))).toEqual([' has 1 cells where the header has 4 columns']);
});
