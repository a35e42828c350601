// Every command is in the reference, has examples, and its examples stand there.
import { expect, test } from 'vitest';
import { commandsOf } from '../../src/cli/command-tree.ts';
import { program } from '../../src/commands/program.ts';
import { anchorsOf, read } from './documents.ts';

const commands = commandsOf(program);

test('the reference has a heading for every command and for no other', () => {
  const headings = [...read('docs/commands.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(['What all commands share', ...commands.map(({ path }) => path.join(' '))]);
  expect(new Set(anchorsOf('docs/commands.md')).size).toBe(headings.length + 1);
});

for (const { path, examples } of commands) {
  const name = path.join(' ');

  test(`${name} has an example, and each names the command`, () => {
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(`${example} `).toMatch(new RegExp(`^${name} `));
  });

  test(`the examples of ${name} stand in the reference`, () => {
    for (const example of examples) expect(read('docs/commands.md')).toContain(`\ncreditctl ${example}\n`);
  });
}
