import { expect, test } from 'vitest';
import { roundedLoss, roundedMean } from '../../../src/commands/report/burndown-view.ts';
import { amount } from '../../../src/credits/exact.ts';

test.each([
  ['549.443333333333333', '549.44'],
  ['1821.31', '1821.31'],
  ['0.01', '0.01'],
  ['0.000416666666666667', '0.0004167'],
  ['0.0000004567891', '0.0000004568'],
])('credits that will likely be lost, %s, are shown as %s', (lost, shown) =>
  expect(roundedLoss(amount(lost))).toBe(shown));

test.each([
  ['3.333333333333333333', '3.333'],
  ['0.99996', '1'],
  ['1249.6', '1250'],
  ['-12.3456', '-12.35'],
  ['0.0000004567891', '0.0000004568'],
  ['1234567890123456789012.5', '1234567890123456789013'],
])('a mean of %s is shown as %s, without an exponent', (mean, shown) =>
  expect(roundedMean(amount(mean))).toBe(shown));
