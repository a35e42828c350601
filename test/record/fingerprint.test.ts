import { expect, test } from 'vitest';
import { contentText, fingerprint as hashOf } from '../../src/record/decide.ts';
import type { ApiRequest } from '../../src/requests/request.ts';
import { type JsonObject, jsonNumber, parseJson } from '../../src/wire/json.ts';

const post = (body: JsonObject): ApiRequest => ({ method: 'POST', path: '/x', body });
const request = post({ amount: jsonNumber('1'), metadata: { a: '1', b: '2' }, list: ['x', 'y'] });
const fingerprint = (what: ApiRequest) => hashOf(contentText(what));
const print = fingerprint(request);

test('it is a SHA-256 in hex', () => expect(print).toMatch(/^[0-9a-f]{64}$/));

test('the order of fields makes no difference', () => {
  const turned = post({ list: ['x', 'y'], metadata: { b: '2', a: '1' }, amount: jsonNumber('1') });
  expect(fingerprint(turned)).toBe(print);
  const filters = (filter: JsonObject) => fingerprint(post({ filters: [filter] }));
  expect(filters({ field: 'item_id', operator: 'includes' })).toBe(
    filters({ operator: 'includes', field: 'item_id' }),
  );
});

test('no query and an empty one are the same', () => {
  expect(fingerprint({ ...request, query: [] })).toBe(print);
});

test.each<[string, ApiRequest]>([
  ['another path', { ...request, path: '/y' }],
  ['another method', { ...request, method: 'PUT' }],
  ['a query', { ...request, query: [['force', 'true']] }],
  ['another amount', post({ ...request.body, amount: jsonNumber('2') })],
  ['text for a number', post({ ...request.body, amount: '1' })],
  ['another order of a list', post({ ...request.body, list: ['y', 'x'] })],
  ['a further field', post({ ...request.body, note: null })],
  [
    'a field called __proto__',
    post({ ...request.body, metadata: parseJson('{"a":"1","b":"2","__proto__":"x"}') }),
  ],
])('%s is another write', (_what, what) => expect(fingerprint(what)).not.toBe(print));
