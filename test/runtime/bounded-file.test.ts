// A file is read whole up to the limit; a device without an end is given up.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readBounded } from '../../src/runtime/bounded-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'bounded-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file at the limit is read whole, one byte more is not', () => {
  const file = join(folder, 'text');
  writeFileSync(file, 'é'.repeat(50_000));
  expect(readBounded(file, 100_000)?.toString()).toBe('é'.repeat(50_000));
  expect(readBounded(file, 99_999)).toBeUndefined();
});

test('a device without an end is given up at the limit', () => {
  expect(readBounded('/dev/zero', 100_000)).toBeUndefined();
});
