import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import {
  type CalendarDate,
  dateAt,
  dayAfter,
  dayBeginningAt,
  dayFinder,
  daysAfter,
  daysBetween,
  formsAhead,
  formsBack,
  isTimeZone,
  parseDate,
  parseMonth,
  readDate,
  startOfDay,
  startOfDayIn,
  withForms,
  zonedText,
  zoneName,
} from '../../src/credits/calendar.ts';
import { parseInstant } from '../../src/credits/exact.ts';
import { runs } from '../support/runs.ts';

const day = (text: string): CalendarDate => parseDate(text) as CalendarDate;
const noon = Date.UTC(2026, 10, 23, 12);

const zones = [
  'UTC',
  'America/Los_Angeles',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Asuncion',
  'America/Havana',
  'America/St_Johns',
  'Europe/London',
  'Europe/Berlin',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Tehran',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
];

/** What the clocks of a zone show, by Intl and not by the library under test. */
function clockAt(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  }).formatToParts(at);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')}`;
}

test.each([
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T01:00:00-02:00'],
  ['2024-04-26', 'Africa/Cairo', '2024-04-26T01:00:00+03:00'],
  ['2024-03-31', 'Asia/Beirut', '2024-03-31T01:00:00+03:00'],
  ['2026-11-01', 'America/Havana', '2026-11-01T00:00:00-04:00'],
  ['2011-12-30', 'Pacific/Apia', '2011-12-31T00:00:00+14:00'],
  ['2027-01-31', 'America/Los_Angeles', '2027-01-31T00:00:00-08:00'],
  ['2027-07-31', 'America/Los_Angeles', '2027-07-31T00:00:00-07:00'],
  ['2027-01-31', 'Asia/Kathmandu', '2027-01-31T00:00:00+05:45'],
])('the day %s begins in %s at %s', (text, zone, begins) => {
  expect(zonedText(startOfDay(day(text), zone), zone)).toBe(begins);
  expect(startOfDay(day(text), zone)).toBe(Date.parse(begins));
});

const days = fc
  .integer({ min: Date.UTC(1975, 0, 1) / 86_400_000, max: Date.UTC(2036, 11, 31) / 86_400_000 })
  .map((count) => new Date(count * 86_400_000).toISOString().slice(0, 10));

test('a day begins at the first moment at which clocks show it, whatever clocks are doing', () => {
  fc.assert(
    fc.property(days, fc.constantFrom(...zones), (text, zone) => {
      fc.pre(!(zone === 'Pacific/Apia' && text === '2011-12-30'));
      fc.pre(!(zone === 'Pacific/Kiritimati' && /^1994-12-31|1995-01-01/.test(text)));
      const begins = startOfDay(day(text), zone);
      expect(clockAt(begins, zone).slice(0, 10)).toBe(text);
      expect(clockAt(begins - 1000, zone) < `${text} 00:00:00`).toBe(true);
      expect(dateAt(begins, zone)).toBe(text);
    }),
    { numRuns: runs(500) },
  );
});

test('the text of an instant in a zone names the same second', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(1975, 0, 1), max: Date.UTC(2036, 11, 31) }),
      fc.constantFrom(...zones),
      (at, zone) => {
        const text = zonedText(at, zone);
        expect(parseInstant(text)).toBe(Math.floor(at / 1000) * 1000);
        expect(text.slice(0, 19).replace('T', ' ')).toBe(clockAt(at, zone));
      },
    ),
  );
});

test.each([
  ['today', '2026-11-23'],
  [' today ', '2026-11-23'],
  ['+0d', '2026-11-23'],
  ['+30d', '2026-12-23'],
  ['+6w', '2027-01-04'],
  ['+3m', '2027-02-23'],
  ['+1y', '2027-11-23'],
  ['eom', '2026-11-30'],
  ['eoq', '2026-12-31'],
  ['eoy', '2026-12-31'],
  ['yesterday', '2026-11-22'],
  ['tomorrow', '2026-11-24'],
  ['-7d', '2026-11-16'],
  ['-1m', '2026-10-23'],
  ['+7973y', '9999-11-23'],
  ['-2025y', '0001-11-23'],
  ['2027-01-31', '2027-01-31'],
])('%s is the day %s', (typed, date) =>
  expect(readDate(typed, noon, 'Europe/London')).toEqual({ kind: 'date', date }));

test.each([
  ['2026-01-31', '+1m', '2026-02-28'],
  ['2027-12-31', '+2m', '2028-02-29'],
  ['2028-02-29', '+1y', '2029-02-28'],
  ['2028-02-01', 'eom', '2028-02-29'],
  ['2026-05-31', 'eoq', '2026-06-30'],
  ['2026-03-31', 'eoq', '2026-03-31'],
  ['2026-07-01', 'eoq', '2026-09-30'],
])('on %s, %s is the day %s', (today, typed, date) => {
  const now = Date.parse(`${today}T12:00:00Z`);
  expect(readDate(typed, now, 'UTC')).toEqual({ kind: 'date', date });
});

