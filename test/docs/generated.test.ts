// What the documents say of the program: the README's session is what it prints.
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/errors.ts';
import { freshHome, run } from '../support/run.ts';
import { read, root } from './documents.ts';

/** Ids are made by chance; those of the session are as long as any other. */
const withoutIds = (text: string): string =>
  text.replaceAll(/\b(?=\w*[A-Z])(?=\w*[a-z])(?=\w*\d)\w{16}\b/g, 'ididididididid00');

test("the README's session is what the program prints", async () => {
  const [, session = ''] =
    /<!-- session -->\n```text\n([\s\S]*?)\n```\n<!-- end of session -->/.exec(read('README.md')) ?? [];
  const steps = session.split(/^\$ creditctl /m).slice(1);
  expect(steps.length).toBeGreaterThan(2);
  const home = freshHome();
  try {
    for (const step of steps) {
      const [line = '', ...printed] = step.trimEnd().split('\n');
      const words = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
      const { code, stdout } = await run(words, { home, terminal: 116, env: { NO_COLOR: '1' } });
      expect(code).toBe(0);
      const shown = withoutIds(stdout).replaceAll(/ +$/gm, '').trimEnd();
      expect(withoutIds(printed.join('\n'))).toContain(shown);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test('the error gallery has every kind of error under its exit code', () => {
  const gallery = read('docs/errors.md');
  // An entry that stumbles over the play it is put in must not be taken for an error of the program.
  expect(gallery).not.toMatch(/defect of creditctl|\n +at /);
  for (const [kind, code] of Object.entries(exitCodes)) {
    expect(gallery).toContain(`| ${code} | \`${kind}\` |`);
    if (kind !== 'partly-done') expect(gallery).toContain(`\n## ${code}: ${kind}\n`);
  }
});

test('a picture loads nothing and runs nothing', () => {
  const pictures = readdirSync(path.join(root, 'docs')).filter((file) => file.endsWith('.svg'));
  expect(pictures).not.toHaveLength(0);
  for (const file of pictures) expect(read(`docs/${file}`), file).not.toMatch(/<image|<script|href/);
});
