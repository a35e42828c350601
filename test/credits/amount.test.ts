import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Amount,
  add,
  amount,
  amountFromText,
  compare,
  groupedDigits,
  isNegative,
  isPositive,
  isZero,
  multiply,
  negate,
  readAmount,
  readSignedAmount,
  smaller,
  subtract,
  sum,
} from '../../src/credits/amount.ts';
import { draftFromObject } from '../../src/requests/entry-from-body.ts';
import { entryBody } from '../../src/requests/entry-request.ts';
import { isJsonObject, jsonNumber, numberText, parseJson, writeJson } from '../../src/wire/json.ts';

test.each([
  ['100', '100'],
  ['0.25', '0.25'],
  ['  7 \t', '7'],
  ['007.500', '7.5'],
  ['0', '0'],
  ['0.0', '0'],
  ['123456789012345678', '123456789012345678'],
  ['0.000000000000000001', '0.000000000000000001'],
  ['1234567890.12345678', '1234567890.12345678'],
  ['1e-07', '0.0000001'],
  ['1.5E-2', '0.015'],
  ['20e-1', '2'],
  ['0e-5', '0'],
])('"%s" is read as %s', (typed, read) => {
  expect(readAmount(typed)).toEqual({ amount: read });
});

test.each([
  ['', /is empty; write a decimal number such as 100/],
  ['   ', /is empty; write/],
  ['1e3', /without an exponent: "1e3"/],
  ['1E5', /without an exponent: "1E5"/],
  ['1.23457E+11', /without an exponent/],
  ['1e0', /without an exponent/],
  ['1e400', /without an exponent/],
  ['1e-400', /has too many digits/],
  ['1e-9999999999', /without an exponent/],
  ['-1e-07', /must not be negative/],
  ['1,000', /must not have separators: "1,000"; write 1000$/],
  ['1_000', /must not have separators: "1_000"; write 1000$/],
  ["12'345'678.5", /separators.*write 12345678\.5$/],
  ['-5', /must not be negative: "-5"; write it without the sign/],
  ['-0', /must not be negative/],
  ['NaN', /is not a decimal number: "NaN"; write one such as/],
  ['Infinity', /is not a decimal number/],
  ['0x10', /is not a decimal number: "0x10"; write/],
  ['.5', /is not a decimal number: "\.5"; write/],
  ['5.', /is not a decimal number: "5\."; write/],
  ['+5', /is not a decimal number/],
  ['1,5', /is not a decimal number/],
  ['１２３', /is not a decimal number: "１２３"; write/],
  ['٣', /is not a decimal number/],
  ['1 2', /is not a decimal number/],
  ['1'.repeat(40), /has too many digits.*at most 18 significant digits/],
  ['1234567890123456789', /has too many digits/],
  ['1.000000000000000001', /has too many digits/],
  ['0.0000000000000000001', /has too many digits/],
])('"%s" is refused with a way out', (typed, problem) => {
  expect(readAmount(typed)).toEqual({ problem: expect.stringMatching(problem) });
});

test('a refusal quotes no more than forty characters of what was typed', () => {
  const reading = readAmount('x'.repeat(10_000));
  expect('problem' in reading && reading.problem.length).toBeLessThan(120);
});

test('a text of a million digits is refused at once', () => {
  // The time of this process alone, which others on the machine do not change.
  const begun = process.cpuUsage();
  for (const text of ['9'.repeat(1_000_000), `0.${'1'.repeat(1_000_000)}`, `1e-${'9'.repeat(1_000_000)}`])
    expect(readAmount(text)).toHaveProperty('problem');
  expect(process.cpuUsage(begun).user / 1000).toBeLessThan(1000);
});

test.each([
  ['-20', '-20'],
  ['-0', '0'],
  ['-1e-07', '-0.0000001'],
  ['20', '20'],
])('where a balance is meant, "%s" is read as %s', (typed, read) =>
  expect(readSignedAmount(typed)).toEqual({ amount: read }));

test.each(['--5', '-', '- 5', '-.5', '-1e5', '-1,000'])('and "%s" is refused', (typed) =>
  expect(readSignedAmount(typed)).toHaveProperty('problem'));

test('a JSON number with an exponent is exactly that number or refused, and the same in every place', () => {
  const numbers = fc
    .tuple(fc.bigInt({ min: 1n, max: 10n ** 17n }), fc.integer({ min: 1, max: 25 }))
    .map(([digits, places]) => ({ digits, places, text: `${digits}e-0${places}` }));
  fc.assert(
    fc.property(numbers, ({ digits, places, text }) => {
      const inCell = readAmount(text);
      const body = draftFromObject({ amount: jsonNumber(text) });
      if (!('draft' in body)) throw new Error(JSON.stringify(body.problems));
      const made = entryBody(body.draft, { now: 0, zone: undefined });
      expect('body' in made).toBe('amount' in inCell);
      if ('amount' in inCell && 'body' in made) {
        expect(units(inCell.amount) * 10n ** BigInt(places)).toBe(digits * 10n ** 18n);
        expect(numberText(made.body.amount)).toBe(inCell.amount);
      } else expect(places).toBeGreaterThan(2);
    }),
  );
});

