import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ruleMeanings } from '../../src/policy/rules.ts';

test('the document on policies has every rule, with the meaning that the help gives it', () => {
  const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/policy.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `([\w.]+)` \| (.*) \|$/gm)].map(([, name, meaning]) => [name, meaning]);
  expect(Object.fromEntries(rows)).toEqual(ruleMeanings);
});
