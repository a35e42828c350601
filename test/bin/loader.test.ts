// The kept machine code is only taken for the very source that it was made of.
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { built, cleanEnvironment, program, start } from '../support/built-program.ts';
import { freshHome } from '../support/run.ts';

// Of a function that ran when the machine code was made: only then is it kept.
const label = 'not_yet_effective';
const words = ['balance', 'acme', '--sandbox'];

test('a program that was edited without a change of its length runs as it was edited', async () => {
  const root = path.dirname(path.dirname(program));
  const copy = freshHome();
  for (const name of ['bin', 'dist', 'package.json'])
    cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'));
  const dist = path.join(copy, 'dist');
  const holding = readdirSync(dist)
    .filter((name) => name.endsWith('.js'))
    .map((name) => path.join(dist, name))
    .filter((file) => readFileSync(file, 'utf8').includes(label));
  expect(holding).not.toEqual([]);
  for (const file of holding)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(label, label.toUpperCase()));
  const env = cleanEnvironment(freshHome());
  const edited = await start(process.execPath, [path.join(copy, 'bin', 'creditctl.cjs'), ...words], env)
    .ended;
  expect(edited.stdout).toContain(label.toUpperCase());
  expect((await built(words, env)).stdout).toContain(label);
});
