import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fieldsAsBody, fieldsAsQuery, readRawFields } from '../../../src/commands/api/fields.ts';
import type { Problem } from '../../../src/errors.ts';
import { writeJson } from '../../../src/wire/json.ts';

function read(typed: readonly string[], plain: readonly string[] = []) {
  const problems: Problem[] = [];
  const fields = [...readRawFields('-F', typed, problems), ...readRawFields('-f', plain, problems)];
  const body = writeJson(fieldsAsBody(fields, problems));
  return { fields, body, problems: problems.map(({ where, problem }) => `${where} ${problem}`) };
}

test.each([
  ['a=true', '{"a":true}'],
  ['a=false', '{"a":false}'],
  ['a=null', '{"a":null}'],
  ['a=0.10', '{"a":0.10}'],
  ['a=123456789012345678.5', '{"a":123456789012345678.5}'],
  ['a=-1e+5', '{"a":-1e+5}'],
  ['a=007', '{"a":"007"}'],
  ['a=+5', '{"a":"+5"}'],
  ['a=.5', '{"a":".5"}'],
  ['a=True', '{"a":"True"}'],
  ['a=', '{"a":""}'],
  ['a=b=c', '{"a":"b=c"}'],
  ['a[b][c]=1', '{"a":{"b":{"c":1}}}'],
  ['a[]=1', '{"a":[1]}'],
  ['a b=1', '{"a b":1}'],
  ['__proto__[x]=1', '{"__proto__":{"x":1}}'],
])('-F %s is %s', (pair, body) => {
  expect(read([pair])).toMatchObject({ body, problems: [] });
});

test('-f takes every value as text', () => {
  for (const value of ['true', 'null', '12', '@file', ''])
    expect(read([], [`a=${value}`]).body).toBe(JSON.stringify({ a: value }));
});

test('lists grow, and a list of objects begins a new one where a key comes again', () => {
  expect(read(['t[]=1', 't[]=x', 't[]=null']).body).toBe('{"t":[1,"x",null]}');
  expect(read(['t[][value]=1', 't[][note]=a', 't[][value]=2']).body).toBe(
    '{"t":[{"value":1,"note":"a"},{"value":2}]}',
  );
  expect(read(['f[][values][]=x', 'f[][values][]=y', 'f[][op]=in']).body).toBe(
    '{"f":[{"values":["x","y"],"op":"in"}]}',
  );
});

test.each([
  [['a=1', 'a=2'], '-F a is given twice; for a list, write []'],
  [['a=1', 'a[b]=2'], '-F a[b] is an object here but was a plain value before'],
  [['a[b]=1', 'a[]=2'], '-F a[] is a list here but was something else before'],
  [['a[]=1', 'a=2'], '-F a is given twice; for a list, write []'],
  [['a[b=1'], '-F a[b is not a valid field name: "a[b"; write a, a[b] or a[]'],
  [['a[][]=1'], '-F a[][] is not a valid field name'],
  [['[a]=1'], '-F [a] is not a valid field name'],
  [['a]=1'], '-F a] is not a valid field name'],
  [['a'], '-F must be key=value: "a"'],
  [['=1'], '-F must be key=value: "=1"'],
  [['a=@'], '-F names no file after the @: "a=@"'],
])('%j is a problem', (pairs, problem) => {
  expect(read(pairs).problems.join('\n')).toContain(problem);
});

test('an @ before a value of -F names a file or stdin, whose text is the value', () => {
  const { fields } = read(['a=@notes.txt', 'b=@-']);
  expect(fields.map(({ file }) => file)).toEqual(['notes.txt', '-']);
  const filled = fields.map((field) => ({ ...field, value: '12' }));
  expect(writeJson(fieldsAsBody(filled, []))).toBe('{"a":"12","b":"12"}');
});

test('a query keeps names and values as they are', () => {
  const { fields } = read(['created_at[gte]=2026-01-01', 'limit=3', 'x=null']);
  expect(fieldsAsQuery(fields)).toEqual([
    ['created_at[gte]', '2026-01-01'],
    ['limit', '3'],
    ['x', 'null'],
  ]);
});

test('any flat set of text fields is that object', () => {
  const key = fc.string({ minLength: 1 }).filter((text) => !/[[\]=]/.test(text));
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(key, fc.string()), { selector: ([name]) => name }), (pairs) => {
      const { body, problems } = read(
        [],
        pairs.map(([name, value]) => `${name}=${value}`),
      );
      expect(problems).toEqual([]);
      expect(Object.entries(JSON.parse(body) as object).sort()).toEqual([...pairs].sort());
    }),
  );
});
