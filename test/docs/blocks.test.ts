// Every block marked `sh run` in the documents does what a reader would have it do: it ends with 0.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocksOf, documents } from './documents.ts';
import { isInstalled, PreparedHome } from './home.ts';

/** What the recipes use and a machine need not have. */
const absent = ['jq', 'curl', 'ssh-keygen'].filter((name) => !isInstalled(name));

const home = new PreparedHome();
beforeAll(() => home.prepare());
afterAll(() => home.remove());

for (const document of documents) {
  const blocks = blocksOf(document);
  // A block marked `file=NAME` is a file that lies beside the commands of its document.
  const files = Object.fromEntries(
    blocks.flatMap(({ info, text }) => {
      const name = /\bfile=(\S+)/.exec(info)?.[1];
      return name === undefined ? [] : [[name, text]];
    }),
  );
  for (const { info, line, text } of blocks) {
    if (info !== 'sh run') continue;
    const lacks = absent.some((name) => new RegExp(`\\b${name} `).test(text));
    test.skipIf(lacks)(`${document}:${line}`, async () => {
      const { code, stdout, stderr } = await home.run(text, files);
      expect(code, `${stdout}${stderr}`).toBe(0);
      expect(stderr).not.toContain('defect');
    });
  }
}

test('no shell block of the recipes is left out', () => {
  expect(blocksOf('docs/recipes.md').filter(({ info }) => info === 'sh')).toEqual([]);
});
