import { expect, test } from 'vitest';
import { progressLine, progressText, spanText } from '../../../src/output/terminal/progress.ts';

const half = { done: 500, total: 1000, rate: 48.2, failed: 0, held: 0, unknown: 0 };

test('a bar with share, rate and what is left, no wider than the terminal', () => {
  expect(progressLine(half, 80)).toBe(
    '[███████████████░░░░░░░░░░░░░░░] 50 % · 500 of 1000 · 48/s · 10 s left',
  );
  for (let width = 1; width < 120; width += 1)
    expect(progressLine(half, width).length).toBeLessThan(Math.max(width, 2));
});

test('in words, with failures and unknown outcomes where there are any', () => {
  expect(progressText({ ...half, failed: 2 })).toBe('500 of 1000 · 48/s · 10 s left · 2 failed');
  expect(progressText({ ...half, held: 3 })).toBe('500 of 1000 · 48/s · 10 s left · 3 held back');
  expect(progressText({ ...half, rate: 0, unknown: 1 })).toBe('500 of 1000 · 0.0/s · 1 unknown');
});

test.each([
  [42.4, '42 s'],
  [200, '3 min 20 s'],
  [7500, '2 h 5 min'],
])('%s seconds are %s', (seconds, text) => {
  expect(spanText(seconds)).toBe(text);
});
