import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distance, formatInstant, parseInstant } from '../../src/credits/instant.ts';

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
