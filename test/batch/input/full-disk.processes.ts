// Rows of a pipe, kept on a disk that is nearly full: all of them, or a sentence and no plan.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cleanEnvironment, program, start } from '../../support/built-program.ts';
import { freshHome } from '../../support/run.ts';

const kibibytes = 300;

/** What a disk with so much room takes of the last piece is a part of it, and no error. */
const pipe = `cd; trap '' XFSZ; ulimit -f ${kibibytes}; cat rows.csv | "$0" "$@"`;

test('rows that no longer fit are not left out of the plan', async () => {
  const home = freshHome();
  const row = `acme,5,${'x'.repeat(995)}\n`;
  writeFileSync(
    path.join(home, 'rows.csv'),
    `external_customer_id,amount,description\n${row.repeat(kibibytes + 10)}`,
  );
  const words = ['batch', 'plan', '-', '--format', 'csv', '--out', 'p', '--sandbox'];
  const env = cleanEnvironment(home);
  const { code, stderr } = await start('bash', ['-c', pipe, process.execPath, program, ...words], env).ended;
  const folder = path.join(home, '.local/state/creditctl/input');
  expect(stderr).toContain(`Rows cannot be kept in ${folder}: `);
  expect([code, existsSync(path.join(home, 'p')), readdirSync(folder)]).toEqual([1, false, []]);
});