test('today is the day that the customer’s clocks show', () => {
  const now = Date.UTC(2026, 10, 23, 23, 30);
  expect(readDate('today', now, 'Asia/Tokyo')).toEqual({ kind: 'date', date: '2026-11-24' });
  expect(readDate('eom', Date.UTC(2026, 10, 30, 23), 'Asia/Tokyo')).toEqual({
    kind: 'date',
    date: '2026-12-31',
  });
  expect(readDate('today', Date.UTC(2026, 10, 23, 3), 'America/Los_Angeles')).toEqual({
    kind: 'date',
    date: '2026-11-22',
  });
});

test('an RFC 3339 time is an instant', () =>
  expect(readDate('2027-01-31T00:00:00-08:00', noon, 'UTC')).toEqual({
    kind: 'instant',
    at: Date.UTC(2027, 0, 31, 8),
  }));

test.each([
  ['2027-02-29', 'is not a day of the calendar: "2027-02-29"'],
  ['2027-13-01', 'is not a day of the calendar: "2027-13-01"'],
  ['2027-00-10', 'is not a day of the calendar: "2027-00-10"'],
  ['+99999y', 'is later than the year 9999'],
  ['-99999y', 'is earlier than the year 1'],
])('%s %s', (typed, problem) => expect(readDate(typed, noon, 'UTC')).toEqual({ kind: 'problem', problem }));

test.each([
  '',
  'soon',
  '31.02.2027',
  '31.01.27',
  '1/2/3',
  '2027/01-31',
  '+3',
  '+3h',
  '-3h',
  '+3dx',
  'x+3d',
  '+1.5d',
  '20270131',
  '2027-01-31T25:00:00Z',
])('"%s" is refused with every form that is understood', (typed) =>
  expect(readDate(typed, noon, 'UTC')).toEqual({
    kind: 'problem',
    problem: `is not a date: "${typed}"; write 2027-01-31, an RFC 3339 time, +30d, +6w, +3m, +1y, -7d, today, tomorrow, yesterday, eom, eoq or eoy`,
    typed,
  }));

test.each([
  ['31.01.2027', '2027-01-31'],
  ['01/31/2027', '2027-01-31'],
  ['2027-1-31', '2027-01-31'],
  ['2027/01/31', '2027-01-31'],
  ['3/4/2027', '2027-04-03 or 2027-03-04'],
  ['4-4-2027', '2027-04-04'],
  ['30d', '+30d'],
  ['2027-01', 'a day, such as 2027-01-01'],
])('"%s" is refused with the days that it may stand for', (typed, days) =>
  expect(readDate(typed, noon, 'UTC')).toEqual({
    kind: 'problem',
    problem: `is not a date: "${typed}"; write ${days}`,
    typed,
  }));

test.each([
  ['europe/berlin', 'Europe/Berlin'],
  ['Europe/Berlin', 'Europe/Berlin'],
  ['utc', 'UTC'],
  ['us/pacific', 'US/Pacific'],
  ['berlin', undefined],
])('the zone "%s" is %s', (typed, name) => expect(zoneName(typed)).toBe(name));

test('a question lists the forms that it takes; another problem stays', () => {
  expect(withForms(readDate('soon', noon, 'UTC'), formsBack)).toMatchObject({
    problem: `is not a date: "soon"; write ${formsBack}`,
  });
  for (const span of ['30d', '30 days', 'in 30 Days', '+ 30 d'])
    expect(withForms(readDate(span, noon, 'UTC'), formsAhead)).toMatchObject({
      problem: `is not a date: "${span}"; write +30d`,
    });
  expect(withForms(readDate('2 weeks', noon, 'UTC'), formsBack)).toMatchObject({
    problem: 'is not a date: "2 weeks"; write -2w',
  });
  const noDay = readDate('2027-02-29', noon, 'UTC');
  expect(withForms(noDay, formsBack)).toBe(noDay);
});

