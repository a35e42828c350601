// Periods begin and end at the customer's midnight, whatever the clocks do, and their names lead back to them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CalendarDate, daysAfter, parseDate } from '../../src/credits/calendar.ts';
import { type PeriodLength, Periods, periodLengths, readPeriod } from '../../src/reports/periods.ts';

const day = (text: string): CalendarDate => {
  const known = parseDate(text);
  if (known === undefined) throw new Error(text);
  return known;
};

function nameAt(at: string, by: PeriodLength, zone = 'America/Los_Angeles'): string {
  const periods = new Periods({ since: day('2026-01-01'), until: day('2026-12-31'), by, zone });
  const period = periods.of(Date.parse(at));
  return typeof period === 'string' ? period : period.name;
}

test('a day of 23 or 25 hours is one day', () => {
  // 2026-03-08 and 2026-11-01 in Los Angeles.
  expect(nameAt('2026-03-08T08:00:00Z', 'day')).toBe('2026-03-08');
  expect(nameAt('2026-03-09T06:59:59Z', 'day')).toBe('2026-03-08');
  expect(nameAt('2026-03-09T07:00:00Z', 'day')).toBe('2026-03-09');
  expect(nameAt('2026-11-01T07:00:00Z', 'day')).toBe('2026-11-01');
  expect(nameAt('2026-11-02T07:59:59Z', 'day')).toBe('2026-11-01');
});

test('a period ends where the next one begins, whichever instant was asked about before', () => {
  const plan = { since: day('2026-01-01'), until: day('2026-12-31'), by: 'day', zone: 'Asia/Tokyo' } as const;
  const periods = new Periods(plan);
  const midnight = Date.parse('2026-03-08T15:00:00Z');
  const names = [midnight - 1, midnight, midnight - 1].map((at) => periods.of(at));
  expect(names).toMatchObject([{ name: '2026-03-08' }, { name: '2026-03-09' }, { name: '2026-03-08' }]);
});

test('the same instant is in another period in another zone', () => {
  expect(nameAt('2026-10-31T16:00:00Z', 'month')).toBe('2026-10');
  expect(nameAt('2026-10-31T16:00:00Z', 'month', 'Asia/Tokyo')).toBe('2026-11');
  expect(nameAt('2026-01-01T07:59:59Z', 'day')).toBe('earlier');
  expect(nameAt('2026-01-01T08:00:00Z', 'day')).toBe('2026-01-01');
  expect(nameAt('2027-01-01T08:00:00Z', 'day')).toBe('later');
});

test('a week belongs to the year of its Thursday', () => {
  expect(nameAt('2026-01-02T12:00:00Z', 'week')).toBe('2026-W01');
  expect(nameAt('2026-12-31T20:00:00Z', 'week')).toBe('2026-W53');
  expect(readPeriod('2026-W53')).toMatchObject({ first: '2026-12-28', last: '2027-01-03' });
  expect(readPeriod('2027-W53')).toBeUndefined();
  expect(readPeriod('2026-W00')).toBeUndefined();
});

test('whichever instant, its period holds it, and the name leads back to the same days', () => {
  const zones = fc.constantFrom('America/Los_Angeles', 'Asia/Tokyo', 'Europe/London', 'Pacific/Apia');
  fc.assert(
    fc.property(
      fc.nat(3_000),
      fc.nat(86_399),
      fc.constantFrom(...periodLengths),
      zones,
      (days, seconds, by, zone) => {
        const since = day('2024-01-01');
        const periods = new Periods({ since, until: daysAfter(since, 3_100), by, zone });
        const period = periods.of(Date.parse('2024-01-02T12:00:00Z') + days * 86_400_000 + seconds * 1000);
        if (typeof period === 'string') throw new Error(period);
        expect(readPeriod(period.name)).toEqual({ by, ...period });
        const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
        const local = shown.format(Date.parse('2024-01-02T12:00:00Z') + days * 86_400_000 + seconds * 1000);
        expect(local >= period.first && local <= period.last).toBe(true);
      },
    ),
  );
});

test('a total may be of one day', () => {
  const one = '2026-10-31/2026-10-31';
  expect(readPeriod(one)).toEqual({ by: 'total', name: one, first: '2026-10-31', last: '2026-10-31' });
});

test('what no report calls a period is none', () => {
  for (const name of [
    '',
    '2026',
    '2026-13',
    '2026-02-30',
    '2026-10-31/2026-10-01',
    '2026-10-01/',
    '2026-10-01/2026-10-02/x',
  ])
    expect(readPeriod(name), name).toBeUndefined();
});