test('0.1 + 0.2 is 0.3', () => expect(add(amount('0.1'), amount('0.2'))).toBe('0.3'));
test('a sum of nothing is 0', () => expect(sum([])).toBe('0'));
test('a difference of equals is 0 without a sign', () =>
  expect(subtract(amount('1.5'), amount('1.50'))).toBe('0'));
test('the negative of 0 is 0', () => expect(negate(amount('0'))).toBe('0'));
test('a product keeps every digit', () =>
  expect(multiply(amount('123456789.123456789'), amount('0.000000001'))).toBe('0.123456789123456789'));

test.each([
  ['1e3', '1000'],
  ['-1.50', '-1.5'],
  ['1E-7', '0.0000001'],
  ['-0', '0'],
  ['123456789012345678.5', '123456789012345678.5'],
])('the JSON number %s is the amount %s', (text, known) => expect(amountFromText(text)).toBe(known));

test.each([
  '',
  ' 1',
  '01',
  '+1',
  '.5',
  '1.',
  'NaN',
  '0x1',
  '1e99999',
  '1,0',
  'null',
])('"%s" is no JSON number', (text) => expect(amountFromText(text)).toBeUndefined());

test('an amount in code that is none is a mistake of the code', () =>
  expect(() => amount('ten')).toThrow(RangeError));

test.each([
  ['-1', true, false, false],
  ['0', false, true, false],
  ['0.01', false, false, true],
])('%s is negative: %s, zero: %s, positive: %s', (text, negative, zero, positive) => {
  const value = amount(text);
  expect([isNegative(value), isZero(value), isPositive(value)]).toEqual([negative, zero, positive]);
});

/** An amount as it may be typed: up to 18 digits, some of them after the point. */
const typedAmounts = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }), fc.integer({ min: 0, max: 18 }))
  .map(([digits, places]) => ({ digits, places, text: decimalText(digits, places) }));

function decimalText(digits: bigint, places: number): string {
  const sign = digits < 0n ? '-' : '';
  const all = (digits < 0n ? -digits : digits).toString().padStart(places + 1, '0');
  const cut = all.length - places;
  return `${sign}${all.slice(0, cut)}${places === 0 ? '' : `.${all.slice(cut)}`}`;
}

/** The same number as whole units of 10⁻¹⁸, computed without the code under test. */
const units = (text: string): bigint => {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(`${whole}${fraction.padEnd(18, '0')}`);
  return text.startsWith('-') ? -value : value;
};

test('sums, differences and comparisons are those of whole numbers of 10⁻¹⁸', () => {
  fc.assert(
    fc.property(typedAmounts, typedAmounts, (a, b) => {
      const [x, y] = [amount(decimalOf(a.text)), amount(decimalOf(b.text))];
      const [p, q] = [units(a.text), units(b.text)];
      expect(units(add(x, y))).toBe(p + q);
      expect(units(subtract(x, y))).toBe(p - q);
      expect(compare(x, y)).toBe(p < q ? -1 : p > q ? 1 : 0);
      expect(units(smaller(x, y))).toBe(p < q ? p : q);
      expect(subtract(add(x, y), y)).toBe(x);
    }),
  );
});

/** JSON has no leading zeros. */
const decimalOf = (text: string): string => text.replace(/^0+(?=\d)/, '');

test('what is typed comes back as the same number in canonical text', () => {
  fc.assert(
    fc.property(typedAmounts, ({ text }) => {
      const reading = readAmount(text);
      if (!('amount' in reading)) throw new Error(reading.problem);
      expect(units(reading.amount)).toBe(units(text));
      expect(reading.amount).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/);
      expect(readAmount(reading.amount)).toEqual(reading);
    }),
  );
});

test('18 digits survive from the flag to the body to an answer and back to text', () => {
  fc.assert(
    fc.property(
      typedAmounts.filter(({ digits }) => digits > 0n),
      ({ text }) => {
        const made = entryBody({ amount: text }, { now: 0, zone: undefined });
        if (!('body' in made)) throw new Error(JSON.stringify(made.problems));
        const answer = parseJson(writeJson(made.body));
        const digits = isJsonObject(answer) ? numberText(answer.amount) : undefined;
        const back = amountFromText(digits ?? '') as Amount;
        expect(units(back)).toBe(units(text));
      },
    ),
  );
});

test.each([
  ['5', '5'],
  ['999', '999'],
  ['1000', '1,000'],
  ['12500.125', '12,500.125'],
  ['-1234567', '-1,234,567'],
  ['100000000000000001', '100,000,000,000,000,001'],
])('the digits of %s are read as %s', (amount, text) => {
  expect(groupedDigits(amount)).toBe(text);
});
