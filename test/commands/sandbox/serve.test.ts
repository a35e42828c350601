import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { CreditctlError } from '../../../src/errors.ts';
import { creditctl, errorOf, expectUsage } from '../../support/command.ts';
import { run } from '../../support/run.ts';

test('the first line tells base URL and key, and an interruption ends it as done', async () => {
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

test('a port that is taken is a failure that names it, with nothing on stdout', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const result = await creditctl(`sandbox serve --port ${port} -o json`);
  taken.close();
  expect({ code: result.code, stdout: result.stdout }).toEqual({ code: 1, stdout: '' });
  expect(errorOf(result).message).toContain(`Port ${port} on 127.0.0.1 is in use by another process`);
});
