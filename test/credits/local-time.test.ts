import { expect, test } from 'vitest';
import { distanceIn, localTime } from '../../src/credits/local-time.ts';

const at = (text: string): number => Date.parse(text);

test.each([
  ['Asia/Tokyo', '2026-12-30T15:00:00Z', '2026-12-31'],
  ['Asia/Tokyo', '2026-12-31T06:30:00Z', '2026-12-31 15:30'],
  ['America/Los_Angeles', '2026-12-31T08:00:00Z', '2026-12-31'],
  ['Europe/London', '2026-06-30T23:00:00Z', '2026-07-01'],
  ['Europe/London', '2026-12-31T00:00:00Z', '2026-12-31'],
  ['Asia/Kathmandu', '2026-12-30T18:15:00Z', '2026-12-31'],
  // Clocks skip midnight: the day begins at one.
  ['America/Havana', '2027-03-14T05:00:00Z', '2027-03-14 01:00'],
  // Clocks show midnight twice: the day begins with the first.
  ['America/Havana', '2027-11-07T04:00:00Z', '2027-11-07'],
  ['America/Havana', '2027-11-07T05:00:00Z', '2027-11-07 00:00'],
])('in %s %s is %s', (zone, instant, text) => {
  expect(localTime(zone)?.text(at(instant))).toBe(text);
});

test('a zone that this Node does not know has no clock', () => {
  expect(localTime('Mars/Olympus')).toBeUndefined();
  expect(localTime('+09:00')).toBeUndefined();
});

test.each([
  ['Asia/Tokyo', '2026-12-26T15:00:00Z', '2026-11-27T12:00:00Z', 'in 30 days'],
  ['Asia/Tokyo', '2026-12-26T15:00:00Z', '2026-11-27T15:00:00Z', 'in 29 days'],
  ['UTC', '2026-11-28T10:00:00Z', '2026-11-27T12:00:00Z', 'in 22 hours'],
  ['UTC', '2026-11-28T13:00:00Z', '2026-11-27T12:00:00Z', 'in 1 day'],
  ['UTC', '2026-11-20T13:00:00Z', '2026-11-27T12:00:00Z', '7 days ago'],
  // The clocks go back in between: 25 hours are one day.
  ['Europe/London', '2026-10-25T23:30:00Z', '2026-10-24T22:30:00Z', 'in 1 day'],
  // The clocks go back within the day: 24 hours later it is still the same day.
  ['America/New_York', '2026-11-02T04:10:00Z', '2026-11-01T04:10:00Z', 'in 1 day'],
])('in %s, %s is from %s %s', (zone, instant, now, text) => {
  expect(distanceIn(zone, at(instant), at(now))).toBe(text);
});
