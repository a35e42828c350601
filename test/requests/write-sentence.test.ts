import { expect, test } from 'vitest';
import { writeSentence } from '../../src/requests/write-sentence.ts';
import { jsonNumber, type Method } from '../../src/wire/json.ts';

test.each([
  ['POST /invoices/i%2F1/issue', 'issue invoice i/1'],
  ['POST /invoices/i1/mark_paid', 'mark invoice i1 as paid'],
  ['POST /invoices/i1/void', 'void invoice i1'],
  ['POST /invoices/i1/pay', 'POST /invoices/i1/pay'],
  ['POST /alerts/a1/enable', 'enable alert a1'],
  ['POST /alerts/a1/disable', 'disable alert a1'],
  ['POST /alerts/a1/pause', 'POST /alerts/a1/pause'],
  ['DELETE /alerts/a1', 'delete alert a1'],
  ['DELETE /credit_blocks/b1', 'delete block b1'],
  ['DELETE /customers/c1/credits/top_ups/t1', 'delete top-up t1 → id:c1'],
  ['PUT /customers/external_customer_id/a%20b', 'update customer a b'],
  ['PUT /customers/c1/credits', 'PUT /customers/c1/credits'],
])('%s is "%s"', (target, sentence) => {
  const [method = '', path = ''] = target.split(' ');
  expect(writeSentence({ method: method as Method, path })).toBe(sentence);
});

test.each([
  ['/customers', { name: 'Acme Corp', external_customer_id: null }, 'create customer Acme Corp'],
  ['/customers', { name: 'Acme Corp', external_customer_id: 'acme' }, 'create customer acme'],
  ['/customers/c1/credits/ledger_entry', { entry_type: 'void' }, 'void all credits → id:c1'],
  [
    '/customers/c1/credits/ledger_entry',
    { entry_type: 'decrement', amount: jsonNumber('1') },
    'decrement 1 credit → id:c1',
  ],
  [
    '/customers/external_customer_id/acme/credits/top_ups',
    { amount: '50', currency: 'USD' },
    'create top-up of 50 USD → acme',
  ],
  [
    '/alerts/external_customer_id/acme',
    { type: 'credit_balance_dropped' },
    'create alert credit_balance_dropped → acme',
  ],
])('POST %s %j is "%s"', (path, body, sentence) =>
  expect(writeSentence({ method: 'POST', path, body })).toBe(sentence));
