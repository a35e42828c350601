import { expect, test } from 'vitest';
import { roundedLoss } from '../../../src/commands/report/burndown-view.ts';
import { amount } from '../../../src/credits/exact.ts';

test.each([
  ['549.443333333333333', '549.44'],
  ['1821.31', '1821.31'],
  ['0.01', '0.01'],
  ['0.000416666666666667', '0.0004167'],
])('credits that will likely be lost, %s, are shown as %s', (lost, shown) =>
  expect(roundedLoss(amount(lost))).toBe(shown));
