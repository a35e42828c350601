import { mkdtempSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { AtomicFile } from '../../src/platform/atomic-file.ts';
import { removeLeftBehind } from '../../src/platform/left-behind.ts';

/** A folder of files with the days since something was written to them. */
function folderOf(files: Readonly<Record<string, number>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'creditctl-'));
  for (const [name, days] of Object.entries(files)) {
    const file = path.join(folder, name);
    writeFileSync(file, 'x');
    const at = Date.now() / 1000 - days * 86_400;
    utimesSync(file, at, at);
  }
  return folder;
}

test('only files of such a name go, and only a week after the last write', () => {
  const folder = folderOf({ '7-rows': 0, '8-rows': 8, '9-rows': 6, mine: 300 });
  removeLeftBehind(path.join(folder, '7-rows'), (name) => name.endsWith('-rows'));
  expect(readdirSync(folder).sort()).toEqual(['7-rows', '9-rows', 'mine']);
});

test('a folder that is not there is no failure', () =>
  expect(removeLeftBehind('/nowhere/7-rows', () => true)).toBeUndefined());

test('a new draft removes the old ones of killed runs', () => {
  const folder = folderOf({ '.creditctl-7-1.part': 8, '.creditctl-9-1.part': 1, 'plan.part': 8 });
  new AtomicFile(path.join(folder, 'plan'), 12).close();
  expect(readdirSync(folder).sort()).toEqual(['.creditctl-9-1.part', 'plan.part']);
});
