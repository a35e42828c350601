import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { freshIds } from '../../../src/sandbox/server/ids.ts';

test('ids are of 16 characters and all different; no random byte is used twice, and many are drawn at once', () => {
  let drawn = 0;
  let draws = 0;
  const fresh = freshIds((length) => {
    drawn += length;
    draws += 1;
    return randomBytes(length);
  });
  const ids = Array.from({ length: 2000 }, fresh);
  for (const id of ids) expect(id).toMatch(/^[2-9A-HJ-NP-Za-km-z]{16}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(drawn).toBeGreaterThanOrEqual(ids.length * 16);
  expect(draws).toBeLessThan(ids.length / 10);
});
