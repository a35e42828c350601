// Each choice of the embedded ledger that is marked in the code as a model has its line in the documents.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { read, root } from './documents.ts';

const folder = 'src/sandbox';

/** How many marks each file has, by its path within the sandbox. */
function marks(): Record<string, number> {
  const files = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  const counted = files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, read(path.join(folder, file)).match(/\bModel: /g)?.length ?? 0] as const);
  return Object.fromEntries(counted.filter(([, count]) => count > 0).sort());
}

/** How many lines of the numbered list name each file. */
function lines(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [, file = ''] of read('docs/embedded-ledger.md').matchAll(/^\d+\. .* Marked in `([^`]+)`\.$/gm))
    counts[file] = (counts[file] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort());
}

test('every mark in the code has its line in the document, and every line its mark', () => {
  expect(lines()).toEqual(marks());
});

test('the lines are numbered from 1 without gaps', () => {
  const numbers = [...read('docs/embedded-ledger.md').matchAll(/^(\d+)\. /gm)].map(([, number]) =>
    Number(number),
  );
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});
