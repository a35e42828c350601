// The built program as a process without a terminal: pipes, closed streams, signals.
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import { built, cleanEnvironment, program, start } from '../../support/built-program.ts';
import { errorOf } from '../../support/command.ts';
import { customer, entry, page } from '../../support/documents.ts';
import { recordedIn } from '../../support/recorded.ts';
import { freshHome } from '../../support/run.ts';

/** An API on this machine; @param answer what it says to each request, `undefined` for never anything */
async function api(
  answer: (url: string) => object | undefined,
): Promise<{ server: Server; env: Record<string, string> }> {
  const server = createServer((request, response) => {
    const document = answer(request.url ?? '');
    server.emit('asked', request.method);
    if (document !== undefined) response.end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, env: { ORB_BASE_URL: `http://127.0.0.1:${port}/v1`, ORB_API_KEY: 'key' } };
}

const words = (line: string): string[] => line.split(' ');

test('a reader who takes one line of a list without end is a quiet exit 0', async () => {
  let pages = 0;
  const { env } = await api(() => {
    pages += 1;
    const hundred = Array.from({ length: 100 }, (_, index) => entry({ id: `e${pages}-${index}` }));
    return page(hundred, `c${pages}`);
  });
  for (const format of ['ndjson', 'json', 'csv', 'yaml', 'md', 'table']) {
    const line = `"${process.execPath}" "${program}" ledger list acme --all -o ${format} | head -1; echo "exit $\{PIPESTATUS[0]}"`;
    const shell = start('bash', ['-c', line], cleanEnvironment(freshHome(), env));
    shell.child.stdin.end();
    const { stdout, stderr } = await shell.ended;
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toBe('exit 0');
    expect(stderr).toBe('');
  }
});

test('a reader who takes nothing keeps no signal from being heard, and one who is slow gets all', async () => {
  let pages = 0;
  const { server, env } = await api(() => {
    pages += 1;
    const many = Array.from({ length: 400 }, (_, index) => entry({ id: `e${pages}-${index}` }));
    return page(many, pages % 5 === 0 ? undefined : `c${pages}`);
  });
  const home = freshHome();
  const clean = cleanEnvironment(home, env);
  const list = `"${process.execPath}" "${program}" ledger list acme --all -o ndjson`;
  const asked = new Promise((resolve) => server.once('asked', resolve));
  const line = `mkfifo "${home}/p"; exec 3<>"${home}/p"; exec ${list} > "${home}/p"`;
  const stuck = start('bash', ['-c', line], clean);
  await asked;
  // More than a pipe holds is printed by then. The first signal is an interruption; who sends another wants an end.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const again = setInterval(() => stuck.child.kill('SIGTERM'), 100);
  await stuck.ended;
  clearInterval(again);
  expect([stuck.child.exitCode, stuck.child.signalCode]).toEqual([null, 'SIGTERM']);
  pages = 0;
  const slow = await start('bash', ['-c', `${list} | (sleep 0.5; wc -l)`], clean).ended;
  expect(slow.stdout.trim()).toBe('2000');
});

test('with stdin closed a write that says --yes is done, and one that asks is refused', async () => {
  const shell = async (line: string) => {
    const started = start(
      'sh',
      ['-c', `"${process.execPath}" "${program}" ${line} <&-`],
      cleanEnvironment(freshHome()),
    );
    return started.ended;
  };
  const done = await shell('ledger add acme --amount 5 --sandbox --yes -o json');
  expect(done.code, done.stderr).toBe(0);
  expect(JSON.parse(done.stdout)).toMatchObject({ amount: 5 });
  expect((await shell('ledger add acme --amount 5 --sandbox')).code).toBe(10);
  expect((await shell('ledger add acme --body - --sandbox --yes')).code).toBe(2);
});

test('a folder as stdin is named, and is not an empty input', async () => {
  for (const line of ['batch plan - --out p --sandbox', 'ledger add acme --body - --sandbox --yes']) {
    const shell = start(
      'sh',
      ['-c', `"${process.execPath}" "${program}" ${line} < /`],
      cleanEnvironment(freshHome()),
    );
    const { code, stderr } = await shell.ended;
    expect([code, stderr]).toEqual([2, 'creditctl: stdin is a folder\n']);
  }
});

// Version and help are answered before the program is loaded.
test.each([
  'customers list --sandbox',
  '--version',
  '--help',
  'help ledger',
])('a full disk below stdout of "%s" is named', async (said) => {
  const line = `"${process.execPath}" "${program}" ${said} > /dev/full`;
  const shell = start('sh', ['-c', line], cleanEnvironment(freshHome()));
  const { code, stderr } = await shell.ended;
  expect(code).toBe(1);
  expect(stderr).toContain('stdout cannot be written (ENOSPC)');
});

test('a write whose answer finds no room on stdout says that it was applied', async () => {
  const home = freshHome();
  const line = `"${process.execPath}" "${program}" ledger add acme --amount 5 --sandbox --yes -o json > /dev/full`;
  const { code, stderr } = await start('sh', ['-c', line], cleanEnvironment(home)).ended;
  expect(code).toBe(1);
  expect(errorOf({ stderr })).toMatchObject({ code: 'failure', applied: 'yes', retry_safe: false });
  expect(recordedIn(home).map(({ event }) => event)).toEqual(['noted', 'settled', 'acknowledged']);
});

test('a write whose output finds no room at all is reported by the same command', async () => {
  const home = freshHome();
  const line = `"${process.execPath}" "${program}" ledger add acme --amount 5 --sandbox --yes`;
  const full = start('sh', ['-c', `${line} > /dev/full 2>&1`], cleanEnvironment(home));
  expect((await full.ended).code).toBe(1);
  expect(recordedIn(home).map(({ event }) => event)).toEqual(['noted', 'settled']);
  const { code, stderr } = await start('sh', ['-c', line], cleanEnvironment(home)).ended;
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('Already granted 5 credits to acme');
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends "sandbox serve" as done, and it answers until then`, async () => {
    const line = [program, ...words('sandbox serve --port 0')];
    const { child, printed, ended } = start(process.execPath, line, cleanEnvironment(freshHome()));
    const { base_url, api_key } = JSON.parse((await printed('\n')).split('\n')[0] ?? '') as Record<
      string,
      string
    >;
    const answer = await fetch(`${base_url}/ping`, { headers: { authorization: `Bearer ${api_key}` } });
    expect(await answer.json()).toEqual({ response: 'pong' });
    expect((await fetch(`${base_url}/ping`)).status).toBe(401);
    child.kill(signal);
    expect((await ended).code).toBe(0);
  });

  test(`${signal} ends an endless --jq`, async () => {
    const line = [program, ...words('config path --jq'), 'def f: f; f'];
    const { child, ended } = start(process.execPath, line, cleanEnvironment(freshHome()));
    // Mostly long enough for jq to be loaded; a program that has not begun it hears the signal.
    const later = setTimeout(() => child.kill(signal), 2000);
    expect([undefined, signal === 'SIGINT' ? 130 : 143]).toContain((await ended).code);
    clearTimeout(later);
  });

  const exit = signal === 'SIGINT' ? 130 : 143;

  test(`${signal} during a write that hangs exits ${exit}, and whether it was applied is unknown`, async () => {
    const { server, env } = await api((url) =>
      url.includes('/customers?') ? page([customer()]) : undefined,
    );
    const home = freshHome();
    const line = [program, ...words('ledger add acme --amount 5 --yes -o json')];
    const asked = new Promise((resolve) =>
      server.on('asked', (method) => method === 'POST' && resolve(method)),
    );
    const { child, ended } = start(process.execPath, line, cleanEnvironment(home, env));
    expect(await asked).toBe('POST');
    child.kill(signal);
    const { code, stdout, stderr } = await ended;
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' });
    expect(errorOf({ stderr })).toMatchObject({
      exit_code: exit,
      applied: 'unknown',
      retry_safe: true,
      idempotency_key: expect.stringMatching(/^\S{1,64}$/),
    });
    expect(recordedIn(home).map(({ event }) => event)).toEqual(['noted', 'unknown']);
  });

  test(`${signal} during a read that hangs exits ${exit}, and nothing was applied`, async () => {
    const { server, env } = await api(() => undefined);
    const asked = new Promise((resolve) => server.once('asked', resolve));
    const line = [program, ...words('ledger list acme -o json')];
    const { child, ended } = start(process.execPath, line, cleanEnvironment(freshHome(), env));
    await asked;
    child.kill(signal);
    const { code, stderr } = await ended;
    expect(code).toBe(exit);
    expect(errorOf({ stderr })).toMatchObject({ exit_code: exit, applied: 'no' });
  });
}

test('--version, no words at all and a bare group answer with exit 0', async () => {
  const env = cleanEnvironment(freshHome());
  expect(await built(['--version'], env)).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  for (const line of [[], ['ledger']]) {
    const { code, stdout, stderr } = await built(line, env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: creditctl/);
  }
});

test('off a terminal nothing is coloured or cut, also where FORCE_COLOR is not said', async () => {
  const home = freshHome();
  const description = 'a long story that no narrow pipe may cut '.repeat(6).trim();
  const add = [...words('ledger add acme --amount 5 --sandbox --yes --description'), description];
  const { stdout } = await built(add, cleanEnvironment(home, { COLUMNS: '40' }));
  expect(stdout).toContain(description);
  expect(stdout).not.toContain('\u001b');
});

test('work that nothing can bring to its end is no success, and says so', async () => {
  const home = freshHome();
  const preload = `${home}/preload.cjs`;
  const stuck = "const { Readable } = require('node:stream');";
  const define = "Object.defineProperty(process, 'stdin', { value: new Readable({ read() {} }) });";
  writeFileSync(preload, `${stuck}\n${define}\n`);
  const line = words('ledger add acme --body - --sandbox --yes -o json');
  const started = start(process.execPath, ['-r', preload, program, ...line], cleanEnvironment(home));
  started.child.stdin.end();
  const { code, stderr, stdout } = await started.ended;
  expect(code).toBe(1);
  expect(errorOf({ stderr })).toMatchObject({ code: 'failure', exit_code: 1, applied: 'unknown' });
  expect(stdout).toBe('');
});
