// Keys that are not at hand, from the command line down to the wire: the profile's command and the OS keychain.
import { chmodSync, chownSync, renameSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { creditctl, errorOf, notesOf, orb } from '../support/command.ts';
import { block, customer, made, page } from '../support/documents.ts';
import { freshHome, type PlannedCommand } from '../support/run.ts';

const ping = { method: 'GET', path: '/ping', answer: { json: { response: 'pong' } } };
const command = 'op read op://Billing/Orb/key';
const configFile = (home: string) => path.join(home, '.config', 'creditctl', 'config.json');

async function homeWithCommand(): Promise<string> {
  const { home } = await creditctl(`config set api_key_command '${command}'`);
  return home;
}

test('what the command prints is the key, without the blanks around it, and is shown nowhere', async () => {
  const home = await homeWithCommand();
  const commands = [{ command, stdout: ' secret_1\r\n' }];
  const result = await creditctl('auth status -o json', { home, commands, exchanges: [ping] });
  expect(result.code, result.stderr).toBe(0);
  expect(result.keys).toEqual(['secret_1']);
  expect(JSON.parse(result.stdout)).toMatchObject({ key_source: 'api_key_command', key_accepted: true });
  expect(result.stdout + result.stderr).not.toContain('secret_1');
});

test('ORB_API_KEY comes before the command, and the command before a key that is kept', async () => {
  const home = await homeWithCommand();
  await creditctl('auth login --no-check', { home, stdin: 'kept' });
  const env = await creditctl('auth status', { home, env: { ORB_API_KEY: 'said' }, exchanges: [ping] });
  expect(env.keys).toEqual(['said']);
  const commands = [{ command, stdout: 'printed' }];
  expect((await creditctl('auth status', { home, commands, exchanges: [ping] })).keys).toEqual(['printed']);
});

test('the command is run once for a whole write, and not before what was typed is known to be right', async () => {
  const home = await homeWithCommand();
  const commands = [{ command, stdout: 'printed' }];
  const path = '/customers/external_customer_id/acme';
  const blocks = { method: 'GET', path: `${path}/credits?limit=100`, answer: { json: page([block()]) } };
  const exchanges = [
    { method: 'GET', path, answer: { json: customer() } },
    blocks,
    // Credits may be used while a person thinks.
    blocks,
    {
      method: 'POST',
      path: `${path}/credits/ledger_entry`,
      answer: { status: 201, json: made() },
    },
    // The table of the entry has the customer's times.
    { method: 'GET', path, answer: { json: customer() } },
  ];
  const line = 'ledger add acme --type decrement --amount 5';
  const answers = [{ message: 'Use 5 credits of', answer: true }];
  const written = await creditctl(line, {
    home,
    commands,
    exchanges: exchanges.slice(0),
    terminal: 100,
    answers,
  });
  expect(written.code, written.stderr).toBe(0);
  const wrong = await creditctl('ledger add acme --amount x --yes', { home });
  expect(wrong.code).toBe(2);
  // Nobody agreed, so nothing is opened.
  expect((await creditctl('ledger add acme --amount 5', { home })).code).toBe(10);
});

for (const line of [
  '--help',
  'ledger list --help',
  'config list',
  'config get api_key_command',
  'auth logout',
])
  test(`"${line}" fetches no key`, async () => {
    const home = await homeWithCommand();
    expect((await creditctl(line, { home })).code).toBe(0);
  });

test('a sandbox fetches no key', async () => {
  const home = await homeWithCommand();
  expect((await creditctl('balance acme --sandbox', { home })).code).toBe(0);
});

const failures: readonly (readonly [string, Partial<PlannedCommand>, string])[] = [
  ['fails', { how: 7, stdout: 'secret' }, 'failed with exit code 7'],
  ['is killed', { how: 'SIGKILL', stdout: 'secret' }, 'was ended by SIGKILL'],
  ['prints nothing', { stdout: ' \n' }, 'printed nothing (exit code 0)'],
  ['prints two lines', { stdout: 'secret\nsecret2' }, 'printed more than one line (exit code 0)'],
  ['prints two words', { stdout: 'a secret' }, 'printed a key that contains spaces'],
  ['prints too much', { how: 'too much', stdout: 'secret' }, 'printed too much'],
  ['takes too long', { how: 'too slow', stdout: 'secret' }, 'took too long'],
  ['cannot be started', { how: 'not started' }, 'could not be started'],
];
for (const [what, end, sentence] of failures) {
  test(`a command that ${what} is exit 3 with the way on, and its output is not shown`, async () => {
    const home = await homeWithCommand();
    const result = await creditctl('balance acme -o json', {
      home,
      commands: [{ command, ...end }],
      exchanges: [],
    });
    expect(errorOf(result)).toMatchObject({
      exit_code: 3,
      code: 'credentials',
      message: expect.stringContaining(`The api_key_command of the profile "default" ${sentence}`),
      applied: 'no',
      next: [
        'Run it by hand to see why: creditctl config get api_key_command --profile default',
        'Or set ORB_API_KEY',
      ],
    });
    expect(result.stdout + result.stderr).not.toContain('secret');
  });
}

test('what the command says on stderr off a terminal is passed on line by line, as JSON where that was asked for', async () => {
  const home = await homeWithCommand();
  const commands = [{ command, stdout: 'k', says: ['vault: \u001b[31mlocked', 'trying again'] }];
  const text = await creditctl('auth status', { home, commands, exchanges: [ping] });
  expect(text.stderr).toBe('vault: locked\ntrying again\n');
  const machine = await creditctl('auth status -o json', { home, commands, exchanges: [ping] });
  expect(notesOf(machine).map(({ api_key_command }) => api_key_command)).toEqual(commands[0]?.says);
});

test('a person has longer to unlock something than a script, unless --no-input says that nobody is there', async () => {
  const home = await homeWithCommand();
  const limits = async (line: string, terminal?: number) => {
    const commands = [{ command, stdout: 'k' }];
    const seat = terminal === undefined ? {} : { terminal };
    return (await creditctl(line, { home, commands, exchanges: [ping], ...seat })).limits;
  };
  expect(await limits('auth status')).toEqual([10_000]);
  expect(await limits('auth status', 100)).toEqual([30_000]);
  expect(await limits('auth status --no-input', 100)).toEqual([10_000]);
});

test.skipIf(process.platform === 'win32')(
  'a configuration that others can write is not used for Orb',
  async () => {
    const home = await homeWithCommand();
    const file = configFile(home);
    const refused = async (place: string, env: Record<string, string> = {}) => {
      const result = await creditctl('auth status', { home, env, exchanges: [] });
      expect(result.code).toBe(3);
      expect(result.stderr).toContain(`${place} can be written by others, so ${file} is not used`);
      expect(result.stderr).toContain(`chmod go-w ${place}`);
    };
    for (const mode of [0o620, 0o602]) {
      chmodSync(file, mode);
      await refused(file);
    }
    // It also says whether the key is live, and which rules guard the writes.
    await refused(file, orb);
    expect((await creditctl('balance acme --sandbox', { home })).code).toBe(0);
    chmodSync(file, 0o644);
    chmodSync(path.dirname(file), 0o777);
    await refused(path.dirname(file));
    // Nobody replaces the file of another in a sticky folder.
    for (const mode of [0o1777, 0o755]) {
      chmodSync(path.dirname(file), mode);
      const commands = [{ command, stdout: 'k' }];
      expect((await creditctl('auth status', { home, commands, exchanges: [ping] })).code).toBe(0);
    }
  },
);

test.skipIf(process.platform === 'win32')('of a link the file that it leads to is judged', async () => {
  const home = await homeWithCommand();
  const file = configFile(home);
  const target = path.join(freshHome(), 'config.json');
  renameSync(file, target);
  symlinkSync(target, file);
  const commands = [{ command, stdout: 'k' }];
  expect((await creditctl('auth status', { home, commands, exchanges: [ping] })).code).toBe(0);
  chmodSync(target, 0o666);
  expect((await creditctl('auth status', { home, exchanges: [] })).code).toBe(3);
  chmodSync(target, 0o600);
  chmodSync(path.dirname(target), 0o777);
  expect((await creditctl('auth status', { home, exchanges: [] })).code).toBe(3);
});

test.skipIf(process.platform === 'win32')(
  'a key file that others can read is named, and one that they can write is not used',
  async () => {
    const home = freshHome();
    await creditctl('auth login --no-check --file', { home, stdin: 'in-file' });
    const file = path.join(path.dirname(configFile(home)), 'credentials.json');
    const quiet = await creditctl('auth status', { home, exchanges: [ping] });
    expect([quiet.code, quiet.stderr.includes('chmod')]).toEqual([0, false]);
    chmodSync(file, 0o644);
    const shown = await creditctl('auth status', { home, exchanges: [ping] });
    expect([shown.code, shown.keys]).toEqual([0, ['in-file']]);
    expect(shown.stderr).toContain(`chmod 600 ${file}`);
    chmodSync(file, 0o620);
    const refused = await creditctl('auth status', { home, exchanges: [] });
    expect([refused.code, refused.keys]).toEqual([3, []]);
    expect(refused.stderr).toContain(`chmod go-w ${file}`);
  },
);

test.skipIf(process.getuid?.() !== 0)('files of another user are not used', async () => {
  const home = await homeWithCommand();
  for (const place of [configFile(home), path.dirname(configFile(home))]) {
    chownSync(place, 54_321, 54_321);
    const result = await creditctl('auth status', { home, env: orb, exchanges: [] });
    expect(result.code).toBe(3);
    expect(result.stderr).toContain(`${place} belongs to another user`);
    chownSync(place, 0, 0);
  }
});

test('only a profile whose key is in the keychain asks it', async () => {
  const keychain = new Map<string, string>();
  const home = freshHome();
  await creditctl('auth login --no-check --file', { home, stdin: 'in-file', keychain });
  await creditctl('config set mode test --profile other', { home });
  await creditctl('auth login --no-check --profile other', { home, stdin: 'in-keychain', keychain });
  const file = await creditctl('auth status', { home, exchanges: [ping], keychain });
  expect([file.keys, file.keychainActs]).toEqual([['in-file'], []]);
  const other = await creditctl('auth status --profile other --json', { home, exchanges: [ping], keychain });
  expect([other.keys, other.keychainActs]).toEqual([['in-keychain'], ['read']]);
  expect(JSON.parse(other.stdout)).toMatchObject({ key_source: 'keychain' });
});

test('a keychain that is out of reach, empty, or holds something else is exit 3 with the way on', async () => {
  const keychain = new Map<string, string>();
  const { home } = await creditctl('auth login --no-check', { stdin: 'k', keychain });
  const failure = async (now?: Map<string, string>) => {
    const place = now === undefined ? {} : { keychain: now };
    return errorOf(await creditctl('balance acme -o json', { home, exchanges: [], ...place }));
  };
  expect(await failure()).toMatchObject({
    exit_code: 3,
    message: 'The OS keychain with the key of the profile "default" cannot be read: this machine has none',
    next: [
      'Unlock it and try again, or set ORB_API_KEY',
      'Or store it in a file: creditctl auth login --profile default --file',
    ],
  });
  // There is nothing to unlock then.
  expect(await failure(new Map())).toMatchObject({
    message: 'The key of the profile "default" is no longer in the OS keychain',
    next: ['Store it again: creditctl auth login --profile default', 'Or set ORB_API_KEY'],
  });
  const [account = ''] = keychain.keys();
  expect((await failure(new Map([[account, 'a secret']]))).message).toContain(
    'The key of the profile "default" (keychain) contains spaces',
  );
});
