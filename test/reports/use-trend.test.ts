import { expect, test } from 'vitest';
import { boundAfter, trendOf } from '../../src/reports/use-trend.ts';

const days = (count: number, use: (day: number) => number): number[] =>
  Array.from({ length: count }, (_, day) => use(day));
const up = (use: readonly number[], after: number): number => boundAfter(trendOf(use), after, 1);
const down = (use: readonly number[], after: number): number => boundAfter(trendOf(use), after, -1);
const width = (use: readonly number[], after: number): number => (up(use, after) - down(use, after)) / after;

test('even use stays within a narrow range around its mean, which widens with the days', () => {
  const even = days(30, () => 10);
  expect(up(even, 10)).toBeGreaterThan(100);
  expect(down(even, 10)).toBeLessThan(100);
  expect(width(even, 10)).toBeLessThan(3);
  expect(width(even, 60)).toBeGreaterThan(2 * width(even, 10));
});

test('use that grew goes on from where it is now, and not from its mean', () => {
  const growing = days(30, (day) => 10 + day);
  expect(trendOf(growing).level).toBeGreaterThan(30);
  expect(down(growing, 30)).toBeGreaterThan(24.5 * 30);
  expect(
    up(
      days(30, (day) => 39 - day),
      30,
    ),
  ).toBeLessThan(24.5 * 30);
});

test('a level that shifted counts as it is now, and makes the range wider', () => {
  const shifted = days(30, (day) => (day < 20 ? 10 : 20));
  expect(trendOf(shifted).level).toBeGreaterThan(17);
  expect(width(shifted, 30)).toBeGreaterThan(
    width(
      days(30, () => 40 / 3),
      30,
    ),
  );
});

test('the pattern of a week is no uncertainty, but needs two weeks to be seen', () => {
  const workdays = (day: number): number => (day % 7 < 5 ? 14 : 0);
  expect(trendOf(days(28, workdays)).noise).toBeCloseTo(0, 9);
  expect(trendOf(days(28, workdays)).level).toBeCloseTo(10, 0);
  expect(trendOf(days(13, workdays)).noise).toBeGreaterThan(20);
});

test('fewer days make a wider range', () => {
  const uneven = (day: number): number => (day % 2 === 0 ? 5 : 15);
  expect(width(days(7, uneven), 14)).toBeGreaterThan(width(days(30, uneven), 14));
});

test('growth is not carried on for ever', () => {
  const growing = days(30, (day) => 10 + day);
  const daily = (after: number): number => down(growing, after + 1) - down(growing, after);
  expect(daily(20)).toBeGreaterThan(daily(10));
  expect(daily(400)).toBeLessThan(10 + 30 + 30);
});

test('no use at all stays none', () => {
  expect([
    up(
      days(10, () => 0),
      100,
    ),
    down(
      days(10, () => 0),
      100,
    ),
    up([], 10),
  ]).toEqual([0, 0, 0]);
});

test('growth goes on for thirty days, and what is certain has no range', () => {
  const sure = {
    level: 1,
    slope: 1,
    levelVariance: 0,
    slopeVariance: 0,
    covariance: 0,
    noise: 0,
    step: 0,
    basisDays: 30,
  };
  const sums = [1, 2, 30, 31].map((days) => boundAfter(sure, days, 1));
  expect(sums).toEqual([2, 5, 30 + 465, 31 + 465 + 30]);
  expect(boundAfter(sure, 31, -1)).toBe(526);
});

test('a level and a slope that are wrong together widen the range, and so do few days', () => {
  const known = { level: 1, slope: 0, levelVariance: 1, slopeVariance: 1, covariance: 0, noise: 0, step: 0 };
  const apart = boundAfter({ ...known, basisDays: 30 }, 10, 1);
  expect(boundAfter({ ...known, covariance: 0.5, basisDays: 30 }, 10, 1)).toBeGreaterThan(apart);
  const [one, two, many] = [1, 2, 1_000_000].map(
    (basisDays) => boundAfter({ ...known, basisDays }, 1, 1) - 1,
  );
  expect(one).toBe(two);
  expect(two).toBeGreaterThan(many ?? 0);
  // One tail of ten of a normal distribution.
  expect((many ?? 0) / Math.sqrt(2)).toBeCloseTo(1.2816, 3);
});
