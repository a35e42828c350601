import { expect, test } from 'vitest';
import { factsOf } from '../../src/policy/facts.ts';
import { jsonNumber } from '../../src/wire/json.ts';

const body = { entry_type: 'void', amount: jsonNumber('12.50'), currency: 'EUR', description: 'why' };

test('an entry tells its type, amount, currency, description and customer', () => {
  expect(factsOf({ method: 'POST', path: '/customers/c1/credits/ledger_entry', body })).toEqual({
    type: 'void',
    amount: '12.5',
    currency: 'EUR',
    description: 'why',
    customer: { by: 'id', id: 'c1' },
  });
});

for (const path of [
  '/customers/external_customer_id/a%20b/credits/ledger_entry',
  'customers//external_customer_id/a%20b/credits/ledger_entry/',
  '/customers/external_customer_id/a%20b/credits/ledger%5Fentry',
  '/customers/external_customer_id/a%20b/%63redits/LEDGER_ENTRY?x=1#y',
]) {
  test(`${path} is an entry of "a b", however it is written`, () => {
    expect(factsOf({ method: 'POST', path, body })).toMatchObject({
      type: 'void',
      customer: { by: 'external', id: 'a b' },
    });
  });
}

for (const path of [
  '/customers%2Fc1%2Fcredits%2Fledger_entry',
  '/customers/c1/credits%2Fledger_entry',
  '/customers/c1/credits%5Cledger_entry',
  '/customers/c1/credits/ledger_entry%2F',
  '/customers/c1/credits/ledger_entry%09',
]) {
  test(`${path} is an entry to a server that decodes before it takes a path apart`, () => {
    expect(factsOf({ method: 'POST', path, body })).toMatchObject({ type: 'void', amount: '12.5' });
  });
}

test('a top-up has its amount as text, and the currency that is usual where it says none', () => {
  const facts = factsOf({ method: 'POST', path: '/customers/c1/credits/top_ups', body: { amount: '70' } });
  expect(facts).toMatchObject({ type: 'top_up', amount: '70', currency: 'credits' });
});

test('the deletion of a block is a write of its own type', () => {
  expect(factsOf({ method: 'DELETE', path: '/credit_blocks/b1' })).toMatchObject({ type: 'block_delete' });
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

test('an amount that is none is not known', () => {
  const path = '/customers/c1/credits/ledger_entry';
  for (const amount of [null, 'many', true, undefined])
    expect(factsOf({ method: 'POST', path, body: { ...body, amount } })?.amount).toBeUndefined();
});
