import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { InputFile, makePlanFolder } from '../../../src/batch/input/input-folder.ts';
import { thisSystem } from '../../../src/runtime/system.ts';

const freshFolder = (): string => mkdtempSync(path.join(tmpdir(), 'creditctl-'));

const spaceIn = (state: string) => ({
  folders: { home: undefined, config: state, state },
  system: thisSystem,
  now: () => 5,
});

test('what a killed run kept of its rows and plans is removed by a later one, because it names customers', () => {
  const state = freshFolder();
  const folder = path.join(state, 'input');
  mkdirSync(path.join(folder, 'plan-x'), { recursive: true });
  for (const name of ['7-select-1', '8-2', 'notes', 'plan-x/plan.ndjson']) {
    writeFileSync(path.join(folder, name), 'x');
    utimesSync(path.join(folder, name), 0, 0);
  }
  utimesSync(path.join(folder, 'plan-x'), 0, 0);
  const file = new InputFile('rows', spaceIn(state));
  expect(readdirSync(folder).sort()).toEqual([`${process.pid}-rows-5`, 'notes']);
  utimesSync(file.path, 0, 0);
  const plan = makePlanFolder(state);
  expect(readdirSync(folder).sort()).toEqual(['notes', path.basename(plan)]);
});

test('rows are read again by where they stand, and their file goes when it is removed', () => {
  const file = new InputFile('rows', spaceIn(freshFolder()));
  expect([file.add('zwölf'), file.add(Buffer.from('thirteen'))]).toEqual([6, 14]);
  expect(file.read(6, 14)).toBe('thirteen');
  file.close();
  expect(readFileSync(file.path, 'utf8')).toBe('zwölfthirteen');
  file.remove();
  expect(existsSync(file.path)).toBe(false);
});

test('a state folder that cannot be made is named, and nothing was applied', () => {
  const state = path.join(freshFolder(), 'file');
  writeFileSync(state, '');
  for (const make of [() => new InputFile('rows', spaceIn(state)), () => makePlanFolder(state)])
    expect(make).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(`^Rows cannot be kept in ${state}/input: .+\\(ENOTDIR\\)$`),
        facts: expect.objectContaining({ applied: 'no' }),
      }),
    );
});
