import { expect, test } from 'vitest';
import type { LedgerEntry } from '../../src/credits/customer.ts';
import {
  type ApiRequest,
  answeredType,
  blockPath,
  changedObject,
  createdObject,
  customerOf,
  customerPath,
  marked,
  markerOf,
  mayAnswer,
  requestFromText,
  requestText,
  reservedProblem,
  subjectOf,
  switchedAlert,
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
  ['another method', { method: 'PATCH', path: '/z' }],
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
  null,
  '',
  'x',
  '{"method":"POST"}',
  '{"method":"EAT","path":"/"}',
  '{"method":"POST","path":"/"}\nx',
  '{"method":"POST","path":"/","query":[["a"]]}',
  '{"method":"POST","path":"/","query":"a"}',
  '{"method":"POST","path":"/","query":[[1,"a"]]}',
])('%j is no request', (text) => expect(requestFromText(text)).toBeUndefined());

test('a body that was written before is written again with its mark', () => {
  const path = '/customers/a/credits/ledger_entry';
  const request: ApiRequest = { method: 'POST', path, body: { amount: 1 }, bodyText: '{ "amount": 1 }' };
  expect(wireRequest(marked(request, 'k'), 'k').body).toBe('{"amount":1,"metadata":{"creditctl_key":"k"}}');
  const noted = marked({ method: 'POST', path, body: { metadata: { a: 'x' } } }, 'k');
  expect(noted.body).toEqual({ metadata: { a: 'x', creditctl_key: 'k' } });
  const body = { metadata: parseJson('{"__proto__":"x"}') };
  expect(marked({ method: 'POST', path, body }, 'k').bodyText).toBe(
    '{"metadata":{"__proto__":"x","creditctl_key":"k"}}',
  );
});

test.each<[Pick<ApiRequest, 'method' | 'path' | 'query'>, ReturnType<typeof changedObject>]>([
  [{ method: 'PUT', path: '/customers/c1' }, 'customer'],
  [{ method: 'PUT', path: '/customers/external_customer_id/a%20b' }, 'customer'],
  [{ method: 'POST', path: '/customers/c1' }, undefined],
  [{ method: 'PUT', path: '/customers/c1/payment_methods' }, undefined],
  [{ method: 'POST', path: '/alerts/a1/enable' }, 'alert'],
  [{ method: 'POST', path: '/alerts/a1/disable' }, 'alert'],
  [{ method: 'PUT', path: '/alerts/a1/disable' }, undefined],
  [{ method: 'POST', path: '/alerts/a1/disable', query: [['x', '1']] }, undefined],
  [{ method: 'POST', path: '/v1/alerts/a1/enable' }, undefined],
  [{ method: 'POST', path: '/alerts/a1/enabled' }, undefined],
])('what %j changes is read as a %s', (request, what) => expect(changedObject(request)).toBe(what));

test('an alert is switched by the last word of the path', () => {
  const switched = (word: string) => switchedAlert({ method: 'POST', path: `/alerts/a%20b/${word}` });
  expect(switched('enable')).toEqual({ id: 'a b', isEnabled: true });
  expect(switched('disable')).toEqual({ id: 'a b', isEnabled: false });
});

test.each<[ApiRequest, ReturnType<typeof createdObject>]>([
  [{ method: 'POST', path: '/customers', body: { external_customer_id: 'a' } }, 'customer'],
  [{ method: 'POST', path: '/customers', body: { name: 'a' } }, undefined],
  [{ method: 'POST', path: '/alerts/customer_id/c1' }, 'alert'],
  [{ method: 'POST', path: '/alerts/external_customer_id/a' }, 'alert'],
  [{ method: 'PUT', path: '/alerts/customer_id/c1' }, undefined],
  [{ method: 'POST', path: '/alerts/a1/enable' }, undefined],
])('what %j creates is found again as a %s', (request, what) => expect(createdObject(request)).toBe(what));

test('an entry with the mark of a write may be its answer, if it is of a type that answers are of', () => {
  const path = '/customers/c1/credits/ledger_entry';
  const request = marked({ method: 'POST', path, body: { entry_type: 'void' } }, 'k');
  const may = (entry_type: LedgerEntry['entry_type'], key: string) =>
    mayAnswer(request, { entry_type, metadata: { creditctl_key: key } });
  expect(may('void_initiated', 'k')).toBe(true);
  expect([may('void_initiated', 'l'), may('void', 'k'), may('credit_block_expiry', 'k')]).not.toContain(true);
  expect(answeredType(request)).toBe('void_initiated');
  expect(markerOf({ method: 'POST', path: '/customers', body: { metadata: { creditctl_key: 'k' } } })).toBe(
    undefined,
  );
  expect(customerOf({ path: '/customers/c1/credits/top_ups' })).toBeUndefined();
});

test('no name is that of the newest write or of a key of our own', () => {
  const own = ['batch', 'undo'].map((kind) => `${kind}-${'0'.repeat(40)}`);
  for (const name of ['last', ...own]) expect(reservedProblem(name)).toContain('must not');
  for (const name of ['lasting', `${own[0]}0`, `x${own[1]}`]) expect(reservedProblem(name)).toBeUndefined();
});
