// Several processes change the configuration at once: they take turns, and no change is lost.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/profiles/config-file.ts';
import { type Bundled, bundled } from '../support/bundled.ts';
import { freshFolder } from './files.ts';

let program: Bundled;
beforeAll(async () => {
  program = await bundled(path.join(import.meta.dirname, 'config-program.ts'));
});
afterAll(() => program.remove());

test('settings that several processes save at once are all there afterwards', async () => {
  const folder = freshFolder();
  const names = ['a', 'b', 'c', 'd'];
  const codes = await Promise.all(
    names.map(async (name) => once(spawn(process.execPath, [program.file, folder, name]), 'exit')),
  );
  expect(codes.map(([code]) => code)).toEqual([0, 0, 0, 0]);
  const profiles = names.flatMap((name) => Array.from({ length: 10 }, (_, index) => `${name}${index}`));
  expect(Object.keys(readConfig(folder).profiles).sort()).toEqual(profiles);
});
