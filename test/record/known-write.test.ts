import { expect, test } from 'vitest';
import { utcDay } from '../../src/record/known-write.ts';

test('a day of UTC begins at midnight, in whatever order the instants come', () => {
  const midnight = Date.UTC(2026, 10, 27);
  const instants = [
    midnight - 1,
    midnight,
    midnight + 86_399_999,
    midnight + 86_400_000,
    midnight,
    midnight - 1,
  ];
  expect(instants.map(utcDay).map((day) => day.slice(-2))).toEqual(['26', '27', '27', '28', '27', '26']);
});
