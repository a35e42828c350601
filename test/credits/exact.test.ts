import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Amount,
  add,
  amount,
  amountFromText,
  compare,
  counted,
  countedIs,
  distance,
  divide,
  formatInstant,
  groupedDigits,
  isNegative,
  isPositive,
  isZero,
  multiply,
  negate,
  parseInstant,
  readAmount,
  readSignedAmount,
  smaller,
  subtract,
  sum,
} from '../../src/credits/exact.ts';
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
  ['5EUR', /not a decimal number: "5EUR"/],
  ['1e400', /without an exponent/],
  ['1e-400', /has too many digits/],
  ['1e-9999999999', /without an exponent/],
  ['-1e-07', /must not be negative/],
  ['1,000', /separators: "1,000"; write 1000, or 1\.000 if the comma is a decimal point$/],
  ['1,000.5', /separators: "1,000\.5"; write 1000\.5$/],
  ['1.500,25', /separators: "1\.500,25"; write 1500\.25$/],
  ['1.234.567', /separators.*write 1234567$/],
  ['1 500', /separators.*write 1500$/],
  ['1\u202f500,5', /separators.*write 1500\.5$/],
  ['1,500,00', /is not a decimal number: "1,500,00"; write one such as/],
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
  ['1,5', /is not a decimal number: "1,5"; write 1\.5$/],
  ['0,250', /is not a decimal number: "0,250"; write 0\.250$/],
  ['$50', /is not a decimal number: "\$50"; write 50$/],
  ['12,50 €', /is not a decimal number: "12,50 €"; write 12\.50$/],
  ['EUR 5', /write 5$/],
  ['100 credits', /write 100$/],
  ['5k', /write one such as/],
  ['$1,000', /write one such as/],
  ['€1.000', /write one such as/],
  ['1,2,3', /is not a decimal number: "1,2,3"; write one such as/],
  ['１２３', /is not a decimal number: "１２３"; write/],
  ['٣', /is not a decimal number/],
  ['1 2', /is not a decimal number/],
  ['1'.repeat(40), /has too many digits.*at most 18 significant digits/],
  ['1234567890123456789', /has too many digits/],
  [`1${'0'.repeat(18)}`, /has too many digits/],
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
test('a share keeps 18 significant digits, also of the smallest amount', () => {
  expect(divide(amount('100'), 3)).toBe('33.3333333333333333');
  expect(divide(amount('0.000000000000000001'), 3000)).toBe('0.000000000000000000000333333333333333333');
});
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

test.each([
  [0, '0 rows', '0 rows are'],
  [1, '1 row', '1 row is'],
  [4212, '4,212 rows', '4,212 rows are'],
])('a count of %i has its noun and verb', (count, noun, verb) => {
  expect(counted(count, 'row')).toBe(noun);
  expect(countedIs(count, 'row')).toBe(verb);
});

test.each([
  ['2027-01-31T00:00:00Z', Date.UTC(2027, 0, 31)],
  ['2027-01-31T00:00:00+00:00', Date.UTC(2027, 0, 31)],
  ['2027-01-31t00:00:00z', Date.UTC(2027, 0, 31)],
  ['2027-01-31 00:00:00Z', Date.UTC(2027, 0, 31)],
  ['2027-01-31T00:00Z', Date.UTC(2027, 0, 31)],
  ['2027-01-31T00:00:00-08:00', Date.UTC(2027, 0, 31, 8)],
  ['2027-01-31T00:00:00+05:45', Date.UTC(2027, 0, 30, 18, 15)],
  ['2027-01-31T00:00:00.250Z', Date.UTC(2027, 0, 31, 0, 0, 0, 250)],
  ['2027-01-31T00:00:00.123456789Z', Date.UTC(2027, 0, 31, 0, 0, 0, 123)],
  ['2028-02-29T23:59:59Z', Date.UTC(2028, 1, 29, 23, 59, 59)],
])('%s is an instant', (text, at) => expect(parseInstant(text)).toBe(at));

test.each([
  '',
  '2027-01-31',
  '2027-01-31T00:00:00',
  '2027-02-29T00:00:00Z',
  '2100-02-29T00:00:00Z',
  '2027-04-31T00:00:00Z',
  '2027-13-01T00:00:00Z',
  '2027-00-01T00:00:00Z',
  '2027-01-00T00:00:00Z',
  '2027-01-31T24:00:00Z',
  '2027-01-31T23:60:00Z',
  '2027-01-31T23:59:60Z',
  '2027-01-31T00:00:00+24:00',
  '2027-01-31T00:00:00+05:60',
  '2027-01-31T00:00:00.1234567890Z',
  '27-01-31T00:00:00Z',
  '2027-1-31T00:00:00Z',
  ' 2027-01-31T00:00:00Z',
  '2027-01-31T00:00:00Z\n',
  '31 Jan 2027',
  '0000-01-01T00:00:00Z',
  '0000-02-29T00:00:00+00:00',
  '0001-01-01T00:00:00+14:00',
  '9999-12-31T23:59:59-12:00',
])('"%s" is no instant', (text) => expect(parseInstant(text)).toBeUndefined());

test('an instant is written in seconds with +00:00', () =>
  expect(formatInstant(Date.UTC(2027, 0, 31, 8, 0, 0, 999))).toBe('2027-01-31T08:00:00+00:00'));

const instants = fc.integer({ min: Date.UTC(1000, 0, 1), max: Date.UTC(9999, 11, 31) });

test('every instant that Date writes is read as Date reads it', () => {
  fc.assert(
    fc.property(instants, (at) => {
      expect(parseInstant(new Date(at).toISOString())).toBe(at);
    }),
  );
});

test('what is written is read again, to the second', () => {
  fc.assert(
    fc.property(instants, (at) => {
      expect(parseInstant(formatInstant(at))).toBe(Math.floor(at / 1000) * 1000);
    }),
  );
});

test('an offset moves the instant by exactly itself', () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 }), (at, minutes) => {
      const sign = minutes < 0 ? '-' : '+';
      const two = (value: number): string => String(value).padStart(2, '0');
      const size = Math.abs(minutes);
      const local = new Date(at).toISOString().slice(0, 23);
      const text = `${local}${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
      expect(parseInstant(text)).toBe(at - minutes * 60_000);
    }),
  );
});

test('any four, two and two digits are a day exactly if the calendar has it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 9999 }),
      fc.integer({ min: 0, max: 14 }),
      fc.integer({ min: 0, max: 33 }),
      (year, month, day) => {
        const two = (value: number): string => String(value).padStart(2, '0');
        const date = new Date(Date.UTC(year, month - 1, day));
        const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
        const read = parseInstant(`${year}-${two(month)}-${two(day)}T00:00:00Z`);
        expect(read).toBe(exists ? date.getTime() : undefined);
      },
    ),
  );
});

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [12 * day, 'in 12 days'],
  [2 * day - 1, 'in 1 day'],
  [day, 'in 1 day'],
  [day - 1, 'in 23 hours'],
  [5 * hour + 59 * minute, 'in 5 hours'],
  [hour, 'in 1 hour'],
  [hour - 1, 'in under an hour'],
  [0, 'under an hour ago'],
  [-hour, '1 hour ago'],
  [-3 * day - hour, '3 days ago'],
])('%i ms from now is %s', (far, words) => {
  expect(distance(1_000 + far, 1_000)).toBe(words);
});
