import { expect, test } from 'vitest';
import { pickFields } from '../../src/output/pick-fields.ts';
import { parseJson, writeJson } from '../../src/wire/json.ts';

const document =
  '{"id":"e1","amount":0.10,"block":{"id":"b1","expiry":null,"n":1},"none":null,"metadata":{"a.b":"x","__proto__":"y"}}';

test.each([
  ['id', '{"id":"e1"}'],
  ['amount id', '{"amount":0.10,"id":"e1"}'],
  ['block.expiry id block.id', '{"block":{"expiry":null,"id":"b1"},"id":"e1"}'],
  ['block.id block', '{"block":{"id":"b1","expiry":null,"n":1}}'],
  ['none.id', '{"none":null}'],
  ['absent id absent.id', '{"id":"e1"}'],
])('the fields %s', (names, expected) => {
  const paths = names.split(' ').map((name) => name.split('.'));
  expect(writeJson(pickFields(parseJson(document), paths))).toBe(expected);
});

test('a key may have dots', () => {
  expect(writeJson(pickFields(parseJson(document), [['metadata', 'a.b']]))).toBe('{"metadata":{"a.b":"x"}}');
});

test('what every object inherits is no field', () => {
  expect(Object.keys(Object(pickFields(parseJson(document), [['toString'], ['id']])))).toEqual(['id']);
});
