import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { CreditctlError } from '../../../src/errors.ts';
import { openSandbox, serveSandbox } from '../../../src/sandbox/sandbox.ts';
import { cleanEnvironment, program, start } from '../../support/built-program.ts';
import { creditctl, errorOf, expectUsage } from '../../support/command.ts';
import { freshHome, run } from '../../support/run.ts';

test('the first line has base URL and key, and an interruption ends it as done', async () => {
  const stop = new AbortController();
  stop.abort(new CreditctlError('interrupted', 'Interrupted'));
  const env = { CREDITCTL_SANDBOX_KEY: 'key_by_hand' };
  const { code, stdout } = await run(['sandbox', 'serve', '--port', '0'], { signal: stop.signal, env });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    base_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1$/),
    api_key: 'key_by_hand',
  });
});

for (const port of ['x', '65536', '-1', '1.5', '""']) {
  test(`--port ${port} is refused`, async () => {
    expectUsage(await creditctl(`sandbox serve --port ${port}`), [
      '--port must be a port from 0 (any free one)',
    ]);
  });
}

for (const limits of ['0', '-1', '1.5', 'fast', 'LIVE', '1000000']) {
  test(`--rate-limits ${limits} is refused`, async () => {
    expectUsage(await creditctl(`sandbox serve --port 0 --rate-limits ${limits}`), [
      `--rate-limits must be live, test, trial or a whole number of writes per second from 1: "${limits}"`,
    ]);
  });
}

test('a wrong port and wrong limits are said at once', async () => {
  expectUsage(await creditctl('sandbox serve --port x --rate-limits fast'), [
    '--port must be a port',
    '--rate-limits must be live',
  ]);
});

test('--rate-limits are kept by the server that it starts', async () => {
  const words = ['sandbox', 'serve', '--port', '0', '--rate-limits', 'trial'];
  const env = cleanEnvironment(freshHome(), { CREDITCTL_SANDBOX_KEY: 'k' });
  const server = start(process.execPath, [program, ...words], env);
  const { base_url } = JSON.parse(await server.printed('\n'));
  const write = () =>
    fetch(`${base_url}/customers/external_customer_id/acme/credits/ledger_entry`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: '{"entry_type":"increment","amount":1}',
    });
  const answers = await Promise.all([write(), write(), write()]);
  server.child.kill('SIGTERM');
  await server.ended;
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 429, 429]);
});

test('a port that is taken is a failure that names it, with nothing on stdout', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const result = await creditctl(`sandbox serve --port ${port} -o json`);
  taken.close();
  expect({ code: result.code, stdout: result.stdout }).toEqual({ code: 1, stdout: '' });
  expect(errorOf(result).message).toContain(`Port ${port} on 127.0.0.1 is in use by another process`);
});

test('a database that is replaced while it is served takes no more writes, is not read from, and ends the server', async () => {
  const home = freshHome();
  const db = path.join(home, 'x.db');
  const sandbox = await openSandbox({ path: db, now: Date.now, randomBytes });
  const served = await serveSandbox(sandbox, { port: 0, apiKey: 'k' });
  onTestFinished(async () => {
    await served.close();
    sandbox.close();
  });
  const add = () =>
    fetch(`${served.baseUrl}/customers/external_customer_id/acme/credits/ledger_entry`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: '{"entry_type":"increment","amount":1}',
    });
  expect((await add()).status).toBe(201);
  renameSync(db, `${db}.old`);
  writeFileSync(db, '');
  const refused = await add();
  expect(refused.status).toBe(500);
  expect(await refused.text()).toContain('was deleted or replaced');
  const read = await fetch(`${served.baseUrl}/customers`, { headers: { authorization: 'Bearer k' } });
  expect(read.status).toBe(500);
  await expect(served.lost).rejects.toMatchObject({ kind: 'failure' });
});

test('a server whose database is gone ends with a sentence', async () => {
  const home = freshHome();
  const running = run(['sandbox', 'serve', '--port', '0', '-o', 'json'], { home });
  const db = path.join(home, '.local/state/creditctl/sandbox.db');
  await vi.waitFor(() => expect(existsSync(`${db}-wal`)).toBe(true));
  rmSync(db);
  const { code, stderr } = await running;
  expect(code).toBe(1);
  expect(errorOf({ stderr }).message).toContain('was deleted or replaced');
});

test('a server whose first line cannot be written ends, because no client could find it', async () => {
  const words = [
    '-c',
    'exec "$0" "$@" > /dev/full',
    process.execPath,
    program,
    'sandbox',
    'serve',
    '--port',
    '0',
  ];
  const server = start('bash', words, cleanEnvironment(freshHome()));
  onTestFinished(() => void server.child.kill('SIGKILL'));
  const { code, stderr } = await server.ended;
  expect([code, stderr]).toEqual([1, expect.stringContaining('stdout cannot be written (ENOSPC)')]);
});
