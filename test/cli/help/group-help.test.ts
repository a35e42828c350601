// The help of a group: its commands and the way on, without options that are in the help of each command.
import { expect, test } from 'vitest';
import { isGroup } from '../../../src/cli/command-tree.ts';
import { program } from '../../../src/commands/program.ts';
import { creditctl } from '../../support/command.ts';

const groups = program.nodes.filter(isGroup);

test.each(groups)('$name lists its commands first, and no options', async ({ name, summary, commands }) => {
  const { stdout } = await creditctl(`${name} --help`, { terminal: 200 });
  const [usage, what, list, wayOn] = stdout.split('\n\n');
  expect(usage).toBe(`Usage: creditctl ${name} <command> [options]`);
  expect(what).toBe(summary);
  expect(list).toMatch(/^Commands:\n/);
  expect(list?.match(/^ {2}\S+/gm)).toEqual(commands().map((command) => `  ${command.name}`));
  expect(wayOn).toContain(`creditctl ${name} <command> --help`);
});

test('options that every command takes are named so in the help of each command, too', async () => {
  for (const line of ['--help', 'balance --help', 'ledger add --help'])
    expect((await creditctl(line)).stdout, line).toContain('\nOptions of every command:\n');
});
