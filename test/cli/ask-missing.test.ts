// A required value that the line lacks is asked for on a terminal, whatever the command; the line that is named then asks nothing.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { wayBack } from '../../src/prompts/prompter.ts';
import { creditctl, orb } from '../support/command.ts';
import { ctrlC, escapeKey, freshHome, type PlannedAnswer } from '../support/run.ts';

const home = freshHome();
const file = (name: string): string => path.join(home, name);
const said = (message: string, answer: PlannedAnswer['answer']): PlannedAnswer => ({ message, answer });
const asked = (line: string, ...answers: readonly PlannedAnswer[]) =>
  creditctl(line, {
    ...{ home, terminal: 100, answers },
    env: { ORB_WEBHOOK_SECRET: 'secret' },
  });

beforeAll(async () => {
  writeFileSync(file('g.csv'), 'external_customer_id,amount\nacme,5\n');
  writeFileSync(file('event.json'), '{}');
  writeFileSync(file('policy.json'), '{}');
  for (const line of [
    'ledger add acme --amount 30 --sandbox --yes',
    'config set kind sandbox --profile demo',
    `batch plan ${file('g.csv')} --out ${file('done.plan')} --sandbox`,
  ])
    expect(await asked(line), line).toMatchObject({ code: 0 });
});

/** What each line lacks, in its order, with an answer; and the line that is named. */
const lines: [line: string, answers: PlannedAnswer[], named: string][] = [
  ['config use', [said('Which profile?', 'demo')], 'config use demo'],
  ['config get', [said('Which setting?', 'kind')], 'config get kind'],
  [
    'config set --profile demo',
    [said('Which setting?', 'policy.entry_cap'), said('Value (', '500')],
    'config set policy.entry_cap 500 --profile demo',
  ],
  [
    'config set --profile demo',
    [said('Which setting?', 'kind'), said('Which value?', 'sandbox')],
    'config set kind sandbox --profile demo',
  ],
  [
    'config set --profile demo kind',
    [said('Which value?', 'sandbox')],
    'config set --profile demo kind sandbox',
  ],
  ['config set prompts', [said('Value (', 'full')], 'config set prompts full'],
  ['config unset', [said('Which setting?', 'policy.entry_cap')], 'config unset policy.entry_cap'],
  ['completion', [said('Which shell?', 'zsh')], 'completion zsh'],
  ['completion -o json', [said('Which shell?', 'fish')], 'completion fish -o json'],
  ['history show --sandbox', [said('Which operation?', '2026-11-23')], 'history show key-1 --sandbox'],
  [
    'batch plan --sandbox --force',
    [said('File (a CSV', file('g.csv')), said('--out (name a file', file('new.plan'))],
    `batch plan ${file('g.csv')} --out ${file('new.plan')} --sandbox --force`,
  ],
  [
    '--sandbox batch plan --force',
    [said('File (a CSV', file('g.csv')), said('--out (name a file', file('new.plan'))],
    `--sandbox batch plan ${file('g.csv')} --out ${file('new.plan')} --force`,
  ],
  ['reconcile --sandbox', [said('File (a CSV', file('g.csv'))], `reconcile ${file('g.csv')} --sandbox`],
  ['sandbox clock set', [said('Instant (such', '2027-01-31')], 'sandbox clock set 2027-01-31'],
  ['sandbox clock advance', [said('Duration (such', '30d')], 'sandbox clock advance 30d'],
  ['sandbox faults set', [said('Kind=probability (kinds', '429=0')], 'sandbox faults set 429=0'],
  [
    'webhooks verify',
    [
      said('File', file('event.json')),
      said('--timestamp (the header X-Orb', '2026-11-23T12:00:00Z'),
      said('--signature (the header X-Orb', 'v1=00'),
    ],
    `webhooks verify ${file('event.json')} --timestamp 2026-11-23T12:00:00Z --signature v1=00`,
  ],
];

