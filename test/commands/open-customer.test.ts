import { beforeAll, expect, test } from 'vitest';
import { creditctl, notesOf } from '../support/command.ts';
import { freshHome, type PlannedAnswer } from '../support/run.ts';

const home = freshHome();
const asked = (line: string, ...answers: readonly (readonly [string, string | boolean])[]) =>
  creditctl(line, {
    home,
    terminal: 100,
    answers: answers.map(([message, answer]): PlannedAnswer => ({ message, answer })),
  });
const customer = ['Which customer?', 'acme'] as const;

beforeAll(async () => {
  const { code } = await creditctl('ledger add acme --amount 30 --sandbox --yes', { home });
  expect(code).toBe(0);
});

/** The command line that is named after the questions; it is on stderr, like them. */
async function named(line: string, ...answers: readonly (readonly [string, string | boolean])[]) {
  const { code, stderr } = await asked(line, ...answers);
  expect(code).toBe(0);
  const [, command = ''] = /To run this without questions:\n {2}creditctl (.*)\n/.exec(stderr) ?? [];
  return command;
}

test.each([
  ['balance --sandbox --columns id', 'balance acme --sandbox --columns id'],
  ['ledger list --all --sandbox', 'ledger list acme --all --sandbox'],
  ['history audit --sandbox', 'history audit acme --sandbox'],
  ['report burndown --sandbox', 'report burndown acme --sandbox'],
  ['ledger --sandbox list --limit 5', 'ledger --sandbox list acme --limit 5'],
  ['ledger list --all --', 'ledger list --all --sandbox -- acme'],
  ['--sandbox balance --columns id', '--sandbox balance acme --columns id'],
])('%s that asked for the customer names the line that asks nothing', async (line, expected) => {
  const offered = line.includes('--sandbox') ? [] : [['There is no API key', true] as const];
  expect(await named(line, ...offered, customer)).toBe(expected);
  expect(await asked(expected)).toMatchObject({ code: 0 });
});

test('the embedded ledger that was offered is in the line, too', async () => {
  const offered = ['There is no API key', true] as const;
  expect(await named('balance', offered, customer)).toBe('balance acme --sandbox');
  const flagsFirst = await named('--columns id balance', offered, customer);
  expect(flagsFirst).toBe('--columns id balance acme --sandbox');
  expect(await asked(flagsFirst)).toMatchObject({ code: 0 });
});

test.each([
  'ledger list',
  'ledger watch --since 2020-01-01 --limit 1',
])('%s says to a script, too, that the embedded ledger was taken', async (line) => {
  const { stderr } = await asked(`${line} -o ndjson`, ['There is no API key', true], customer);
  const [note] = notesOf({ stderr });
  expect(note).toEqual({ command: expect.stringMatching(/^creditctl ledger .* --sandbox$/) });
});

test('a block and a text that were asked for are in the line', async () => {
  const line = await named('blocks show --sandbox', customer, ['Which block?', '']);
  expect(line).toMatch(/^blocks show \w{16} --sandbox$/);
  expect(await asked(line)).toMatchObject({ code: 0 });
  expect(await named('customers search --sandbox', ['Search for', 'Acme Corp'])).toBe(
    "customers search 'Acme Corp' --sandbox",
  );
});

test('an answer that begins like a flag stands after the flags', async () => {
  const line = await named('customers search --sandbox', ['Search for', '-globex']);
  expect(line).toBe('customers search --sandbox -- -globex');
  expect(await asked(line)).toMatchObject({ code: 0 });
});

test('where nothing was asked there is no other line to name', async () => {
  expect((await asked('balance acme --sandbox')).stderr).not.toContain('without questions');
});
