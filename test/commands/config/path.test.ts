import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl } from '../../support/command.ts';

test('the path follows CREDITCTL_CONFIG_DIR, then XDG_CONFIG_HOME, then the home folder', async () => {
  const pathWith = async (env: Record<string, string>) => (await creditctl('config path', { env })).stdout;
  const XDG_CONFIG_HOME = '/tmp/xdg';
  expect(await pathWith({ CREDITCTL_CONFIG_DIR: '/tmp/own', XDG_CONFIG_HOME })).toBe(
    '/tmp/own/config.json\n',
  );
  expect(await pathWith({ XDG_CONFIG_HOME })).toBe('/tmp/xdg/creditctl/config.json\n');
  const { home, stdout } = await creditctl('config path', { env: { XDG_CONFIG_HOME: 'relative' } });
  expect(stdout).toBe(`${path.join(home, '.config', 'creditctl', 'config.json')}\n`);
});