test.each(
  lines,
)('%s asks for what it lacks and names the line that asks nothing', async (line, answers, expected) => {
  const exit = /^(reconcile|webhooks)/.test(line) ? 1 : 0;
  const { code, stderr, stdout } = await asked(line, ...answers);
  expect(code, stderr).toBe(exit);
  const [, named] = /To run this without questions:\n {2}creditctl (.*)\n/.exec(stderr) ?? [
    '',
    (
      JSON.parse(stderr.split('\n').find((each) => each.includes('"command"')) ?? '{}') as {
        command?: string;
      }
    ).command?.replace('creditctl ', ''),
  ];
  expect(named).toBe(expected);
  const again = await asked(expected);
  expect(again.stderr).not.toContain('without questions');
  expect(again.code, again.stderr).toBe(exit);
  if (!line.startsWith('sandbox clock')) expect(again.stdout).toBe(stdout);
});

test.each(lines)('%s can be left at each question', async (line, answers) => {
  for (const [index, { message }] of answers.entries()) {
    const before = answers.slice(0, index);
    const rest = answers.slice(Math.max(0, index - 1));
    const back = await asked(line, ...before, said(message, escapeKey), ...rest);
    expect(back.stderr.split(wayBack)).toHaveLength(2);
    const left = await asked(line, ...before, said(message, ctrlC));
    expect(left.code).toBe(130);
    expect(left.stderr).not.toContain('without questions');
  }
});

test.each(lines)('%s asks nothing with --no-input, and off a terminal', async (line) => {
  const { code, stderr } = await asked(`${line} --no-input`);
  expect(stderr).toContain('is missing');
  expect(code).toBe(2);
  expect(await creditctl(line, { home })).toMatchObject({ code: 2 });
});

test.each([
  [
    'sandbox usage',
    [said('Customer (enter an external', 'acme'), said('--amount (enter how many', '1.5')],
    'sandbox usage acme --amount 1.5 --sandbox',
  ],
  [
    'sandbox prices add',
    [said('Event (such as', 'api_call'), said('--credits (enter what one unit', '0.5')],
    'sandbox prices add api_call --credits 0.5',
  ],
])('%s, which counts each time, asks for what it lacks', async (line, answers, expected) => {
  const { code, stderr } = await asked(line, ...answers);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(`To run this without questions:\n  creditctl ${expected}\n`);
});

test('a wrong answer is explained and asked for again', async () => {
  const { code, stderr } = await asked(
    'reconcile --sandbox',
    said('File (a CSV', file('gone.csv')),
    said('File (a CSV', file('g.csv')),
  );
  expect(stderr).toContain('gone.csv');
  expect(code, stderr).toBe(1);
});

test('only the answer that is wrong is asked for again', async () => {
  const { code, stderr } = await asked(
    'batch plan --sandbox --force',
    said('File (a CSV', file('gone.csv')),
    said('--out (name a file', file('new.plan')),
    said('File (a CSV', file('g.csv')),
  );
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(`batch plan ${file('g.csv')} --out ${file('new.plan')} --sandbox --force`);
});

test('what was typed back to allow it is in the line', async () => {
  const { code, stderr } = await asked(
    'record erase --sandbox --all-accounts',
    said('Customer', 'nobody'),
    said('Erase the texts', 'nobody'),
  );
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('creditctl record erase nobody --yes --confirm nobody --sandbox --all-accounts');
});

test('what is wrong with the rest of the line is said before anything is asked', async () => {
  const { code, stderr } = await asked('batch plan --batch-id .x --sandbox');
  expect(code).toBe(2);
  expect(stderr).toContain('<file> is missing');
  expect(stderr).toContain('--batch-id');
});

test('the profile that is copied is chosen from those that there are', async () => {
  const { code, stderr } = await asked(
    `sandbox clone --all --db ${file('copy.db')}`,
    said('Which profile?', 'demo'),
  );
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(`sandbox clone --from demo --yes --all --db ${file('copy.db')}`);
});

test('a plan is applied after its file was asked for, and Escape at the consent asks for the file again', async () => {
  const { code, stderr } = await asked(
    'batch apply --sandbox',
    said('Plan (name a file', file('done.plan')),
    said('', escapeKey),
    said('Plan (name a file', file('done.plan')),
    said('', true),
  );
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(`creditctl batch apply ${file('done.plan')} --yes --sandbox`);
});

test('a record without writes has none to choose from', async () => {
  const { code, stderr } = await creditctl('history show', { env: orb, terminal: 100 });
  expect(code).toBe(4);
  expect(stderr).toContain('The record has no write');
});
