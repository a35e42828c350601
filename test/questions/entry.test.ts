import { expect, test } from 'vitest';
import { amount } from '../../src/credits/amount.ts';
import type { CreditBlock } from '../../src/credits/block.ts';
import { type EntryQuestions, type EntrySaid, entryTurns } from '../../src/questions/entry.ts';
import { askInTurn } from '../../src/questions/in-turn.ts';
import type { EntryDraft } from '../../src/requests/entry-draft.ts';
import { plannedPrompter } from './planned-prompter.ts';

const block: CreditBlock = {
  id: 'b1',
  balance: amount('5'),
  effective_date: null,
  expiry_date: null,
  per_unit_cost_basis: null,
  status: 'active',
  maximum_initial_balance: amount('10'),
  filters: [],
  credit_block_source: 'manual',
  metadata: {},
};

async function ask(draft: EntryDraft, ...plan: readonly (readonly [string, string])[]) {
  const { prompter, unasked, refused } = plannedPrompter(...plan);
  let fetched = 0;
  const blocks = async (): Promise<readonly CreditBlock[]> => {
    fetched += 1;
    return [block];
  };
  const now = Date.UTC(2026, 10, 23, 12);
  const customer = { by: 'external', id: 'acme' } as const;
  const met = { customer, zone: 'Europe/London', blocks, heed: (said: EntryDraft) => said };
  const questions: EntryQuestions = {
    prompter,
    now,
    purpose: undefined,
    usualExpiry: undefined,
    wordOn: () => ({ type: undefined, amount: undefined, description: undefined, isTypedBack: false }),
  };
  const said: EntrySaid = { customer, draft, met };
  const act = async ({ draft: completed }: EntrySaid) => completed;
  const answered = await askInTurn(said, { questions: entryTurns(questions), prompter, act });
  expect(unasked).toEqual([]);
  return { answered, refused, fetched };
}

test('with nothing said, everything that a grant needs is asked for', async () => {
  const { answered, fetched } = await ask(
    {},
    ['What shall happen', 'Grant'],
    ['Amount', ' 5 '],
    ['Expires', 'in 30 days  (2026-12-23)'],
    ['Description', ' Trial '],
  );
  expect(answered).toEqual({ type: 'increment', amount: '5', expires: '+30d', description: 'Trial' });
  expect(fetched).toBe(0);
});

test('never and Enter say nothing', async () => {
  const { answered } = await ask(
    { type: 'increment', amount: '5' },
    ['Expires', 'never'],
    ['Description', ''],
  );
  expect(answered).toEqual({ type: 'increment', amount: '5' });
});

test('what was said is not asked again', async () => {
  const draft = { type: 'increment', amount: '1', expires: '+1d', description: 'd' };
  expect((await ask(draft)).answered).toEqual(draft);
});

test('an amount is asked for until it is one', async () => {
  const { answered, refused } = await ask(
    { type: 'decrement', description: 'd' },
    ['Amount', '1,000'],
    ['Amount', '0.0'],
    ['Amount', '1000'],
  );
  expect(answered.amount).toBe('1000');
  expect(refused).toEqual([
    'The amount must not have separators: "1,000"; write 1000',
    'The amount must be above 0',
  ]);
});

test('another date must be one, and to come', async () => {
  const { answered, refused } = await ask(
    { type: 'increment', amount: '1', description: 'd' },
    ['Expires', 'on another date'],
    ['Date (Europe/London)', '2027-02-30'],
    ['Date', 'today'],
    ['Date', '2027-03-01'],
  );
  expect(answered.expires).toBe('2027-03-01');
  expect(refused).toEqual(['That is not a day of the calendar: "2027-02-30"', 'That is in the past']);
});

test('a new expiry is a date without a time', async () => {
  const { answered, refused, fetched } = await ask(
    { type: 'expiration_change', description: 'd' },
    ['Block', 'b1'],
    ['New expiry date (Europe/London', '2027-01-01T00:00:00Z'],
    ['New expiry date', 'soon'],
    ['New expiry date', ' 2027-01-01 '],
  );
  expect(answered).toEqual({
    type: 'expiration_change',
    description: 'd',
    block: 'b1',
    targetExpires: '2027-01-01',
  });
  expect(refused).toEqual([
    'That has a time; write the date alone',
    expect.stringMatching(/^That is not a date: "soon"/),
  ]);
  expect(fetched).toBe(1);
});

test.each([
  ['Use credits up', 'decrement'],
  ['Change when', 'expiration_change'],
  ['Take credits back', 'void'],
  ['Undo a decrement', 'amendment'],
])('"%s" is a %s', async (choice, type) => {
  const said = { block: 'b', targetExpires: 'today', description: 'd' };
  const amounts = type === 'expiration_change' ? [] : [['Amount', '1'] as const];
  const { answered } = await ask(said, ['What shall happen', choice], ...amounts);
  expect(answered.type).toBe(type);
});
