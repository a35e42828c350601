// Reading flags and usages, which help, JSON, manual and completion share.
import { expect, test } from 'vitest';
import { argsMaxOf, commandsOf, readOptionFlags, usageForms, wordAt } from '../../src/cli/command-tree.ts';
import { program } from '../../src/commands/program.ts';
import { creatableEntryTypes, entryStatuses, entryTypes } from '../../src/credits/customer.ts';
import { formatNames } from '../../src/output/render.ts';
import { settingNames, settingProblem } from '../../src/profiles/settings.ts';
import { creditctl } from '../support/command.ts';

test.each([
  ['-y, --yes', { short: '-y', long: '--yes', property: 'yes', value: undefined }],
  ['--no-input', { short: undefined, long: '--no-input', property: 'input', value: undefined }],
  [
    '--json [fields]',
    { short: undefined, long: '--json', property: 'json', value: { name: 'fields', required: false } },
  ],
  [
    '--void-reason <reason>',
    {
      short: undefined,
      long: '--void-reason',
      property: 'voidReason',
      value: { name: 'reason', required: true },
    },
  ],
  [
    '--metadata <key=value>',
    {
      short: undefined,
      long: '--metadata',
      property: 'metadata',
      value: { name: 'key=value', required: true },
    },
  ],
])('the flags %s', (flags, parts) => {
  expect(readOptionFlags(flags)).toEqual(parts);
});

test('a usage of one form, of several, and of words that repeat', () => {
  expect(usageForms('')).toEqual([[]]);
  expect(usageForms('<customer> [block]')[0]?.map(({ text, required }) => [text, required])).toEqual([
    ['<customer>', true],
    ['[block]', false],
  ]);
  const [show, set] = usageForms('[show] | set <kind>=<probability> … | clear');
  expect(show).toEqual([{ text: 'show', kind: 'literal', required: false, repeats: false }]);
  expect(set?.[1]).toMatchObject({ text: '<kind>=<probability>', kind: 'value', repeats: true });
  expect(wordAt(set ?? [], 7)).toBe(set?.[1]);
  expect(wordAt(show ?? [], 1)).toBeUndefined();
  expect(usageForms('<file>...')[0]).toEqual([
    { text: '<file>', kind: 'value', required: true, repeats: true },
  ]);
});

test('a command counts its words itself only where its usage does not', () => {
  for (const { path, usage, argsMax } of commandsOf(program)) {
    const longest = argsMaxOf({ usage });
    expect(argsMax ?? longest + 1, path.join(' ')).toBeGreaterThan(longest);
  }
});

const option = (words: string, flag: string) =>
  [
    ...(commandsOf(program).find(({ path }) => path.join(' ') === words)?.options ?? []),
    ...program.options,
  ].find(({ flags }) => readOptionFlags(flags).long === flag)?.values;

test('the fixed values in the tree are those that the commands take', async () => {
  expect(option('ledger add', '--type')).toEqual(creatableEntryTypes);
  expect(option('ledger list', '--type')).toEqual(entryTypes);
  expect(option('ledger list', '--status')).toEqual(entryStatuses);
  expect(option('ledger add', '--output')).toEqual(formatNames);
  const set = commandsOf(program).find(({ path }) => path.join(' ') === 'config set');
  expect(set?.values?.['<setting>']).toEqual(settingNames);
  const help = await creditctl('config set --help');
  for (const name of settingNames) expect(help.stdout).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
  for (const setting of ['kind', 'mode'] as const)
    for (const value of set?.values?.[`${setting} <value>`] ?? [])
      expect(settingProblem(setting, value)).toBeUndefined();
  const faults = commandsOf(program).find(({ path }) => path.join(' ') === 'sandbox faults');
  const kinds = faults?.values?.['<kind>=<probability>'] ?? [];
  expect(kinds.length).toBe(7);
  const { code, stderr } = await creditctl(`sandbox faults set ${kinds.map((kind) => `${kind}0`).join(' ')}`);
  expect(code, stderr).toBe(0);
});
