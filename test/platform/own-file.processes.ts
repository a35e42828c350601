// A pipe or a device in the place of a file that the program keeps: it ends in a sentence, and is not waited for.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { built, cleanEnvironment } from '../support/built-program.ts';
import { freshHome } from '../support/run.ts';

const config = '.config/creditctl';
const state = '.local/state/creditctl';

test.each([
  [`${config}/config.json`, 'balance acme', 2],
  [`${config}/credentials.json`, 'balance acme', 3],
  [`${state}/sandbox.db`, 'balance acme --sandbox', 1],
  [`${state}/record.db`, 'ledger add acme --amount 5 --sandbox --yes', 10],
  ['plan', 'batch apply $HOME/plan --sandbox --yes', 2],
])('a pipe in the place of %s ends "%s" with %i', async (file, line, code) => {
  const home = freshHome();
  const pipe = path.join(home, file);
  mkdirSync(path.dirname(pipe), { recursive: true });
  execFileSync('mkfifo', [pipe]);
  const ended = await built(line.replace('$HOME', home).split(' '), cleanEnvironment(home));
  expect(ended.code, ended.stderr).toBe(code);
  expect(ended.stderr).toContain(pipe);
  expect(ended.stderr).not.toContain('defect');
});
