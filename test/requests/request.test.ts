import { expect, test } from 'vitest';
import {
  type ApiRequest,
  blockPath,
  customerPath,
  marked,
  requestFromText,
  requestText,
  subjectOf,
  wireRequest,
} from '../../src/requests/request.ts';
import { jsonNumber, parseJson } from '../../src/wire/json.ts';

test('ids travel as one segment of a path', () => {
  expect(customerPath({ by: 'id', id: 'x y' })).toBe('/customers/x%20y');
  expect(customerPath({ by: 'external', id: 'a/../b?c#d%' })).toBe(
    '/customers/external_customer_id/a%2F..%2Fb%3Fc%23d%25',
  );
  expect(blockPath('b/1')).toBe('/credit_blocks/b%2F1');
});

test.each<[string, ApiRequest['body'], ReturnType<typeof subjectOf>]>([
  ['/customers', { external_customer_id: 'x y' }, { by: 'external', id: 'x y' }],
  ['/customers', { name: 'Ada' }, undefined],
  ['/customers/external_customer_id/x%20y', { external_customer_id: 'z' }, { by: 'external', id: 'x y' }],
  ['/customers/x/credits/top_ups', {}, { by: 'id', id: 'x' }],
  ['/alerts/external_customer_id/x', {}, { by: 'external', id: 'x' }],
  ['/alerts/customer_id/x', {}, { by: 'id', id: 'x' }],
  ['/alerts/x/disable', {}, undefined],
  ['/subscriptions', { external_customer_id: 'x', customer_id: null }, { by: 'external', id: 'x' }],
  ['/invoices', { customer_id: 'x' }, { by: 'id', id: 'x' }],
  ['/invoices/x/issue', undefined, undefined],
])('whom POST %s with %j is about', (path, body, subject) => {
  expect(subjectOf({ path, ...(body === undefined ? {} : { body }) })).toEqual(subject);
});

const post: ApiRequest = {
  method: 'POST',
  path: '/x',
  body: { amount: jsonNumber('5.10'), why: 'a\nb\u0000é' },
};

test.each<[string, ApiRequest]>([
  ['a body', post],
  [
    'a query',
    {
      method: 'PUT',
      path: '/y',
      query: [
        ['a', 'b'],
        ['a', ''],
      ],
      body: {},
    },
  ],
  ['neither', { method: 'DELETE', path: '/z' }],
])('a request with %s is kept and read, byte for byte', (_what, request) => {
  const read = requestFromText(requestText(request));
  expect(read).toMatchObject({ method: request.method, path: request.path });
  expect(read?.query).toEqual(request.query);
  expect(wireRequest(read ?? post, 'k')).toEqual(wireRequest(request, 'k'));
});

test('a body that was kept is sent as it was, whatever this version would write', () => {
  const text = `${requestText({ method: 'POST', path: '/x' })}\n{ "2": 1, "1": 5.10e0 }`;
  const read = requestFromText(text);
  expect(read && wireRequest(read, 'k').body).toBe('{ "2": 1, "1": 5.10e0 }');
  expect(read?.body).toEqual(parseJson('{"1":5.10e0,"2":1}'));
});

test.each([
  '',
  'x',
  '{"method":"POST"}',
  '{"method":"EAT","path":"/"}',
  '{"method":"POST","path":"/"}\nx',
  '{"method":"POST","path":"/","query":[["a"]]}',
])('%j is no request', (text) => expect(requestFromText(text)).toBeUndefined());

test('a body that was written before is written again with its mark', () => {
  const path = '/customers/a/credits/ledger_entry';
  const request: ApiRequest = { method: 'POST', path, body: { amount: 1 }, bodyText: '{ "amount": 1 }' };
  expect(wireRequest(marked(request, 'k'), 'k').body).toBe('{"amount":1,"metadata":{"creditctl_key":"k"}}');
});
