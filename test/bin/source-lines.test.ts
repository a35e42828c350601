// The stack of a defect names lines of the sources, in the built program.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { built, cleanEnvironment } from '../support/built-program.ts';
import { root } from '../support/imports.ts';
import { freshHome } from '../support/run.ts';

test('each frame of a defect is shown by its file and line in src', async () => {
  const home = freshHome();
  const fault = path.join(home, 'fault.cjs');
  writeFileSync(fault, "crypto.randomUUID = () => { throw new TypeError('no chance'); };\n");
  const env = cleanEnvironment(home, { NODE_OPTIONS: `--require ${fault}` });
  const { code, stderr } = await built(['ledger', 'add', 'acme', '--amount', '1', '--sandbox', '--yes'], env);
  expect(code).toBe(1);
  expect(stderr).toContain('TypeError: no chance');
  const lineOf = (name: string): string => {
    const [, file = '', line] = new RegExp(`${name} \\((src/[^:]+):(\\d+)\\)`).exec(stderr) ?? [];
    return readFileSync(path.join(root, file), 'utf8').split('\n')[Number(line) - 1] ?? '';
  };
  expect(lineOf('newKey')).toContain('crypto.randomUUID()');
  expect(lineOf('noteBeforeSending')).toContain('.newKey()');
  expect(lineOf('main')).toContain('runCommandLine(');
  expect(stderr).not.toMatch(/\bdist\b/);
});
