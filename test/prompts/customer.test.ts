import { expect, test } from 'vitest';
import type { Customer } from '../../src/credits/customer.ts';
import { CreditctlError } from '../../src/errors.ts';
import { askCustomer, type CustomerList, customerChoices, customerStep } from '../../src/prompts/customer.ts';
import type { Prompter } from '../../src/prompts/prompter.ts';
import { plannedPrompter } from './planned-prompter.ts';

const customer = (id: string, external: string | null, name: string): Customer => ({
  id,
  external_customer_id: external,
  name,
  email: `${name.toLowerCase()}@example.com`,
  timezone: 'UTC',
  currency: null,
  created_at: '2026-01-01T00:00:00+00:00',
  metadata: {},
});

const known = [customer('X1', 'acme', 'Acme'), customer('X2', null, 'Globex')];
const values = (term: string): readonly unknown[] => customerChoices(known, term).map(({ value }) => value);
const acme = { by: 'external', id: 'acme' };
const globex = { by: 'id', id: 'X2' };

test.each<[string, readonly unknown[]]>([
  ['', [acme, globex]],
  ['acme', [acme]],
  ['ACM', [acme, { by: 'external', id: 'ACM' }]],
  ['globex@', [globex, { by: 'external', id: 'globex@' }]],
  ['x2', [globex, { by: 'external', id: 'x2' }]],
  ['..', []],
  ['nobody', []],
])('"%s" finds by id, name and e-mail, and means itself beside what it finds', (term, found) =>
  expect(values(term)).toEqual(found));

test('a customer without an external id is named by Orb’s', () =>
  expect(customerChoices(known, 'glob')[0]).toEqual({
    name: 'id:X2  Globex',
    value: globex,
    hint: 'globex@example.com · UTC · id:X2',
  }));

/** An account of so many customers, and one more that is too old for the list. */
function account(count: number, failure = new CreditctlError('not-found', 'no such customer')) {
  const old = customer('X0', 'elder', 'Elder');
  const asked: { limits: number[]; messages: string[]; looked: unknown[] } = {
    limits: [],
    messages: [],
    looked: [],
  };
  const api: CustomerList = {
    customers: async function* ({ limit }) {
      asked.limits.push(limit);
      for (let index = 0; index < count; index += 1) yield { record: known[index % 2] ?? old };
    },
    customer: async (ref) => {
      asked.looked.push(ref);
      if (ref.id === 'elder') return { record: old };
      throw failure;
    },
  };
  const ask = (answer: string) => {
    const { prompter } = plannedPrompter(['Which customer?', answer]);
    const search: Prompter['search'] = (question) => {
      asked.messages.push(question.message);
      return prompter.search(question);
    };
    return askCustomer({ ...prompter, search }, api);
  };
  return { ask, asked };
}

test('the newest customers are searched, and where there are more it is said', async () => {
  const few = account(2);
  expect(await few.ask('acme')).toEqual(acme);
  expect(few.asked).toEqual({ limits: [500], messages: ['Which customer?'], looked: [] });
  const many = account(500);
  expect(await many.ask('acme')).toEqual(acme);
  expect(many.asked.messages).toEqual([
    'Which customer? (searches the newest 500; for others type the full id)',
  ]);
});

test('an id that is not in the list is looked up', async () => {
  const { ask, asked } = account(500);
  expect(await ask('elder')).toEqual({ by: 'external', id: 'elder' });
  expect(asked.looked).toEqual([{ by: 'external', id: 'elder' }]);
});

test('an id that nobody has is no choice; where that cannot be known, it is taken as typed', async () => {
  await expect(account(2).ask('nobody')).rejects.toThrow('no choice "nobody"');
  const deaf = account(2, new CreditctlError('network', 'no answer'));
  expect(await deaf.ask('id:nobody')).toEqual({ by: 'id', id: 'nobody' });
});

test('where there is no customer at all, it is said how to make one', async () => {
  await expect(account(0).ask('acme')).rejects.toMatchObject({
    kind: 'failure',
    message: 'There are no customers yet',
    facts: { next: ['Create one: creditctl customers create'] },
  });
});

test('as a question in turn, the list is fetched once', async () => {
  let fetched = 0;
  const api: CustomerList = {
    customers: async function* () {
      fetched += 1;
      for (const record of known) yield { record };
    },
    customer: () => Promise.reject(new Error('nobody is looked up')),
  };
  const { prompter } = plannedPrompter(['Which customer?', 'acme'], ['Which customer?', 'acme']);
  const turn = customerStep(prompter, api);
  expect(await turn.ask({ customer: undefined })).toEqual({ customer: acme });
  expect(await turn.ask({ customer: undefined })).toEqual({ customer: acme });
  expect(fetched).toBe(1);
});
