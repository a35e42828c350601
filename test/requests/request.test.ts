import { expect, test } from 'vitest';
import {
  type ApiRequest,
  blockPath,
  bodyTextOf,
  customerPath,
  requestFromText,
  requestText,
} from '../../src/requests/request.ts';
import { jsonNumber, parseJson } from '../../src/wire/json.ts';

test('ids travel as one segment of a path', () => {
  expect(customerPath({ by: 'id', id: 'x y' })).toBe('/customers/x%20y');
  expect(customerPath({ by: 'external', id: 'a/../b?c#d%' })).toBe(
    '/customers/external_customer_id/a%2F..%2Fb%3Fc%23d%25',
  );
  expect(blockPath('b/1')).toBe('/credit_blocks/b%2F1');
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
  expect(bodyTextOf(read ?? post)).toBe(bodyTextOf(request));
});

test('a body that was kept is sent as it was, whatever this version would write', () => {
  const text = `${requestText({ method: 'POST', path: '/x' })}\n{ "2": 1, "1": 5.10e0 }`;
  const read = requestFromText(text);
  expect(read && bodyTextOf(read)).toBe('{ "2": 1, "1": 5.10e0 }');
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
