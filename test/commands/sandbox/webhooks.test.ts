// `sandbox webhooks`: adding, listing and removing addresses, and following what was sent.
import { expect, test } from 'vitest';
import { creditctl, errorOf, expectUsage, notesOf } from '../../support/command.ts';
import { freshHome, run } from '../../support/run.ts';

const url = 'http://127.0.0.1:4999/webhooks';
const webhooks = (home: string, ...words: string[]) =>
  run(['sandbox', 'webhooks', ...words, '-o', 'json'], { home });

test('a secret is made once for each address and shown once', async () => {
  const home = freshHome();
  const added = await webhooks(home, 'add', url);
  expect(added.code).toBe(0);
  const { secret, ...rest } = JSON.parse(added.stdout);
  expect(rest).toEqual({ url });
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  const other = JSON.parse((await webhooks(home, 'add', 'http://localhost:1/')).stdout);
  expect(other.secret).not.toBe(secret);
  const again = await webhooks(home, 'add', url);
  expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 10, stdout: '' });
  const listed = await webhooks(home);
  expect(JSON.parse(listed.stdout)).toEqual([
    { url, created_at: '2026-11-23T12:00:00+00:00', waiting: 0 },
    { url: 'http://localhost:1/', created_at: expect.any(String), waiting: 0 },
  ]);
  expect(listed.stdout + listed.stderr + again.stderr).not.toContain(secret);
});

test('an address is removed, and one that is not there is not found', async () => {
  const home = freshHome();
  await webhooks(home, 'add', url);
  const removed = await webhooks(home, 'remove', url);
  expect(removed.code).toBe(0);
  expect(notesOf(removed)).toEqual([{ webhook_removed: { url } }]);
  expect(JSON.parse((await webhooks(home, 'list')).stdout)).toEqual([]);
  const again = await webhooks(home, 'remove', url);
  expect({ code: again.code, kind: errorOf(again).code }).toEqual({ code: 4, kind: 'not-found' });
});

test('a reset takes the addresses away', async () => {
  const home = freshHome();
  await webhooks(home, 'add', url);
  await run(['sandbox', 'reset', '--yes'], { home });
  expect(JSON.parse((await webhooks(home, 'list')).stdout)).toEqual([]);
});

test.each([
  ['send', '<action> must be list, add, remove or log: "send"'],
  ['add', '<url> is missing'],
  ['list x', 'list takes no more arguments'],
  ['add nowhere', '<url> must be a URL'],
  ['add ftp://127.0.0.1/', '<url> must be a URL'],
  ['add http://example.com/hook', '<url> must be http:// on this machine'],
  ['add http://127.0.0.1.example.com/', '<url> must be http:// on this machine'],
  ['add http://192.168.0.1/', '<url> must be http:// on this machine'],
  ['add https://127.0.0.1/', '<url> must be http:// on this machine'],
  ['add http://user:secret@127.0.0.1/', '<url> must not hold a user name or password'],
  ['list --limit 3', '--limit is only for log'],
  ['log --limit 0', '--limit must be a whole number above 0'],
])('sandbox webhooks %s is refused', async (line, sentence) => {
  const result = await creditctl(`sandbox webhooks ${line}`);
  expectUsage(result, [sentence]);
  expect(result.stderr).not.toContain('user:secret');
});
