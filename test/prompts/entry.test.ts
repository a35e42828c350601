import { expect, test } from 'vitest';
import type { CreditBlock } from '../../src/credits/customer.ts';
import { amount } from '../../src/credits/exact.ts';
import { judgeDraft } from '../../src/policy/on-draft.ts';
import { defaultExpiry } from '../../src/policy/policy-of.ts';
import { type RuleName, readRule } from '../../src/policy/rules.ts';
import { amountQuestion } from '../../src/prompts/amount.ts';
import { type EntryAnswers, type EntryQuestions, entrySteps } from '../../src/prompts/entry.ts';
import { type Prompter, runWizard, StepBack, type TextQuestion } from '../../src/prompts/prompter.ts';
import type { EntryDraft } from '../../src/requests/entry-draft.ts';
import { creditBlock } from '../support/blocks.ts';
import { plannedPrompter } from './planned-prompter.ts';

const block = creditBlock({ balance: amount('5'), maximum_initial_balance: amount('10') });

type Plan = readonly (readonly [string, string])[];

const ask = (draft: EntryDraft, ...plan: Plan) => askUnder([], draft, plan);

async function askUnder(rules: readonly (readonly [RuleName, string])[], draft: EntryDraft, plan: Plan) {
  const { prompter: planned, unasked, refused } = plannedPrompter(...plan);
  const policy = rules.map(([name, text]) => ({ ...ruleOf(name, text), source: 'the team' }));
  const asked: TextQuestion[] = [];
  const initials: unknown[] = [];
  const prompter: Prompter = {
    ...planned,
    text: (question) => {
      asked.push(question);
      return planned.text(question);
    },
    choose: (question) => {
      initials.push(question.initial);
      return planned.choose(question);
    },
  };
  let fetched = 0;
  const blocks = async (): Promise<readonly CreditBlock[]> => {
    fetched += 1;
    return [block];
  };
  const now = Date.UTC(2026, 10, 23, 12);
  const customer = { by: 'external', id: 'acme' } as const;
  const knownCustomer = { customer, zone: 'Europe/London', blocks, applyRules: (draft: EntryDraft) => draft };
  const questions: EntryQuestions = {
    prompter,
    now,
    purpose: undefined,
    usualExpiry: defaultExpiry(policy),
    policyVerdict: (draft) => judgeDraft(draft, policy),
  };
  const answers: EntryAnswers = { customer, draft, knownCustomer };
  const finish = async ({ draft: completed }: EntryAnswers) => completed;
  const answered = await runWizard(answers, { questions: entrySteps(questions), prompter, finish });
  expect(unasked).toEqual([]);
  const explain = (message: string, answer: string): string | undefined =>
    asked.find((question) => question.message.startsWith(message))?.explain?.(answer);
  return { answered, refused, fetched, initials, explain };
}

function ruleOf(name: RuleName, text: string) {
  const rule = readRule(name, text);
  if ('problem' in rule) throw new Error(rule.problem);
  return rule;
}

test('with nothing said, everything that a grant needs is asked for', async () => {
  const { answered, fetched } = await ask(
    {},
    ['What do you want to do?', 'Grant'],
    ['How many credits?', ' 5 '],
    ['When do the credits expire?', 'in 30 days  (2026-12-23)'],
    ['Description', ' Trial '],
  );
  expect(answered).toEqual({ type: 'increment', amount: '5', expires: '+30d', description: 'Trial' });
  expect(fetched).toBe(0);
});

test('never and Enter say nothing', async () => {
  const { answered } = await ask(
    { type: 'increment', amount: '5' },
    ['When do the credits expire?', 'never'],
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
    ['How many credits?', '1,000'],
    ['How many credits?', '0.0'],
    ['How many credits?', '1000'],
  );
  expect(answered.amount).toBe('1000');
  expect(refused).toEqual([
    'The amount must not have separators: "1,000"; write 1000, or 1.000 if the comma is a decimal point',
    'The amount must be above 0',
  ]);
});

