// `creditctl help --json`: the command tree as programs read it.
import { expect, test } from 'vitest';
import { commandsOf, topicNames } from '../../../src/cli/command-tree.ts';
import type { HelpDocument } from '../../../src/cli/help/help-document.ts';
import { program } from '../../../src/commands/program.ts';
import { exitCodes } from '../../../src/errors.ts';
import { creditctl } from '../../support/command.ts';
import { schemaProblem } from '../../support/schemas.ts';

async function documentOf(line: string): Promise<HelpDocument> {
  const { code, stdout, stderr } = await creditctl(line);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as HelpDocument;
}

test('it has every command with usage, options and examples, and the rest of the help', async () => {
  const document = await documentOf('help --json');
  expect(document.version).toBe(1);
  expect(document.program_version).toBe('0.0.0-test');
  expect(document.commands.map(({ path }) => path)).toEqual(commandsOf(program).map(({ path }) => path));
  expect(document.nouns.map(({ name }) => name)).toEqual(program.nodes.map(({ name }) => name));
  expect(document.exit_codes.map(({ code }) => code)).toEqual([0, ...Object.values(exitCodes)]);
  expect(document.topics.map(({ name }) => name)).toEqual(topicNames);
  expect(document.environment.map(({ name }) => name)).toContain('ORB_API_KEY');
  expect(document.global_options.map(({ long }) => long)).toContain('--no-input');
  for (const { examples, usage, path } of document.commands) {
    expect(usage.startsWith(`creditctl ${path.join(' ')}`)).toBe(true);
    expect(examples.length).toBeGreaterThan(0);
  }
});

test('details keep their paragraphs, in the text and in the document, and no other line breaks', async () => {
  const { commands } = await documentOf('help --json report movements');
  const paragraphs = commands[0]?.details?.split('\n\n') ?? [];
  expect(paragraphs.length).toBeGreaterThan(1);
  expect(paragraphs.filter((each) => each === '' || each.includes('\n'))).toEqual([]);
  const { stdout } = await creditctl('report movements --help');
  const firstWords = paragraphs.map((each) => each.split(' ').slice(0, 3).join(' '));
  expect(firstWords.filter((words) => !stdout.includes(`\n\n${words}`))).toEqual([]);
});

test('a command path gives the same document of that command alone', async () => {
  const document = await documentOf('help --json ledger add');
  expect(document.commands.map(({ path }) => path)).toEqual([['ledger', 'add']]);
  const [add] = document.commands;
  expect(add?.forms).toEqual([
    [{ name: 'customer', literal: false, required: true, repeatable: false, values: [] }],
  ]);
  expect(add?.options.find(({ long }) => long === '--type')).toEqual({
    long: '--type',
    short: null,
    value: { name: 'type', required: true },
    repeatable: false,
    values: ['increment', 'decrement', 'expiration_change', 'void', 'amendment'],
    text: expect.any(String),
  });
  expect(add?.options.find(({ long }) => long === '--metadata')?.repeatable).toBe(true);
  expect(add?.options.find(({ long }) => long === '--dry-run')).toMatchObject({ short: '-n', value: null });
  expect(document.global_options.find(({ long }) => long === '--json')?.value).toEqual({
    name: 'fields',
    required: false,
  });
  for (const line of [
    ...['help ledger add --json', 'help ledger add -o json', 'help ledger add --output=json'],
    ...['ledger add --help -o json', 'ledger add -h --json', '-o json ledger add acme --amount 5 --help'],
  ])
    expect(await documentOf(line)).toEqual(document);
  expect((await documentOf('help --json blocks')).commands.length).toBeGreaterThan(2);
});

test('the forms of a command keep fixed words apart from values', async () => {
  const { commands } = await documentOf('help --json sandbox faults');
  expect(commands[0]?.forms).toEqual([
    [{ name: 'show', literal: true, required: false, repeatable: false, values: ['show'] }],
    [
      { name: 'set', literal: true, required: true, repeatable: false, values: ['set'] },
      {
        name: 'kind=probability',
        literal: false,
        required: true,
        repeatable: true,
        values: expect.arrayContaining(['latency=']),
      },
    ],
    [{ name: 'clear', literal: true, required: true, repeatable: false, values: ['clear'] }],
  ]);
});

test('a topic is one document, too; and so is the help of the whole by its flag', async () => {
  const whole = await documentOf('--help --json');
  expect(await documentOf('-o json')).toEqual(whole);
  expect(await documentOf('ledger -o json')).toEqual(await documentOf('ledger --help --json'));
  expect(whole).toEqual(await documentOf('help --json'));
  expect(await documentOf('help dates -o json')).toEqual(whole.topics.find(({ name }) => name === 'dates'));
});

test('help as JSON fits its schemas, and a line with a mistake is answered as ever', async () => {
  for (const line of ['help --json', 'ledger add --help -o json'])
    expect([line, schemaProblem('help', await documentOf(line))]).toEqual([line, '']);
  const topic = await documentOf('help output --json');
  expect(schemaProblem('help-topic', topic)).toBe('');
  expect(schemaProblem('help', topic)).not.toBe('');
  for (const line of ['ledgers --help', 'ledger add --amout 5 --help']) {
    const { code, stdout } = await creditctl(`${line} -o json`);
    expect(await creditctl(line)).toMatchObject({ code, stdout });
  }
});
