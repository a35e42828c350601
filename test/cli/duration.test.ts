import { expect, test } from 'vitest';
import { durationIn } from '../../src/cli/argv.ts';

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['30', 30_000],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['0', undefined],
  ['-1s', undefined],
  ['1.5s', undefined],
  ['1d', undefined],
  ['', undefined],
  ['soon', undefined],
])('%s', (text, ms) => {
  expect(durationIn(text)).toBe(ms);
});