test('another date must be one, and to come', async () => {
  const { answered, refused } = await ask(
    { type: 'increment', amount: '1', description: 'd' },
    ['When do the credits expire?', 'on another'],
    ['Expiry date (in Europe/London)', '2027-02-30'],
    ['Expiry date', 'today'],
    ['Expiry date', '2027-03-01'],
  );
  expect(answered.expires).toBe('2027-03-01');
  expect(refused).toEqual(['This is not a day of the calendar: "2027-02-30"', 'The date is in the past']);
});

test('a new expiry is a date without a time', async () => {
  const { answered, refused, fetched } = await ask(
    { type: 'expiration_change', description: 'd' },
    ['Which block?', 'b1'],
    ['New expiry date (today: expires now)', '2027-01-01T00:00:00Z'],
    ['New expiry date', 'soon'],
    ['New expiry date', ' '],
    ['New expiry date', ' 2027-01-01 '],
  );
  expect(answered).toEqual({
    type: 'expiration_change',
    description: 'd',
    block: 'b1',
    targetExpires: '2027-01-01',
  });
  expect(refused).toEqual([
    'Enter a date without a time',
    expect.stringMatching(/^This is not a date: "soon"/),
    'Enter a date, such as 2027-01-31, today, tomorrow, +30d from today, eom, eoq or eoy',
  ]);
  expect(fetched).toBe(1);
});

test.each([
  ['Use credits', 'decrement'],
  ['Change when', 'expiration_change'],
  ['Take credits back', 'void'],
  ['Give used', 'amendment'],
])('"%s" is a %s', async (choice, type) => {
  const said = { block: 'b', targetExpires: 'today', description: 'd' };
  const amounts = type === 'expiration_change' ? [] : [['How many credits?', '1'] as const];
  const { answered } = await ask(said, ['What do you want to do?', choice], ...amounts);
  expect(answered.type).toBe(type);
});

const grant = { type: 'increment', expires: '+1d', description: 'd' };

test('a long amount is shown in groups, a price as what it comes to, and a short amount needs no word', async () => {
  const { explain } = await ask(grant, ['How many credits?', '1']);
  expect(explain('How many credits?', '1234567.5')).toBe('1,234,567.5 credits');
  expect(explain('How many credits?', '1234')).toBeUndefined();
  expect(explain('How many credits?', '12x')).toBeUndefined();
  const priced = await ask({ ...grant, costBasis: '0.20', currency: 'EUR' }, ['How many credits?', '1']);
  expect(priced.explain('How many credits?', '12500')).toBe(
    "12,500 EUR · costs 2500 in the currency of the customer's invoices",
  );
  const policyVerdict = () => ({
    type: undefined,
    amount: undefined,
    description: undefined,
    isTypedBack: false,
  });
  const context = { block: undefined, currency: 'EUR', policyVerdict };
  expect(amountQuestion({ costBasis: '0.20' }, context).explain?.('3')).toBe('costs 0.6 EUR');
  expect(
    (await ask({ ...grant, costBasis: '0' }, ['How many credits?', '1'])).explain('How many credits?', '5'),
  ).toBeUndefined();
});

test.each([
  ['void', '5', 'all that is left'],
  ['void', '4', 'of 5 left'],
  ['void', '6', 'more than the 5 left'],
  ['amendment', '5', 'all that was used'],
  ['amendment', '1', 'of 5 used'],
])('%s: %s of the block chosen is "%s"', async (type, typed, text) => {
  const { explain } = await ask(
    { type, description: 'd' },
    ['Which block?', 'b1'],
    ['How many credits?', typed],
  );
  expect(explain('How many credits?', typed)).toBe(text);
});

test('a date is shown as its day, how far it is, and when it begins there', async () => {
  const { explain } = await ask(
    { type: 'increment', amount: '1', description: 'd' },
    ['When do the credits expire?', 'on another'],
    ['Expiry date', '+69d'],
  );
  expect(explain('Expiry date', '+69d')).toBe('2027-01-31, Sunday, in 69 days, 00:00 in Europe/London');
  expect(explain('Expiry date', 'today')).toBe('2026-11-23, Monday, today, 00:00 in Europe/London');
  expect(explain('Expiry date', '2027-01-31T09:30:00Z')).toBe(
    '2027-01-31, Sunday, in 69 days, 09:30 in Europe/London',
  );
  expect(explain('Expiry date', '2027-')).toBeUndefined();
});

