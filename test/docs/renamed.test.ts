// The generator's renaming of hosts, folders and ids in what a command printed.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { root } from './documents.ts';

test('a port that begins like the one shown in its place is not replaced again', async () => {
  const file = pathToFileURL(path.join(root, 'build/docs/program.mjs')).href;
  const { renamed } = (await import(file)) as {
    renamed: (text: string, names: readonly (readonly [string, string])[]) => string;
  };
  const names = [
    ['127.0.0.1:4011', '127.0.0.1:40119'],
    ['http://127.0.0.1:4011/v1', 'http://127.0.0.1:40119/v1'],
  ] as const;
  expect(renamed('http://127.0.0.1:4011/v1 at 127.0.0.1:4011', names)).toBe(
    'http://127.0.0.1:40119/v1 at 127.0.0.1:40119',
  );
});
