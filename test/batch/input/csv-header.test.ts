import { expect, test } from 'vitest';
import { readHeader } from '../../../src/batch/input/csv-header.ts';
import { entryFieldNames, entryFields } from '../../../src/requests/entry-draft.ts';

const columnsOf = (line: string) => {
  const reading = readHeader(line.split(','));
  if (reading.problems.length > 0) throw new Error(JSON.stringify(reading.problems));
  return reading.columns;
};
const problemsOf = (line: string): readonly string[] =>
  readHeader(line.split(',')).problems.map(({ where, problem }) => `${where} ${problem}`);

test('every flag of an entry is a column, with or without its dashes', () => {
  for (const field of entryFieldNames) {
    const { flag } = entryFields[field];
    for (const name of [flag, flag.slice(2), ` ${flag.slice(2).toUpperCase()} `])
      expect(columnsOf(`customer_id,${name}`)[1]).toEqual({ holds: 'field', field });
  }
});

test("the API's names are columns too, where they mean one field", () => {
  for (const [name, field] of [
    ['entry_type', 'type'],
    ['expiry_date', 'expires'],
    ['per_unit_cost_basis', 'costBasis'],
    ['cost_basis', 'costBasis'],
    ['block_id', 'block'],
    ['invoice_settings.net_terms', 'invoiceNetTerms'],
  ])
    expect(columnsOf(`customer_id,${name}`)[1]).toEqual({ holds: 'field', field });
});

test('customers and keys of metadata have columns', () => {
  expect(columnsOf('external_customer_id,customer-id,metadata.Ticket.No')).toEqual([
    { holds: 'customer', by: 'external' },
    { holds: 'customer', by: 'id' },
    { holds: 'metadata', key: 'Ticket.No' },
  ]);
});

for (const [line, problem] of [
  ['customer_id,amout', 'column 2 "amout" is not known; did you mean amount? (columns are:'],
  [
    'customer_id,xyzzyx',
    'column 2 "xyzzyx" is not known; to keep it as metadata, name it metadata.xyzzyx (columns are: external_customer_id, customer_id, type',
  ],
  ['customer_id,a=b', 'column 2 "a=b" is not known (columns are'],
  [
    'Customer,amount',
    `column 1 "Customer" is not known; did you mean external_customer_id (your own ids) or customer_id (Orb's)?`,
  ],
  [
    'customer.external_customer_id,amount',
    'column 1 "customer.external_customer_id" is not known; did you mean external_customer_id?',
  ],
  [
    'customer_id,credit_block.per_unit_cost_basis',
    'column 2 "credit_block.per_unit_cost_basis" is not known; did you mean cost-basis?',
  ],
  ['customer_id,request.status', 'to keep it as metadata, name it metadata.request.status'],
  ['customer_id,filters', 'column 2 "filters" is not known'],
  ['customer_id,expires,expiry_date', 'column 3 "expiry_date" is the same column as "expires"'],
  ['customer_id,metadata.a,metadata.a', 'column 3 "metadata.a" is the same column as "metadata.a"'],
  ['customer_id,,amount,', 'column 2 has no name'],
  [
    'External Customer ID,external_customer_id',
    'column 2 "external_customer_id" is the same column as "External Customer ID"',
  ],
  ['customer_id,metadata.', 'column 2 "metadata." must be metadata. and a key without "="'],
  [
    'customer_id;amount',
    `column 1 "customer_id;amount" contains ";": if that separates the columns, add --delimiter ';'`,
  ],
  ['amount', 'customer is missing: add a column external_customer_id or customer_id'],
] as const) {
  test(`the header "${line}" is refused`, () => {
    expect(problemsOf(line).join('\n')).toContain(problem);
  });
}

test('every problem of a header is named', () => {
  expect(problemsOf('amout,,amount,amount')).toHaveLength(4);
});

test('columns without a name at the right hold nothing', () => {
  expect(columnsOf('customer_id,amount,, ')).toEqual([
    { holds: 'customer', by: 'id' },
    { holds: 'field', field: 'amount' },
    { holds: 'nothing' },
    { holds: 'nothing' },
  ]);
});

test('words with blanks between them are read as the name they are like, and that is said', () => {
  const { columns, readAs } = readHeader([
    'External Customer ID',
    'amount',
    'Per Unit  Cost Basis',
    'COST_BASIS',
  ]);
  expect(columns[0]).toEqual({ holds: 'customer', by: 'external' });
  expect(columns[2]).toEqual({ holds: 'field', field: 'costBasis' });
  expect(readAs).toEqual([
    { column: 'External Customer ID', name: 'external_customer_id' },
    { column: 'Per Unit  Cost Basis', name: 'cost-basis' },
  ]);
  expect(readHeader(['Customer', 'amount']).readAs).toEqual([]);
});
