// Every question of every command that writes can be left: Escape leads to the one before, Ctrl-C out of the command.
import { beforeAll, expect, test } from 'vitest';
import { wayBack } from '../../src/prompts/prompter.ts';
import { creditctl } from '../support/command.ts';
import { recordedIn } from '../support/recorded.ts';
import { ctrlC, escapeKey, freshHome, type PlannedAnswer } from '../support/run.ts';

const home = freshHome();
const inHome = (line: string, answers: readonly PlannedAnswer[] = []) =>
  creditctl(`${line} --sandbox`, { home, terminal: 100, answers });

beforeAll(async () => {
  for (const line of [
    'ledger add acme --amount 30 --expires +60d',
    'ledger add acme --type decrement --amount 5',
    'topups create acme --threshold 1 --amount 5 --cost-basis 1 --net-terms 30',
    'alerts create acme --type depleted',
  ])
    expect(await inHome(`${line} --yes`)).toMatchObject({ code: 0 });
});

const said = (message: string, answer: string | boolean): PlannedAnswer => ({ message, answer });
const acme = said('Which customer?', 'acme');
const no = (question: string): PlannedAnswer => said(question, false);

/** What each command asks where nothing is said, and answers that lead to its end without a write. */
const commands: Readonly<Record<string, readonly PlannedAnswer[]>> = {
  'ledger add': [
    ...[acme, said('What do you want to do?', 'Grant'), said('How many credits?', '5')],
    ...[
      said('When do the credits expire?', 'on another'),
      said('Expiry date', '+5d'),
      said('Description', 'why'),
      no('Grant 5 credits to acme (Acme Corp)?'),
    ],
  ],
  'ledger add --type expiration_change': [
    acme,
    said('Which block?', ''),
    said('New expiry', '+9d'),
    said('Description', ''),
    no('Expire all credits in block'),
  ],
  'blocks expire': [
    acme,
    said('Which block?', ''),
    said('Description', ''),
    no('Expire all credits in block'),
  ],
  'blocks extend': [
    acme,
    said('Which block?', ''),
    said('New expiry', '+1y'),
    said('Description', ''),
    no('Extend all credits in block'),
  ],
  'blocks void': [
    acme,
    said('Which block?', ''),
    said('How many credits?', ''),
    said('Description', ''),
    no('Void '),
  ],
  'blocks amend': [
    acme,
    said('Which block?', ''),
    said('How many credits?', '5'),
    said('Description', ''),
    no('Give 5 credits back'),
  ],
  'customers create': [
    said('Name', 'N'),
    said('E-mail', 'n@example.com'),
    said('External id', 'n'),
    said('Time zone', ''),
    no('Create customer n '),
  ],
  'customers update --name New': [acme, no('Update customer acme?')],
  'topups create': [
    ...[acme, said('Buy credits when', '1'), said('How many credits to buy', '2'), said('Price', '1')],
    ...[said('Days until', '30'), said('Credits expire', '6m'), no('Buy 2 credits for acme')],
  ],
  'topups delete': [acme, said('Which top-up?', ''), said('This deletes', 'no')],
  undo: [said('Which write do you want to undo?', ''), no('')],
  'alerts create': [
    acme,
    said('Send an alert when', 'drop below'),
    said('At which balances?', '5'),
    no('Create an alert'),
  ],
  'alerts enable': [acme, said('Which alert?', ''), no('Turn alert')],
  'alerts disable': [acme, said('Which alert?', ''), no('Turn alert')],
  'alerts delete': [acme, said('Which alert?', ''), said('This deletes', 'no')],
};

