// Runs every block marked `sh run` of some documents as a reader would: each has to end with 0.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocksOf } from './documents.ts';
import { isInstalled, PreparedHome } from './home.ts';

/** What the recipes use and a machine need not have. */
const absent = ['jq', 'curl', 'ssh-keygen'].filter((name) => !isInstalled(name));

/** Makes a test of each such block. */
export function testBlocks(documents: readonly string[]): void {
  const home = new PreparedHome();
  beforeAll(() => home.prepare());
  afterAll(() => home.remove());
  for (const document of documents) testDocument(document, home);
}

function testDocument(document: string, home: PreparedHome): void {
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
