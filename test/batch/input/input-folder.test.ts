import { mkdirSync, mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeInputFile } from '../../../src/batch/input/input-folder.ts';
import { systemParts } from '../../../src/runtime/system.ts';

test('what a killed run kept of its rows is removed by a later one, because it names customers', () => {
  const state = mkdtempSync(path.join(tmpdir(), 'creditctl-'));
  const folder = path.join(state, 'input');
  mkdirSync(folder);
  for (const name of ['7-select-1', '8-2', 'notes']) {
    writeFileSync(path.join(folder, name), 'x');
    utimesSync(path.join(folder, name), 0, 0);
  }
  const folders = { home: undefined, config: state, state };
  const file = makeInputFile('rows', { folders, parts: systemParts, now: () => 5 });
  expect(path.basename(file)).toBe(`${process.pid}-rows-5`);
  expect(readdirSync(folder).sort()).toEqual([path.basename(file), 'notes'].sort());
});
