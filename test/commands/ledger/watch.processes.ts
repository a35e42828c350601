// `ledger watch` as a process: entries of other processes, Ctrl-C, and the end of its reader.
import { expect, test } from 'vitest';
import { built, cleanEnvironment, program, start } from '../../support/built-program.ts';
import { errorOf, linesOf } from '../../support/command.ts';
import { freshHome } from '../../support/run.ts';

test('what another process adds appears, and Ctrl-C ends it with 130', async () => {
  const home = freshHome();
  const env = cleanEnvironment(home);
  expect((await built(['ledger', 'add', 'acme', '--amount', '5', '--sandbox', '--yes'], env)).code).toBe(0);
  const words = ['ledger', 'watch', 'acme', '--sandbox', '--interval', '0.5', '-o', 'ndjson'];
  const watch = start(process.execPath, [program, ...words], env);
  await new Promise((resolve) => watch.child.stderr.once('data', resolve));
  for (const amount of ['6', '7.25']) {
    const added = await built(['ledger', 'add', 'acme', '--amount', amount, '--sandbox', '--yes'], env);
    expect(added.code, added.stderr).toBe(0);
  }
  await watch.printed('7.25');
  watch.child.kill('SIGINT');
  const { code, stdout, stderr } = await watch.ended;
  expect(code).toBe(130);
  expect(linesOf(stdout)).toMatchObject([{ amount: 6 }, { amount: 7.25 }]);
  expect(errorOf({ stderr })).toMatchObject({ code: 'interrupted', applied: 'no' });
});

test('a reader who has seen enough is a quiet exit 0', async () => {
  const home = freshHome();
  const env = cleanEnvironment(home);
  for (const amount of ['5', '6', '7'])
    await built(['ledger', 'add', 'acme', '--amount', amount, '--sandbox', '--yes'], env);
  const line = `"${process.execPath}" "${program}" ledger watch acme --since 2020-01-01 --sandbox --interval 0.5 -o ndjson | head -1; echo "exit $\{PIPESTATUS[0]}"`;
  const shell = start('bash', ['-c', line], env);
  shell.child.stdin.end();
  // The end of the reader is noticed with the next entry.
  await shell.printed('"amount":5');
  await built(['ledger', 'add', 'acme', '--amount', '8', '--sandbox', '--yes'], env);
  expect((await shell.ended).stdout).toContain('exit 0');
});
