// `completion <shell>`: the script on stdout, and nothing else.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { shells } from '../../../src/cli/completion/shell-answer.ts';
import { isInstalled } from '../../docs/home.ts';
import { creditctl, expectUsage } from '../../support/command.ts';

for (const shell of shells) {
  test(`the script for ${shell} calls the program back, on a terminal and off it`, async () => {
    const { code, stdout, stderr, requests } = await creditctl(`completion ${shell}`);
    expect({ code, stderr, requests }).toEqual({ code: 0, stderr: '', requests: [] });
    expect(stdout).toContain(`creditctl __complete ${shell} -- `);
    expect(stdout).not.toContain('\\${');
    expect((await creditctl(`completion ${shell}`, { terminal: 80 })).stdout).toBe(stdout);
    const document = await creditctl(`completion ${shell} -o json`);
    expect(JSON.parse(document.stdout)).toEqual({ script: stdout });
  });

  test.skipIf(!isInstalled(shell))(`${shell} finds no fault with its script`, async () => {
    const { stdout, home } = await creditctl(`completion ${shell}`);
    const file = path.join(home, `script.${shell}`);
    writeFileSync(file, stdout);
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
}

test('another shell, or none, is a usage error that names the four', async () => {
  expectUsage(await creditctl('completion'), ['<shell> is missing: name one of bash, zsh, fish, powershell']);
  expectUsage(await creditctl('completion bsh'), [
    '<shell> must be one of bash, zsh, fish, powershell: "bsh"',
    '→ Did you mean bash?',
  ]);
  expectUsage(await creditctl('completion bash --columns a'), ['--columns has nothing to choose from here']);
});
