// The manual page: every command and option is in it, and man renders it without a warning.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { commandsOf, readOptionFlags } from '../../src/cli/command-tree.ts';
import { environmentVariables, exitCodeLines } from '../../src/cli/help/topics.ts';
import { program } from '../../src/commands/program.ts';
import { read, root } from './documents.ts';
import { isInstalled } from './home.ts';

const page = path.join(root, manifest.man[0] ?? '');

/** Rendered at 100 columns, as plain text on lines that are not broken. */
function rendered(): { text: string; stderr: string; status: number | null } {
  const { status, stdout, stderr } = spawnSync('man', ['--warnings', '-E', 'UTF-8', '-l', page], {
    encoding: 'utf8',
    env: { ...process.env, MANWIDTH: '100', MANPAGER: 'cat', LC_ALL: 'C.UTF-8', MAN_KEEP_FORMATTING: '' },
  });
  return { status, stderr, text: stdout.replaceAll(/.\u0008/g, '').replaceAll(/\s+/g, ' ') };
}

test('the page is part of the package', () => {
  expect(manifest.files).toContain('man');
  expect(read(manifest.man[0] ?? '')).toMatch(/^\.\\".*\n\.TH CREDITCTL 1 /);
});

test.skipIf(!isInstalled('man'))('man renders it without a warning, and nothing of the help is lost', () => {
  const { status, stderr, text } = rendered();
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const { path: words, summary, details = '', terms, options, examples } of commandsOf(program)) {
    expect(text).toContain(`creditctl ${words.join(' ')}`);
    expect(text).toContain(`${summary}.`);
    for (const paragraph of details.split('\n\n')) expect(text).toContain(paragraph.replaceAll('\n', ' '));
    for (const [name, meaning] of terms?.list ?? []) expect(text).toContain(`${name} ${meaning}`);
    for (const { flags } of options) expect(text).toContain(readOptionFlags(flags).long);
    for (const example of examples) expect(text).toContain(`creditctl ${example}`);
  }
  for (const { flags } of program.options) expect(text).toContain(readOptionFlags(flags).long);
  for (const { text: meaning } of exitCodeLines) expect(text).toContain(meaning);
  for (const [name, meaning] of Object.entries(environmentVariables))
    expect(text).toContain(`${name} ${meaning}`);
});
