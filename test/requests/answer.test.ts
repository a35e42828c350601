import { expect, test } from 'vitest';
import { amount } from '../../src/credits/exact.ts';
import {
  type AnsweredEntry,
  customerProblem,
  entryProblem,
  hasRequestedValues,
  idProblem,
  listedRecordCheck,
  objectProblem,
} from '../../src/requests/answer.ts';
import { type ApiRequest, marked } from '../../src/requests/request.ts';
import { type Json, type JsonObject, jsonNumber } from '../../src/wire/json.ts';

const path = '/customers/external_customer_id/acme/credits/ledger_entry';

const grant = (body: JsonObject, to = path): ApiRequest => ({
  method: 'POST',
  path: to,
  body: { entry_type: 'increment', amount: jsonNumber('100'), ...body },
});

const answered = (changes: Partial<AnsweredEntry>): AnsweredEntry => ({
  id: 'e1',
  entry_type: 'increment',
  customer: { id: 'c1', external_customer_id: 'acme' },
  metadata: { creditctl_key: 'k' },
  currency: 'credits',
  description: null,
  amount: amount('100'),
  credit_block: { id: 'b1' },
  ...changes,
});

test.each<[JsonObject, Partial<AnsweredEntry>]>([
  [{}, {}],
  [{ description: 'why' }, { description: 'why' }],
  [{ currency: 'USD' }, { currency: 'USD' }],
  [{ block_id: 'b1' }, {}],
  [{ amount: jsonNumber('0.30000000000000004') }, { amount: amount('0.3') }],
  [{ entry_type: 'decrement' }, { entry_type: 'decrement', amount: amount('40') }],
  [{ entry_type: 'void' }, { entry_type: 'void_initiated', amount: amount('7'), void_amount: amount('100') }],
  [{ entry_type: 'expiration_change', amount: undefined }, { entry_type: 'expiration_change' }],
])('an entry that was asked for with %j is the one that is answered with %j', (body, changes) =>
  expect(entryProblem(marked(grant(body), 'k'), answered(changes))).toBeUndefined());

test.each<[JsonObject, Partial<AnsweredEntry>, string]>([
  [{}, { entry_type: 'amendment' }, 'type amendment instead of increment'],
  [{}, { customer: { id: 'acme', external_customer_id: 'globex' } }, 'customer globex instead of acme'],
  [{}, { metadata: {} }, 'without its key in the metadata'],
  [{}, { metadata: { creditctl_key: 'other' } }, 'written under the key other'],
  [{}, { currency: 'USD' }, 'currency "USD" instead of "credits"'],
  [{}, { description: 'why' }, 'description "why" instead of ""'],
  [{ description: 'why' }, {}, 'description "" instead of "why"'],
  [{ block_id: 'b2' }, {}, 'block "b1" instead of "b2"'],
  [{}, { amount: amount('100.000000000001') }, 'amount 100.000000000001 instead of 100'],
  [{}, { amount: amount('40') }, 'amount 40 instead of 100'],
  ...['101', '0', '-1'].map((text): [JsonObject, Partial<AnsweredEntry>, string] => [
    { entry_type: 'decrement' },
    { entry_type: 'decrement', amount: amount(text) },
    `amount ${text} instead of 100`,
  ]),
  [{ entry_type: 'void' }, { entry_type: 'void_initiated', void_amount: amount('99') }, 'amount 99 instead'],
])('an entry that was asked for with %j is another one with %j', (body, changes, problem) =>
  expect(entryProblem(marked(grant(body), 'k'), answered(changes))).toContain(problem));

test('an entry is compared by the id under which its customer was named, and by a mark if it was sent', () => {
  const byId = grant({}, '/customers/c1/credits/ledger_entry');
  const ofOther = answered({ customer: { id: 'c2', external_customer_id: 'c1' } });
  expect(entryProblem(byId, answered({ metadata: {} }))).toBeUndefined();
  expect(entryProblem(byId, ofOther)).toContain('customer c2 instead of c1');
});

const topUp = { currency: 'credits', threshold: '10', amount: '100', expires_after: jsonNumber('3') };

test.each<[ApiRequest['method'], string, JsonObject, Json]>([
  ['DELETE', '/credit_blocks/b1', {}, null],
  ['DELETE', '/customers/c1/credits/top_ups/t1', {}, null],
  ['POST', '/customers', { name: 'A', email: null }, { id: 'c9', name: 'A', email: 'a@b.c' }],
  ['PUT', '/customers/c1', { name: 'A' }, { id: 'c1', name: 'A' }],
  ['PUT', '/customers/external_customer_id/a%20b', {}, { id: 'c1', external_customer_id: 'a b' }],
  [
    'PUT',
    '/customers/external_customer_id/a',
    { external_customer_id: 'b' },
    { id: 'c1', external_customer_id: 'b' },
  ],
  ['POST', '/customers/c1/credits/top_ups', topUp, { ...topUp, amount: '100.00' }],
  ['POST', '/alerts/customer_id/c1', { type: 'x' }, { type: 'x', customer: { id: 'c1' } }],
  ['POST', '/alerts/a1/disable', {}, { id: 'a1', enabled: false }],
  ['POST', '/invoices/i1/issue', {}, { id: 'i1' }],
  ['POST', '/events', { name: 'A' }, { name: 'B' }],
])('%s %s with %j is answered with %j', (method, to, body, answer) =>
  expect(objectProblem({ method, path: to, body }, answer)).toBeUndefined());

