// `webhooks verify`: a captured webhook is valid or not, and the exit code says so.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { signWebhook, webhookTimestamp } from '../../../src/wire/webhook-signature.ts';
import { creditctl, errorOf, expectUsage } from '../../support/command.ts';
import { freshHome, noon, run } from '../../support/run.ts';

const secret = 'whsec_of_a_test';
const env = { ORB_WEBHOOK_SECRET: secret };
const text = '{"id":"e1","type":"invoice.issued","name":"Zoë"}';
const timestamp = webhookTimestamp(noon - 10_000);
const signature = signWebhook(Buffer.from(text), timestamp, secret);
const words = ['webhooks', 'verify', '--timestamp', timestamp, '--signature', signature, '-o', 'json'];

test('a valid one from a file and from stdin', async () => {
  const home = freshHome();
  const file = path.join(home, 'event.json');
  writeFileSync(file, text);
  const fromFile = await run([...words, file], { home, env });
  const fromStdin = await run([...words, '-'], { home, env, stdin: text });
  expect(fromFile.code).toBe(0);
  expect(JSON.parse(fromFile.stdout)).toEqual({
    valid: true,
    signature_matches: true,
    age_seconds: 10,
    id: 'e1',
    type: 'invoice.issued',
  });
  expect(fromStdin).toMatchObject({ code: 0, stdout: fromFile.stdout });
});

test.each([
  ['altered', { stdin: `${text}\n`, env, now: noon }, false],
  ['another secret', { stdin: text, env: { ORB_WEBHOOK_SECRET: 'another_secret' }, now: noon }, false],
  ['too old', { stdin: text, env, now: noon + 300_000 }, true],
  ['too early', { stdin: text, env, now: noon - 320_000 }, true],
])('%s: exit 1, and what was found on stdout', async (_what, options, matches) => {
  const result = await run([...words, '-'], options);
  expect(result.code).toBe(1);
  expect(JSON.parse(result.stdout)).toMatchObject({ valid: false, signature_matches: matches });
  expect(errorOf(result).code).toBe('check-failed');
  expect(result.stderr).not.toContain(secret);
});

test('bytes that are not UTF-8: the signature is checked over exactly these, and the reason is named', async () => {
  const home = freshHome();
  const body = Buffer.from([...Buffer.from(text), 0xff]);
  writeFileSync(path.join(home, 'event.json'), body);
  const line = words.map((word) => (word === signature ? signWebhook(body, timestamp, secret) : word));
  const result = await run([...line, path.join(home, 'event.json')], { home, env });
  expect(JSON.parse(result.stdout)).toMatchObject({ valid: false, signature_matches: true });
  expect(errorOf(result).message).toContain('not UTF-8');
  expect(result.code).toBe(1);
});

test('the secret and every word are needed', async () => {
  const result = await run([...words, '-'], { stdin: text });
  expect({ code: result.code, stdout: result.stdout }).toEqual({ code: 3, stdout: '' });
  const parts = ['<file> is missing', '--timestamp is missing', '--signature is missing'];
  expectUsage(await creditctl('webhooks verify', { env }), parts);
  expectUsage(await run([...words, 'nowhere.json'], { env }), [
    '<file>: the file nowhere.json does not exist',
  ]);
});
