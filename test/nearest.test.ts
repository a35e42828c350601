import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changesBetween, guessOf, nearest, nearestField } from '../src/nearest.ts';

test('the distance is none only for the same word, symmetric, and at most the longer length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const changes = changesBetween(a, b);
      expect(changes === 0).toBe(a === b);
      expect(changesBetween(b, a)).toBe(changes);
      expect(changes).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
  expect(changesBetween('itme', 'item')).toBe(1);
  expect(nearest('acme', [])).toBeUndefined();
});

test('a name is near if it takes few changes, however long the word is', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
  fc.assert(
    fc.property(text, text, (word, name) => {
      const changes = changesBetween(word, name);
      const isNear = changes <= 3 && changes < Math.max(word.length, name.length) / 2;
      expect(nearest(word, [name])).toBe(isNear ? name : undefined);
    }),
  );
});

test('a word of which half is another one is not near', () => {
  const formats = ['table', 'json', 'ndjson', 'csv', 'yaml', 'md'];
  for (const word of ['html', 'xml', 'xlsx']) expect(nearest(word, formats), word).toBeUndefined();
  for (const [word, meant] of [
    ['jsn', 'json'],
    ['tabel', 'table'],
    ['yml', 'yaml'],
    ['cvs', 'csv'],
  ] as const)
    expect(nearest(word, formats)).toBe(meant);
});

test('a part of a name leads to the whole', () => {
  const fields = ['id', 'credit_block.expiry_date', 'amount'];
  expect(nearestField('expiry', fields)).toBe('credit_block.expiry_date');
  expect(nearestField('amont', fields)).toBe('amount');
  expect(nearestField('blocks', fields)).toBeUndefined();
  expect(guessOf('amont', fields)).toBe(' (did you mean amount?)');
  expect(guessOf('blocks', fields)).toBe('');
});
