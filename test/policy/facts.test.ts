import { expect, test } from 'vitest';
import { factsOf } from '../../src/policy/facts.ts';
import { jsonNumber } from '../../src/wire/json.ts';

const body = { entry_type: 'void', amount: jsonNumber('12.50'), currency: 'EUR', description: 'why' };

test('an entry gives its type, amount, currency, description and customer', () => {
  expect(factsOf({ method: 'POST', path: '/customers/c1/credits/ledger_entry', body })).toEqual({
    type: 'void',
    amount: '12.5',
    currency: 'EUR',
    description: 'why',
    customer: { by: 'id', id: 'c1' },
  });
});

test('an external id is that of the customer, whatever a command finds in it', () => {
  const path = '/customers/external_customer_id/a%20b%2Fc/credits/ledger_entry';
  expect(factsOf({ method: 'POST', path, body })).toMatchObject({
    type: 'void',
    customer: { by: 'external', id: 'a b/c' },
  });
});

const unknown = { type: 'unknown', amount: undefined, currency: 'unknown', customer: undefined };

for (const path of [
  'customers/c1/credits/ledger_entry',
  '/customers//c1/credits/ledger_entry',
  '/customers/c1/credits/ledger_entry/',
  '/customers/c1/credits/ledger_entry.json',
  '/customers/c1/credits/ledger%5Fentry',
  '/customers/c1/%63redits/ledger_entry',
  '/customers/c1/credits/LEDGER_ENTRY',
  '/customers/c1/credits/ledger_entry%00',
  '/customers/c1/credits/ledger_entry%09',
  '/customers/c1/credits/ledger_entry%2F',
  '/customers/c1/credits/ledger_entry;x=y',
  '/customers/c1/credits/ledger_entry?x=1',
  '/customers/c1/credits%2Fledger_entry',
  '/customers/c1/credits%5Cledger_entry',
  '/customers%2Fc1%2Fcredits%2Fledger_entry',
  '/customers/c1/balance_transactions',
  '/c1/credits/ledger_entry',
  '/ingest',
]) {
  test(`what POST ${path} does is not known`, () => {
    expect(factsOf({ method: 'POST', path, body })).toMatchObject(unknown);
  });
}

for (const [method, path] of [
  ['PUT', '/customers/c1/credits/ledger_entry'],
  ['PATCH', '/customers/c1/credits/ledger_entry'],
  ['DELETE', '/customers/c1/credits/ledger_entry'],
  ['PATCH', '/customers/c1'],
  ['DELETE', '/customers/c1'],
] as const) {
  test(`what ${method} ${path} does is not known`, () => {
    expect(factsOf({ method, path, body })).toMatchObject(unknown);
  });
}

for (const id of [
  'c1%2Fcredits',
  'c1%3Fx',
  'c1%23',
  'c1%5C',
  'c1%25',
  'c1%3Bx',
  'c1%00',
  '%20c1',
  'c1%0A',
  '%ff',
]) {
  test(`${id} is no plain id in a path that a person wrote`, () => {
    for (const [method, path] of [
      ['POST', `/customers/${id}/credits/ledger_entry`],
      ['POST', `/customers/external_customer_id/${id}/credits/top_ups`],
      ['PUT', `/customers/${id}`],
      ['DELETE', `/alerts/${id}`],
      ['DELETE', `/credit_blocks/${id}`],
    ] as const)
      expect(factsOf({ method, path, body }, { isRaw: true }), path).toMatchObject(unknown);
  });
}

test('a plain id in a path that a person wrote is one', () => {
  const path = '/customers/c1/credits/ledger_entry';
  expect(factsOf({ method: 'POST', path, body }, { isRaw: true })).toMatchObject({ type: 'void' });
});

test('a known path with a query is known no more', () => {
  const query = [['x', '1']] as const;
  expect(factsOf({ method: 'POST', path: '/customers', query })).toMatchObject(unknown);
});

for (const changes of [
  { amount: jsonNumber('-20000') },
  { amount: '-0.1' },
  { amount: 'many' },
  { amount: ' 5' },
  { amount: true },
  { amount: [jsonNumber('5')] },
  { currency: ['EUR'] },
  { entry_type: 'Increment' },
  { entry_type: ['increment'] },
  { entry_type: undefined },
]) {
  test(`an entry with ${JSON.stringify(changes)} may do anything`, () => {
    const path = '/customers/c1/credits/ledger_entry';
    expect(factsOf({ method: 'POST', path, body: { ...body, ...changes } })).toMatchObject(unknown);
  });
}

test('a top-up has its amount as text, and the currency that is usual where it says none', () => {
  const facts = factsOf({ method: 'POST', path: '/customers/c1/credits/top_ups', body: { amount: '70' } });
  expect(facts).toMatchObject({ type: 'top_up', amount: '70', currency: 'credits' });
});

test('the deletion of a block is a write of its own type', () => {
  expect(factsOf({ method: 'DELETE', path: '/credit_blocks/b1' })).toMatchObject({
    type: 'block_delete',
    customer: undefined,
  });
  for (const step of ['issue', 'mark_paid', 'void'])
    expect(factsOf({ method: 'POST', path: `/invoices/i1/${step}` })).toMatchObject({
      type: `invoice_${step}`,
      amount: undefined,
    });
  expect(factsOf({ method: 'POST', path: '/invoices/i1/pay' })).toMatchObject(unknown);
});

test('what moves no credits has no facts', () => {
  for (const [method, path] of [
    ['POST', '/customers'],
    ['PUT', '/customers/c1'],
    ['GET', '/customers/c1/credits/ledger_entry'],
    ['DELETE', '/alerts/a1'],
    ['POST', '/alerts/customer_id/c1'],
  ] as const)
    expect(factsOf({ method, path, body }), path).toBeUndefined();
});

test('an amount that is left to the API is not known', () => {
  const path = '/customers/c1/credits/ledger_entry';
  for (const amount of [null, undefined])
    expect(factsOf({ method: 'POST', path, body: { ...body, amount } })).toMatchObject({
      type: 'void',
      amount: undefined,
    });
});