test.each<[ApiRequest['method'], string, JsonObject, Json, string]>([
  ['DELETE', '/credit_blocks/b1', {}, { id: 'b1' }, 'a document instead of nothing'],
  ['DELETE', '/customers/c1/credits/top_ups/t1', {}, {}, 'a document instead of nothing'],
  ['POST', '/customers', { name: 'A' }, null, 'no object'],
  ['POST', '/customers', { name: 'A' }, { name: 'B' }, 'another name'],
  ['POST', '/customers', { metadata: { a: 'x' } }, { metadata: { a: 'y' } }, 'another metadata'],
  ['PUT', '/customers/c1', {}, { id: 'c2' }, 'another id'],
  [
    'PUT',
    '/customers/c1',
    { metadata: { v: '1.0' } },
    { id: 'c1', metadata: { v: '1' } },
    'another metadata',
  ],
  ['POST', '/alerts/customer_id/7', {}, { customer: { id: '7.0' } }, 'another customer.id'],
  ['PUT', '/customers/external_customer_id/a', {}, { external_customer_id: 'b' }, 'another external_cust'],
  ...Object.keys(topUp).map((name): [ApiRequest['method'], string, JsonObject, Json, string] => [
    'POST',
    '/customers/external_customer_id/acme/credits/top_ups',
    topUp,
    { ...topUp, [name]: '7' },
    `another ${name}`,
  ]),
  ['POST', '/alerts/customer_id/c1', {}, { customer: { id: 'c2' } }, 'another customer.id'],
  [
    'POST',
    '/alerts/external_customer_id/acme',
    {},
    { customer: { id: 'acme', external_customer_id: 'b' } },
    'another customer.external_customer_id',
  ],
  ['POST', '/alerts/a1/enable', {}, { id: 'a1', enabled: false }, 'another enabled'],
  ['POST', '/alerts/a1/disable', {}, { id: 'a1', enabled: true }, 'another enabled'],
  ['PUT', '/alerts/a1', { thresholds: [{ value: 1 }] }, { id: 'a1', thresholds: [] }, 'another thresholds'],
  ['POST', '/invoices/i1/void', {}, { id: 'i2' }, 'another id'],
  ['POST', '/customers/c1/balance_transactions', { amount: '1' }, { amount: '2' }, 'another amount'],
])('%s %s with %j is not answered with %j', (method, to, body, answer, problem) =>
  expect(objectProblem({ method, path: to, body }, answer)).toContain(problem));

test('a change is in force if the document has every value of it, and not what it takes away', () => {
  const isInForce = (body: JsonObject, document: Json) =>
    hasRequestedValues(document, { ...grant({}), body });
  expect(isInForce({ metadata: { a: null, b: 'x' } }, { name: 'A', metadata: { b: 'x' } })).toBe(true);
  expect(isInForce({ metadata: { a: null } }, { metadata: { a: 'y' } })).toBe(false);
  expect(isInForce({ emails: ['a', 'b'] }, { emails: ['b', 'a'] })).toBe(true);
  expect(isInForce({ emails: ['a'] }, { emails: ['a', 'b'] })).toBe(false);
  expect(isInForce({ metadata: { v: '1.0' } }, { metadata: { v: '1' } })).toBe(false);
});

test('a record is of the customer and in the currency that its list was asked for', () => {
  const acme = { id: 'c1', external_customer_id: 'acme' };
  const list = (to: string) =>
    listedRecordCheck({
      method: 'GET',
      path: to,
      query: [
        ['currency', 'USD'],
        ['limit', '2'],
      ],
    });
  const ofAcme = list('/customers/external_customer_id/acme/credits');
  expect(ofAcme({ customer: acme, currency: 'USD' })).toBeUndefined();
  expect(ofAcme({ customer: acme })).toBeUndefined();
  expect(ofAcme({ customer: acme, currency: null })).toContain('a record in null where USD');
  expect(ofAcme({ customer: { ...acme, external_customer_id: 'b' } })).toContain('customer b where acme');
  expect(list('/invoices')({ customer: acme, currency: 'USD' })).toBeUndefined();
  expect(customerProblem({ by: 'id', id: 'acme' }, acme)).toBe('customer c1 where acme was asked for');
  expect([idProblem('b1', 'b1'), idProblem('b1', 'b2')]).toEqual([undefined, 'b2 where b1 was asked for']);
});
