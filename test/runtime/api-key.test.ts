// What a command that prints a secret says on stderr: it is passed on, but the secret in it is not.
import { expect, test } from 'vitest';
import { creditctl } from '../support/command.ts';

const key = 'live_key_0123456789';
const setUp = () => creditctl('config set api_key_command vault');
const says = ['unlocked by cron', `++ curl ${key}`, `+ echo ${key}`];

for (const [name, end, passedOn] of [
  ['that fails, without the trace', { how: 1 }, ['by cron']],
  ['that is too slow, without the trace', { how: 'too slow' }, ['by cron']],
  [
    'that prints two lines, with both masked',
    { stdout: `${key}\nother_key_0123\n` },
    ['by cron', '+ echo ***'],
  ],
  ['that fails and says the key apart from the trace', { how: 1, stdout: key }, ['by cron']],
] as const)
  test(`stderr of a command ${name}`, async () => {
    const { home } = await setUp();
    const more = name.includes('apart') ? [`bad key: ${key}`] : [];
    const commands = [{ command: 'vault', says: [...says, ...more], ...end }];
    const { stdout, stderr } = await creditctl('customers list --timeout 1s', {
      home,
      commands,
      exchanges: [],
    });
    for (const line of passedOn) expect(stderr).toContain(line);
    if (!passedOn.some((line) => line.startsWith('+'))) expect(stderr).not.toMatch(/^\+/m);
    expect(stdout + stderr).not.toContain(key);
  });