for (const [line, answers] of Object.entries(commands)) {
  const left = (index: number, answer: typeof escapeKey | typeof ctrlC): PlannedAnswer => ({
    message: answers[index]?.message ?? '',
    answer,
  });

  test(`${line}: Escape at each question asks the one before again, and the way back is named once`, async () => {
    const journal = recordedIn(home);
    for (const index of answers.keys()) {
      const rest = answers.slice(Math.max(0, index - 1));
      const result = await inHome(line, [...answers.slice(0, index), left(index, escapeKey), ...rest]);
      expect(result.code, result.stderr).toBe(10);
      expect(result.stderr).toContain('Declined: nothing was written');
      expect(result.stderr.split(wayBack)).toHaveLength(2);
    }
    expect(recordedIn(home)).toEqual(journal);
  });

  test(`${line}: Ctrl-C at each question ends with 130, and nothing is written`, async () => {
    const journal = recordedIn(home);
    for (const index of answers.keys()) {
      const result = await inHome(line, [...answers.slice(0, index), left(index, ctrlC)]);
      expect(result.code, result.stderr).toBe(130);
      expect(result.requests.every(({ method }) => method === 'GET')).toBe(true);
    }
    expect(recordedIn(home)).toEqual(journal);
  });
}

test('with everything said there is no question to go back to: Escape at the consent declines', async () => {
  const result = await inHome('ledger add acme --amount 5 --expires never --description Trial', [
    { message: 'Grant 5 credits to acme (Acme Corp)?', answer: escapeKey },
  ]);
  expect(result.code).toBe(10);
  expect(result.stderr).toContain('nothing was written');
  expect(result.stderr).not.toContain(wayBack);
});

test('what shall change about a customer can be left step by step, back to the customer', async () => {
  const { code, stderr } = await inHome('customers update', [
    acme,
    said('Which field do you want to change?', 'Name'),
    { message: 'Name', answer: escapeKey },
    said('Which field do you want to change?', 'Name'),
    said('Name', 'New'),
    { message: 'Change another field?', answer: escapeKey },
    { message: 'Name', answer: escapeKey },
    { message: 'Which field do you want to change?', answer: escapeKey },
    said('Which customer?', 'globex'),
    said('Which field do you want to change?', 'E-mail'),
    said('E-mail', 'new@example.com'),
    said('Change another field?', 'No, continue'),
    { message: 'Update customer globex?', answer: escapeKey },
    said('Change another field?', 'No, continue'),
    no('Update customer globex?'),
  ]);
  expect(code, stderr).toBe(10);
  expect(stderr).toContain('Update customer globex');
  expect(stderr).toContain('new@example.com');
  expect(stderr).not.toContain('Acme');
});

test.each([
  ['ledger add --type void', 'blocks list initech --all-blocks'],
  ['blocks extend', 'creditctl ledger add initech'],
  ['topups delete', 'creditctl topups create'],
  ['alerts enable', 'creditctl alerts create'],
])('%s for a customer who has none ends with a sentence and the way on', async (line, next) => {
  const { code, stderr } = await inHome(line, [said('Which customer?', 'initech')]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/creditctl: The customer has no /);
  expect(stderr).toContain(next);
});

test('a policy has its word before the end: type, expiry and description', async () => {
  const place = freshHome();
  const rule = (name: string, value: string) =>
    creditctl(`config set policy.${name} ${value} --profile p`, { home: place });
  await creditctl('config set kind sandbox --profile p', { home: place });
  for (const [name, value] of [
    ['allowed_types', 'increment,void'],
    ['default_expiry', '+45d'],
    ['description_pattern', '^SUP-'],
    ['entry_confirm_above', '100'],
  ] as const)
    expect(await rule(name, value)).toMatchObject({ code: 0 });
  const result = await creditctl('ledger add acme --profile p', {
    home: place,
    terminal: 100,
    answers: [
      said('What do you want to do?', 'Grant'),
      said('How many credits?', '101'),
      said('When do the credits expire?', 'default'),
      said('Description', 'SUP-7'),
      said('101 credits is more than 100', '101'),
    ],
  });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain(
    'creditctl ledger add acme --type increment --amount 101 --expires +45d --description SUP-7 --profile p --yes --confirm 101',
  );
});
