import Big from 'big.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amountFromText } from '../../src/credits/exact.ts';
import {
  isJsonNumber,
  isJsonObject,
  type Json,
  jsonNumber,
  numberText,
  parseExactJson,
  parseJson,
  parseWrittenJson,
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

const nested = (depth: number): string => '{"a":['.repeat(depth / 2) + ']}'.repeat(depth / 2);

test.each([
  parseJson,
  parseExactJson,
])('what can be read can be written: both end at the same depth (%o)', (read) => {
  expect(writeJson(read(nested(500)))).toBe(nested(500));
  for (const depth of [502, 4000]) expect(() => read(nested(depth))).toThrow(SyntaxError);
});

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
  [jsonNumber('1.0'), false],
])('%j is an object: %s', (value, is) => expect(isJsonObject(value)).toBe(is));

test('an object that says it is a number is an object', () => {
  const read = parseJson('{"isLosslessNumber":true,"value":"7"}');
  expect(isJsonNumber(read)).toBe(false);
  expect(isJsonObject(read)).toBe(true);
});

test.each([
  '0',
  '0.5',
  '150',
  '-3.25',
  '123456789012345678',
  '0.10',
  '1e3',
  '-0',
  '0.0000001',
  '1e999',
])('a number that is built of %s is written like that', (text) =>
  expect(writeJson({ n: jsonNumber(text) })).toBe(`{"n":${text}}`));

test('a number that is written alike either way is a plain one', () =>
  expect(['1.5', '1.50', '100'].map((text) => isJsonNumber(jsonNumber(text)))).toEqual([false, true, false]));

test('a number deep within a document of plain ones keeps its digits', () =>
  expect(writeJson({ a: [1, { b: jsonNumber('1.50') }] })).toBe('{"a":[1,{"b":1.50}]}'));

const decimal = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.bigInt({ min: 0n, max: 10n ** 24n }),
    fc.nat(24),
    fc.integer({ min: -30, max: 30 }),
  )
  .map(([sign, digits, places, exponent]) => {
    const text = String(digits).padStart(places + 1, '0');
    const point = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
    return `${sign}${point}${exponent > 20 ? `e${exponent}` : ''}`;
  });

test('a written document is read with every number at its value, as an amount too', () => {
  fc.assert(
    fc.property(decimal, (text) => {
      const read = parseWrittenJson(`{"key":"batch-1e5","list":[${text}],"amount":${text}}`);
      const { list, amount } = read as { list: readonly Json[]; amount: Json };
      for (const value of [list[0], amount]) {
        expect(new Big(numberText(value) ?? '').eq(new Big(text))).toBe(true);
        expect(amountFromText(numberText(value) ?? '')).toBe(amountFromText(text));
      }
    }),
    { numRuns: 2000 },
  );
});

test.each([
  '0.0000001',
  '12345678901234567',
  '1e400',
  '0.30000000000000004',
  '-0.00000012',
  '1E-7',
])('%s is more than a plain number can write', (text) =>
  expect(writeJson(parseWrittenJson(`{"a": ${text}}`))).toBe(`{"a":${text}}`));

const numeral = fc.stringMatching(/^-?(0|[1-9]\d{0,18})(\.\d{1,20})?([eE][+-]?\d{1,2})?$/);
const layout = fc.constantFrom('', ' ', '\n', ' \t');

test('a document that anybody wrote is written again with every digit, whatever stands around its numbers', () => {
  fc.assert(
    fc.property(fc.array(numeral, { minLength: 1, maxLength: 3 }), layout, (texts, space) => {
      const last = texts.at(-1) ?? '0';
      const text = `{"text":"1.50",${space}"list":${space}[${space}${texts.join(`${space},${space}`)}${space}],${space}"last":${space}${last}${space}}`;
      const read = parseExactJson(text);
      expect(writeJson(read)).toBe(writeJson(parseJson(text)));
      expect(writeJson(read)).toBe(`{"text":"1.50","list":[${texts.join(',')}],"last":${last}}`);
    }),
    { numRuns: 2000 },
  );
});

test('plain numbers are read as such, and a document without a sense of depth is refused', () => {
  expect(parseExactJson('\uFEFF{"a":100,"b":[-0.25]}')).toEqual({ a: 100, b: [-0.25] });
  expect(() => parseExactJson('{"a":1')).toThrow(SyntaxError);
  expect(() => parseExactJson(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toThrow(SyntaxError);
});
