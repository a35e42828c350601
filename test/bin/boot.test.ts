// What the first file of the program sees to before any other runs.
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { built } from '../support/built-program.ts';

test('a warning of Node reaches nobody: stderr may have to be JSON', async () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'creditctl-test-'));
  const warning = path.join(home, 'warning.cjs');
  writeFileSync(warning, "setImmediate(() => process.emitWarning('it is old', 'DeprecationWarning'));");
  const env = { HOME: home, NODE_OPTIONS: `--require ${warning}` };
  for (const words of [
    ['ledger', 'add', 'acme', '--amount', '1', '--sandbox', '--yes', '-o', 'json'],
    ['__complete', '--', 'balance', ''],
  ])
    expect((await built(words, env)).stderr, words[0]).not.toContain('Warning');
});
