import { expect, test, vi } from 'vitest';
import { type Filtering, jqFilter } from '../../src/output/jq.ts';

const running: Filtering = {
  interruption: new AbortController().signal,
  system: { process: { runBlocking: async (work) => work() } },
};

test.each([
  ['.[].id', '[{"id":"a"},{"id":"b"}]', 'a\nb\n'],
  ['map(.amount) | add', '[{"amount":1},{"amount":2}]', '3\n'],
  ['.[0]', '[{"b":1,"a":[1, 2]}]', '{"b":1,"a":[1,2]}\n'],
  [
    '.[].amount',
    '[{"amount":0.123456789012345678},{"amount":100000000000000000001}]',
    '0.123456789012345678\n100000000000000000001\n',
  ],
  ['.[] | select(.id == "z")', '[{"id":"a"}]', ''],
  ['.[].note', '[{"note":""},{"note":" a"},{"note":"b\\n\\n"},{"note":""}]', '\n a\nb\n\n\n\n'],
  ['.note', '{"note":""}\n{"note":"\\u0000\\"\\\\"}\n', '\n\0"\\\n'],
])('%s', async (expression, json, text) => {
  expect(await (await jqFilter(expression, running))(json)).toBe(text);
});

test('an expression that cannot be read is a usage error', async () => {
  await expect(jqFilter('.a |', running)).rejects.toMatchObject({ kind: 'usage' });
  await expect(jqFilter('nothing_of_that_name', running)).rejects.toMatchObject({ kind: 'usage' });
  await expect(jqFilter('nothing, nor_this', running)).rejects.toMatchObject({ kind: 'usage' });
});

test('an expression that fails on the document is a failure', async () => {
  const filter = await jqFilter('.a.b', running);
  await expect(filter('{"a":"text"}')).rejects.toThrow(/--jq/);
  const halting = await jqFilter('"no credits" | halt_error(3)', running);
  await expect(halting('{}')).rejects.toMatchObject({ kind: 'failure', message: '--jq: no credits' });
});

test('an expression that takes more memory than there is fails, and the way on is said', async () => {
  vi.spyOn(console, 'error').mockReturnValue();
  const filter = await jqFilter('.[0] * 1000000000', running);
  await expect(filter('["x"]')).rejects.toThrow(
    expect.objectContaining({ kind: 'failure', message: expect.stringMatching(/-o ndjson/) }),
  );
  await expect(jqFilter('"x" * 1000000000', running)).rejects.toMatchObject({ kind: 'failure' });
});

test('nothing is filtered for whoever has interrupted the run', async () => {
  const interruption = AbortSignal.abort(new Error('interrupted'));
  await expect(jqFilter('.', { ...running, interruption })).rejects.toThrow('interrupted');
});
