import { expect, test } from 'vitest';
import type { Place } from '../../src/profiles/place.ts';
import { contentText, fingerprint as hashOf } from '../../src/record/fingerprint.ts';
import type { ApiRequest } from '../../src/requests/request.ts';
import { type JsonObject, jsonNumber, parseJson } from '../../src/wire/json.ts';

const place: Place = { profile: 'p', kind: 'live', host: 'h' };
const post = (body: JsonObject): ApiRequest => ({ method: 'POST', path: '/x', body });
const request = post({ amount: jsonNumber('1'), metadata: { a: '1', b: '2' }, list: ['x', 'y'] });
const fingerprint = (where: Place, what: ApiRequest) => hashOf(where, contentText(what));
const print = fingerprint(place, request);

test('it is a SHA-256 in hex', () => expect(print).toMatch(/^[0-9a-f]{64}$/));

test('the order of fields and the name of the profile make no difference', () => {
  expect(
    fingerprint(place, post({ list: ['x', 'y'], metadata: { b: '2', a: '1' }, amount: jsonNumber('1') })),
  ).toBe(print);
  expect(fingerprint({ ...place, profile: 'q' }, request)).toBe(print);
});

test('no query and an empty one are the same', () => {
  expect(fingerprint(place, { ...request, query: [] })).toBe(print);
});

test.each<[string, Place, ApiRequest]>([
  ['another host', { ...place, host: 'i' }, request],
  ['another mode', { ...place, kind: 'test' }, request],
  ['another path', place, { ...request, path: '/y' }],
  ['another method', place, { ...request, method: 'PUT' }],
  ['a query', place, { ...request, query: [['force', 'true']] }],
  ['another amount', place, post({ ...request.body, amount: jsonNumber('2') })],
  ['text for a number', place, post({ ...request.body, amount: '1' })],
  ['another order of a list', place, post({ ...request.body, list: ['y', 'x'] })],
  ['a further field', place, post({ ...request.body, note: null })],
  [
    'a field called __proto__',
    place,
    post({ ...request.body, metadata: parseJson('{"a":"1","b":"2","__proto__":"x"}') }),
  ],
])('%s is another write', (_what, where, what) => expect(fingerprint(where, what)).not.toBe(print));
