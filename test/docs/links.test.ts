// Links lead somewhere, files that are named are there, and nothing is said of things that are not.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, blocksOf, documents, proseOf, read, root } from './documents.ts';

for (const document of documents) {
  test(`the links of ${document} lead somewhere`, () => {
    for (const [, target = ''] of proseOf(document).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https:/.test(target)) continue;
      const [file = '', anchor] = target.split('#');
      const found = file === '' ? document : path.join(path.dirname(document), file);
      expect(existsSync(path.join(root, found)), `${target} in ${document}`).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(found), `${target} in ${document}`).toContain(anchor);
    }
  });

  test(`the files that ${document} names are there`, () => {
    // A file that a reader is to write, in the steps of adding a command, is not there yet.
    for (const [, file = ''] of proseOf(document).matchAll(/`((?:src|test|build|bin|bench)\/[^`\s<]*)`/g)) {
      if (file.includes('frobnicate')) continue;
      expect(existsSync(path.join(root, file)), `${file} in ${document}`).toBe(true);
    }
  });
}

test('the npm scripts that the documents name exist', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const known = ['install', 'link', 'pack', ...Object.keys(scripts)];
  for (const document of documents) {
    const text = [proseOf(document), ...blocksOf(document).map((block) => block.text)].join('\n');
    for (const [, name = ''] of text.matchAll(/\bnpm\s+(?:run\s+)?([a-z]+)\b/g))
      expect(known, `npm ${name} in ${document}`).toContain(name);
  }
});

test('the guide for contributors names every folder of src', () => {
  const folders = readdirSync(path.join(root, 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const guide = read('CONTRIBUTING.md');
  for (const { name } of folders) expect(guide).toContain(`\`src/${name}/`);
});