test('an amount above the cap is refused at once, and one to be typed back says so', async () => {
  const { refused, explain } = await askUnder(
    [
      ['entry_cap', '1000'],
      ['entry_confirm_above', '500'],
    ],
    grant,
    [
      ['How many credits?', '1001'],
      ['How many credits?', '1000'],
    ],
  );
  expect(refused).toEqual(['1001 credits is over the limit of 1000 for one entry (entry_cap, the team)']);
  expect(explain('How many credits?', '501')).toContain('type it');
  expect(explain('How many credits?', '500')).toBeUndefined();
});

test('a description that is required, or must match, is asked for until it does', async () => {
  const draft = { type: 'increment', amount: '1', expires: '+1d' };
  const required = await askUnder([['description_required', 'true']], draft, [
    ['Description', ' '],
    ['Description', 'why'],
  ]);
  expect(required.answered.description).toBe('why');
  expect(required.refused).toEqual(['Every entry needs a description (description_required, the team)']);
  const matched = await askUnder([['description_pattern', '^SUP-[0-9]+']], draft, [
    ['Description', 'a trial'],
    ['Description', 'SUP-7 trial'],
  ]);
  expect(matched.refused).toEqual([
    'The description must match ^SUP-[0-9]+: "a trial" (description_pattern, the team)',
  ]);
});

test('types that the policy does not allow are not offered', async () => {
  const rules = [['allowed_types', 'decrement,void']] as const;
  const { answered } = await askUnder(rules, { amount: '1', block: 'b', description: 'd' }, [
    ['What do you want to do?', 'Take credits back'],
  ]);
  expect(answered.type).toBe('void');
  await expect(askUnder(rules, {}, [['What do you want to do?', 'Grant']])).rejects.toThrow(
    'no choice "Grant"',
  );
  await expect(askUnder([['allowed_types', 'top_up']], {}, [])).rejects.toMatchObject({
    kind: 'refused',
    message: 'The type increment is not allowed; allowed: top_up (allowed_types, the team)',
  });
});

test('the usual expiry stands first where it is no preset, is chosen by Enter, and never has to be said', async () => {
  const draft = { type: 'increment', amount: '1', description: 'd' };
  const known = await askUnder([['default_expiry', '+1y']], draft, [
    ['When do the credits expire?', 'in a year'],
  ]);
  expect(known.initials).toEqual(['+1y']);
  const extra = await askUnder([['default_expiry', '+45d']], draft, [
    ['When do the credits expire?', 'default  (2027-01-07)'],
  ]);
  expect(extra.initials).toEqual(['+45d']);
  expect(extra.answered.expires).toBe('+45d');
  const never = await askUnder([['default_expiry', '+45d']], draft, [
    ['When do the credits expire?', 'never'],
  ]);
  expect(never.answered.expires).toBe('never');
});

test('Enter leaves what is offered as it is: credits that never expire, or the default of the policy', async () => {
  const preset = async (expiry?: string) => {
    const { prompter } = plannedPrompter();
    let initial: unknown;
    const choose: Prompter['choose'] = async (question) => {
      initial = question.initial;
      throw new StepBack();
    };
    const steps = entrySteps({
      prompter: { ...prompter, choose },
      now: Date.UTC(2026, 10, 23, 12),
      purpose: undefined,
      policyVerdict: () => ({
        type: undefined,
        amount: undefined,
        description: undefined,
        isTypedBack: false,
      }),
      usualExpiry: expiry,
      isOffered: true,
    });
    const customer = { by: 'external', id: 'acme' } as const;
    const knownCustomer = {
      customer,
      zone: 'UTC',
      blocks: async () => [],
      applyRules: (draft: EntryDraft) => draft,
    };
    const answers = { customer, knownCustomer, draft: { type: 'increment', amount: '5' } };
    const step = steps.find(({ isOpen }) => isOpen(answers));
    await expect(step?.ask(answers)).rejects.toThrow(StepBack);
    return initial;
  };
  expect([await preset(), await preset('+90d')]).toEqual(['', '+90d']);
});
