// Keys that sort as amounts do.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amount, compare } from '../../../src/credits/exact.ts';
import { ascendingKey } from '../../../src/sandbox/ledger/model.ts';

const decimal = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.integer({ min: 0, max: 22 }))
  .map(([digits, places]) => {
    const text = digits.toString().padStart(places + 1, '0');
    return amount(
      places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`.replace(/^0+(?=\d)/, ''),
    );
  });

test('keys compare as the amounts they stand for', () => {
  fc.assert(
    fc.property(decimal, decimal, (a, b) => {
      const keys = ascendingKey(a) < ascendingKey(b) ? -1 : Number(ascendingKey(a) > ascendingKey(b));
      expect(keys).toBe(compare(a, b));
    }),
    { numRuns: 500 },
  );
});

test('there is no key for a negative amount', () => {
  expect(() => ascendingKey(amount('-1'))).toThrow(RangeError);
});
