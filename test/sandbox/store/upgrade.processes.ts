import { expect, onTestFinished, test } from 'vitest';
import { bundleProgram, ended } from './child-process.ts';
import { versionOne } from './version-one.ts';

test('five processes open one old file at once and write it together', async () => {
  const path = await versionOne();
  const program = await bundleProgram('writer');
  onTestFinished(() => program.remove());
  const runs = await Promise.all(Array.from({ length: 5 }, () => ended(program.start(path, 12))));
  expect(runs.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(Array(5).fill('0 '));
  // Eight entries were there, and two blocks have expired since.
  const sequences = runs.flatMap(({ stdout }) => stdout.match(/^\d+$/gm) ?? []).map(Number);
  expect(sequences.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index + 11));
}, 30_000);
