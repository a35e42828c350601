import { expect, test } from 'vitest';
import { type RangeDraft, readTimeRange } from '../../src/requests/time-range.ts';

const now = Date.UTC(2026, 10, 23, 12);

const read = (draft: RangeDraft, zone: string | undefined = 'Asia/Tokyo') =>
  readTimeRange(draft, { now, zone, sinceFlag: '--since', untilFlag: '--until' });

const at = (text: string): number => Date.parse(text);

test('dates include their whole days in the customer’s zone', () =>
  expect(read({ since: '2026-01-01', until: '2026-01-31' })).toEqual({
    range: { from: at('2026-01-01T00:00:00+09:00'), before: at('2026-02-01T00:00:00+09:00') },
  }));

test('instants are ends themselves', () =>
  expect(read({ since: '2026-01-01T00:00:00Z', until: '2026-01-01T00:00:00Z' })).toEqual({
    range: { from: at('2026-01-01T00:00:00Z'), upTo: at('2026-01-01T00:00:00Z') },
  }));

test('nothing said is no bound', () => expect(read({})).toEqual({ range: {} }));
test('one day is a span', () =>
  expect(read({ since: '2026-01-01', until: '2026-01-01' })).toHaveProperty('range'));
test('the last day that can be written ends nothing', () =>
  expect(read({ until: '9999-12-31' }, 'America/Los_Angeles')).toEqual({ range: {} }));

test.each([
  ['2026-01-02', '2026-01-01'],
  ['2026-03-01', '2026-01-01'],
  ['2026-01-02T00:00:00+09:00', '2026-01-01'],
  ['2026-01-02', '2026-01-01T23:59:59+09:00'],
  ['2026-01-01T00:00:01Z', '2026-01-01T00:00:00Z'],
])('since %s until %s is no span', (since, until) =>
  expect(read({ since, until })).toEqual({
    problems: [{ where: '--since', problem: 'is later than --until' }],
  }));

test('both ends that are wrong are told', () => {
  const reading = read({ since: 'x', until: '2026-02-30' });
  expect('problems' in reading && reading.problems.map(({ where }) => where)).toEqual(['--since', '--until']);
});

test('while the zone is not known only the form is judged', () => {
  const reading = readTimeRange(
    { since: '2026-03-01', until: '2026-01-01' },
    { now, zone: undefined, sinceFlag: '--since', untilFlag: '--until' },
  );
  expect(reading).toHaveProperty('range');
});
