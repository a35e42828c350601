// What is generated is what the program says now.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { root } from './documents.ts';

test('the generated documents are fresh', () => {
  const { status, stderr } = spawnSync(process.execPath, ['build/docs.mjs', '--check'], { cwd: root });
  expect(String(stderr)).toBe('');
  expect(status).toBe(0);
}, 120_000);
