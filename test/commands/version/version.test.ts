import { expect, test } from 'vitest';
import { creditctl } from '../../support/command.ts';

test('the version alone is what --version prints, and JSON adds Node and the platform', async () => {
  const { stdout } = await creditctl('--version');
  expect(await creditctl('version')).toMatchObject({ code: 0, stdout, stderr: '' });
  const json = await creditctl('version -o json', { node: '22.1.0' });
  expect(JSON.parse(json.stdout)).toEqual({
    version: stdout.trim(),
    node: '22.1.0',
    platform: 'linux-x64',
  });
  expect((await creditctl('version --json version')).stdout).toContain('"version"');
});
