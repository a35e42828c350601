// `webhooks listen` does not start without a secret, nor with what it cannot do.
import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage } from '../../support/command.ts';

const secret = 'whsec_of_a_test';

test('without a secret it does not start', async () => {
  const result = await creditctl('webhooks listen --port 0 -o ndjson');
  expect({ code: result.code, stdout: result.stdout }).toEqual({ code: 3, stdout: '' });
  expect(errorOf(result).message).toContain('ORB_WEBHOOK_SECRET is not set');
});

test.each([
  ['--port x', '--port must be a port from 0'],
  ['-o json', '--output must be ndjson here'],
  ['-o table', '--output must be ndjson here'],
  ['--json nonsense', 'nonsense'],
  ['--jq .[', '--jq is not a jq expression'],
  ['--forward-to http://localhost:4011/x', '--forward-to leads to this receiver itself'],
  ['--forward-to there', '--forward-to must be a URL'],
  ['--forward-to http://example.com/', '--forward-to must be https'],
  ['--forward-to https://u:p@example.com/', '--forward-to must not hold a user name or password'],
])('webhooks listen %s is refused', async (line, sentence) => {
  const env = { ORB_WEBHOOK_SECRET: secret };
  const signal = AbortSignal.timeout(5_000);
  expectUsage(await creditctl(`webhooks listen ${line}`, { env, signal }), [sentence]);
});