test('whatever is typed, a date that is read is a day of the calendar', () => {
  const two = fc.integer({ min: 0, max: 99 }).map((value) => String(value).padStart(2, '0'));
  const typed = fc.oneof(
    fc.tuple(fc.integer({ min: 1000, max: 9999 }), two, two).map((parts) => parts.join('-')),
    fc
      .tuple(fc.integer({ min: 0, max: 99_999 }), fc.constantFrom('d', 'w', 'm', 'y'))
      .map(([n, u]) => `+${n}${u}`),
    fc.constantFrom('today', 'eom', 'eoq', 'eoy'),
    fc.string(),
  );
  const now = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2090, 0, 1) });
  fc.assert(
    fc.property(typed, now, fc.constantFrom(...zones), (text, at, zone) => {
      const reading = readDate(text, at, zone);
      if (reading.kind !== 'date') return;
      expect(new Date(`${reading.date}T00:00:00Z`).toISOString().slice(0, 10)).toBe(reading.date);
      expect(Temporal.PlainDate.from(reading.date, { overflow: 'reject' }).toString()).toBe(reading.date);
    }),
    { numRuns: runs(400) },
  );
});

test.each([
  ['2026-12-31', '2027-01-01'],
  ['2028-02-28', '2028-02-29'],
  ['2027-02-28', '2027-03-01'],
])('the day after %s is %s', (before, after) => expect(dayAfter(day(before))).toBe(after));

test.each([
  '2027-02-30',
  '2027-2-3',
  'today',
  '',
  '2027-01-31T00:00:00Z',
  '2027-01-31T00:00',
  ' 2027-01-31',
  '0000-02-29',
])('"%s" is no calendar date', (text) => expect(parseDate(text)).toBeUndefined());

test('the first month is that of the year 1', () => {
  expect([parseMonth('0000-12'), parseMonth('0001-01')]).toEqual([undefined, '0001-01']);
  expect(parseDate('0001-01-01')).toBe('0001-01-01');
});

test.each([
  'America/Los_Angeles',
  'UTC',
  'utc',
  'Etc/GMT+5',
  'Asia/Kolkata',
  'Asia/Calcutta',
])('%s is a time zone', (zone) => expect(isTimeZone(zone)).toBe(true));

test.each([
  '',
  '+02:00',
  'Mars/Base',
  'T00:00Z',
  'T0000Z',
  'Asia/Tokyo ',
  '2020-01-01T00:00[Asia/Tokyo]',
  'PDT7',
])('"%s" is no time zone of the IANA database', (zone) => expect(isTimeZone(zone)).toBe(false));

const unknownZone = 'America/Newly_Made';

test('an exact time needs no zone, and is shown in UTC where the zone is not known', () => {
  expect(readDate('2099-04-30T00:00:00+02:00', noon, unknownZone)).toEqual({
    kind: 'instant',
    at: Date.UTC(2099, 3, 29, 22),
  });
  expect(zonedText(noon, unknownZone)).toBe('2026-11-23T12:00:00+00:00');
  expect(dayBeginningAt(Date.UTC(2026, 10, 27), unknownZone)).toBeUndefined();
  expect(dayBeginningAt(Date.UTC(2026, 10, 27), 'UTC')).toBe('2026-11-27');
});

test.each(['2027-01-31', '+30d', 'today', 'eom'])('%s needs the zone, and says what to write', (typed) =>
  expect(readDate(typed, noon, unknownZone)).toEqual({
    kind: 'problem',
    problem: expect.stringMatching(/^needs the time zone America\/Newly_Made.*2027-01-31T00:00:00-08:00/),
  }));

test.each(['2027-02-30', 'soon'])('%s is no date in any zone', (typed) =>
  expect(readDate(typed, noon, unknownZone)).toEqual(readDate(typed, noon, 'UTC')));

test('days are counted on the calendar, over leap days and back', () => {
  const leapDay = parseDate('2028-02-29');
  if (leapDay === undefined) throw new Error('the calendar has this day');
  expect(daysAfter(leapDay, 366)).toBe('2029-03-01');
  expect(daysAfter(leapDay, -1)).toBe('2028-02-28');
  expect(daysBetween(leapDay, daysAfter(leapDay, 366))).toBe(366);
  expect(daysBetween(leapDay, daysAfter(leapDay, -59))).toBe(-59);
});

test('the day of many instants is that of each, where a day is skipped and where clocks go back', () => {
  // Apia skipped 2011-12-30; in Havana, midnight of 2026-11-01 comes twice.
  for (const [zone, from] of [
    ['Pacific/Apia', Date.UTC(2011, 11, 28)],
    ['America/Havana', Date.UTC(2026, 9, 31)],
  ] as const) {
    const dayOf = dayFinder(zone);
    const instants = Array.from({ length: 96 * 2 }, (_, half) => from + half * 1_800_000);
    for (const order of [instants, instants.toReversed()])
      expect(order.map(dayOf)).toEqual(order.map((at) => dateAt(at, zone)));
  }
});

test('a text that names no day never begins', () => {
  const startOf = startOfDayIn('Europe/Berlin');
  expect(startOf('2026-07-01')).toBe(Date.parse('2026-06-30T22:00:00Z'));
  expect(startOf('soon')).toBe(Number.POSITIVE_INFINITY);
});
