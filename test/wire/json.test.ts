import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isJsonNumber,
  isJsonObject,
  type Json,
  jsonNumber,
  numberText,
  parseJson,
  writeJson,
} from '../../src/wire/json.ts';

test.each([
  '0.1',
  '1.0',
  '1e3',
  '-0',
  '123456789012345678',
  '0.000000000000000000000000000001',
  '1.472228333333333',
  '{"balance":100.00,"rest":[1,2.50,{"x":null}]}',
  '"text"',
  'null',
  '[]',
  '{}',
])('%s is written as it was read', (text) => expect(writeJson(parseJson(text))).toBe(text));

test.each([
  '',
  '{',
  '[1,]',
  '{"a":1',
  '01',
  '.5',
  'NaN',
  "{'a':1}",
  '{"a":1}x',
  '<html>',
  '\u0000',
  '{"a":1,"a":2}',
])('%j is no JSON document', (text) => expect(() => parseJson(text)).toThrow(SyntaxError));

test('a document that is nested too deeply is a SyntaxError, not a crash', () =>
  expect(() => parseJson('['.repeat(200_000))).toThrow(SyntaxError));

test('whatever JSON.parse understands is understood alike', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.parse(writeJson(parseJson(text)))).toEqual(JSON.parse(text));
      expect(JSON.parse(writeJson(parseJson(text), 2))).toEqual(JSON.parse(text));
    }),
  );
});

test('a field called __proto__ is a field', () => {
  const read = parseJson('{"__proto__":"x","a":1}');
  expect(writeJson(read)).toBe('{"__proto__":"x","a":1}');
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
});

test('a field that was not said is not written', () =>
  expect(writeJson({ a: undefined, b: null })).toBe('{"b":null}'));

test.each<[string, Json, string | undefined]>([
  ['a number that was read', parseJson('1e3'), '1e3'],
  ['a number that was built', jsonNumber('0.10'), '0.10'],
  ['a number of the language', 2.5, '2.5'],
  ['a number that is none', Number.NaN, undefined],
  ['text', '1', undefined],
  ['nothing', null, undefined],
])('the digits of %s', (_what, value, digits) => expect(numberText(value)).toBe(digits));

test.each<[Json, boolean]>([
  [{}, true],
  [[], false],
  [null, false],
  ['{}', false],
  [jsonNumber('1'), false],
])('%j is an object: %s', (value, is) => expect(isJsonObject(value)).toBe(is));

test('an object that says it is a number is an object', () => {
  const read = parseJson('{"isLosslessNumber":true,"value":"7"}');
  expect(isJsonNumber(read)).toBe(false);
  expect(isJsonObject(read)).toBe(true);
});
