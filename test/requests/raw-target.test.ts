import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTarget } from '../../src/requests/raw-target.ts';
import { customerPath } from '../../src/requests/request.ts';
import { anyCharacter } from '../support/characters.ts';

const base = 'https://api.example/v1';
const read = (text: string, baseUrl: string | undefined = base) => readTarget(text, baseUrl);

test.each([
  'customers/x',
  '/customers/x',
  'v1/customers/x',
  '/v1/customers/x',
  ' /customers/x ',
  'https://api.example/v1/customers/x',
])('%j is a path below the base URL', (text) => {
  expect(read(text)).toEqual({ path: '/customers/x', query: [] });
});

test('a query is taken apart, and a plus in it stays one', () => {
  expect(read('customers?limit=3&created_at[gte]=2026-01-01T00:00:00+00:00&x&y=a%26b=c')).toEqual({
    path: '/customers',
    query: [
      ['limit', '3'],
      ['created_at[gte]', '2026-01-01T00:00:00+00:00'],
      ['x', ''],
      ['y', 'a&b=c'],
    ],
  });
});

test.each([
  ['https://evil.example/v1/customers', 'is not below https://api.example/v1'],
  ['https://api.example.evil.example/v1/customers', 'is not below https://api.example/v1'],
  ['https://api.example/v1.evil/customers', 'is not below https://api.example/v1'],
  ['https://api.example@evil.example/v1/customers', 'is not below https://api.example/v1'],
  ['http://api.example/v1/customers', 'is not below https://api.example/v1'],
  ['https://api.example/v2/customers', 'is not below https://api.example/v1'],
  ['//evil.example/customers', 'is not below https://api.example/v1'],
  ['\\\\evil.example', 'is not below https://api.example/v1'],
  ['file:///etc/passwd', 'is not below https://api.example/v1'],
  ['customers/../alerts', 'must not hold "." or ".."'],
  ['customers/%2e%2E/alerts', 'must not hold "." or ".."'],
  ['customers/./x', 'must not hold "." or ".."'],
  ['customers//credits', 'has nothing between two slashes'],
  ['customers/', 'has nothing between two slashes or after the last'],
  ['customers/%zz', 'holds a "%" that encodes nothing'],
  ['customers?a=%', 'holds a "%" that encodes nothing'],
  ['customers/x#y', 'must not hold a "#"'],
  ['', 'names nothing below the base URL'],
  ['/v1/', 'names nothing below the base URL'],
  ['https://api.example/v1', 'names nothing below the base URL'],
  ['?limit=1', 'names nothing below the base URL'],
])('%j is refused', (text, problem) => {
  expect(read(text)).toEqual({ problem: expect.stringContaining(problem) });
});

test('the embedded ledger has no address at all', () => {
  expect(readTarget('http://127.0.0.1:4010/v1/customers', undefined)).toEqual({
    problem: expect.stringContaining('the embedded ledger, which has no address'),
  });
});

test('a path has one spelling, however its letters were encoded', () => {
  expect(read('customers/x/credits/ledger%5Fentry')).toMatchObject({
    path: '/customers/x/credits/ledger_entry',
  });
  expect(read('%63ustomers/a b:c')).toMatchObject({ path: '/customers/a%20b%3Ac' });
});

test('any id comes through as the other commands send it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: anyCharacter }), (id) => {
      fc.pre(id !== '.' && id !== '..');
      const path = customerPath({ by: 'external', id });
      expect(read(path)).toEqual({ path, query: [] });
    }),
  );
});

test('no text leads out of the base URL', () => {
  const unit = fc.constantFrom(...'./\\%2eEfF:?#@v1 ', 'https://', '..', '%2e', '%2F');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
      const reading = read(text);
      if ('problem' in reading) return;
      const url = new URL(`${base}${reading.path}`);
      expect(url.origin).toBe('https://api.example');
      expect(url.pathname.startsWith('/v1/')).toBe(true);
    }),
  );
});
