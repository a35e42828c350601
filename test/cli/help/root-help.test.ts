// The help of the whole: grouped, and the text that the build keeps is the one the program would write.
import { expect, test } from 'vitest';
import { helpGroups } from '../../../src/cli/command-tree.ts';
import { program } from '../../../src/commands/program.ts';
import { built, cleanEnvironment } from '../../support/built-program.ts';
import { creditctl } from '../../support/command.ts';
import { textOf } from '../../support/imports.ts';
import { freshHome } from '../../support/run.ts';

const kept = textOf('dist/help.txt');

test('the text kept by the build is what the program writes off a terminal and on one of 80 columns and more', async () => {
  for (const options of [{}, { terminal: 80 }, { terminal: 100 }, { terminal: 200 }])
    expect((await creditctl('--help', options)).stdout).toBe(kept);
  for (const line of kept.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
});

test('every way to ask for it prints it, with exit code 0', async () => {
  const env = cleanEnvironment(freshHome());
  for (const words of [[], ['help'], ['--help'], ['-h']])
    expect(await built(words, env)).toEqual({ code: 0, stdout: kept, stderr: '' });
  // The parser's own way to it, which the kept text does not shorten.
  expect((await built(['--sandbox', '--help'], env)).stdout).toBe(kept);
});

test('a narrow terminal gets a text of its own', async () => {
  const { stdout } = await creditctl('--help', { terminal: 60 });
  for (const line of stdout.split('\n').filter((each) => !each.includes('--expires')))
    expect(line.length, line).toBeLessThanOrEqual(60);
});

test('every noun stands under its heading, and the headings in their order', async () => {
  const headings = [...kept.matchAll(/^(\S.*):$/gm)].map(([, heading]) => heading);
  const used = Object.entries(helpGroups).filter(([name]) =>
    program.nodes.some(({ group }) => group === name),
  );
  expect(headings.slice(0, used.length)).toEqual(used.map(([, title]) => title));
  for (const { name, group } of program.nodes) {
    const section = kept.split('\n\n').find((each) => each.startsWith(`${helpGroups[group]}:\n`));
    expect(section).toContain(`\n  ${name} `);
  }
});

test('an option that a command has in its own form is listed once', async () => {
  for (const [line, text] of [
    ['report statement', 'md or html'],
    ['report movements', 'yaml or md'],
  ] as const) {
    const listed = (await creditctl(`${line} --help`)).stdout.match(/^ +-o, --output .*$/gm);
    expect(listed).toEqual([expect.stringContaining(text)]);
  }
});
