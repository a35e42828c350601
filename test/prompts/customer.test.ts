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

test.each<[string, readonly string[]]>([
  ['acme', ['acme', 'x-acme', 'acme-test', 'zenith']],
  ['ACME', ['x-acme', 'acme', 'acme-test', 'zenith', 'ACME']],
  ['ac', ['acme-test', 'x-acme', 'acme', 'zenith', 'globex', 'ac']],
  ['', ['globex', 'acme-test', 'x-acme', 'zenith', 'acme']],
])('"%s" offers first whom it names, and last whom only the e-mail holds', (term, order) => {
  const alike = [
    { ...customer('1', 'globex', 'Globex'), email: 'accounts@globex.test' },
    customer('2', 'acme-test', 'Test'),
    customer('3', 'x-acme', 'Acme'),
    customer('4', 'zenith', 'Zenith of Acme'),
    customer('5', 'acme', 'Corp'),
  ];
  expect(customerChoices(alike, term).map(({ value }) => value.id)).toEqual(order);
});

test('a customer without an external id is named by Orb’s', () =>
  expect(customerChoices(known, 'glob')[0]).toEqual({
    name: 'id:X2  Globex',
    value: globex,
    hint: 'globex@example.com · UTC · id:X2',
  }));

/** An account of so many customers, of whom the last is the oldest. */
function account(count: number, failure = new CreditctlError('not-found', 'no such customer')) {
  const asked: { read: number; hints: string[]; looked: unknown[] } = { read: 0, hints: [], looked: [] };
  const api: CustomerList = {
    customers: async function* () {
      for (let index = 0; index < count; index += 1) {
        asked.read += 1;
        const isOldest = index === count - 1 && count > 2;
        yield {
          record: isOldest
            ? customer('X0', 'elder', 'Elder Acme')
            : (known[index] ?? customer(`Y${index}`, `c${index}`, `Customer ${index}`)),
        };
      }
    },
    customer: async (ref) => {
      asked.looked.push(ref);
      throw failure;
    },
  };
  const askWith = (prompter: Prompter) =>
    askCustomer({ ...prompter, hint: (text) => asked.hints.push(text) }, api);
  const ask = (...answers: (readonly [string, string])[]) => askWith(plannedPrompter(...answers).prompter);
  return { ask, askWith, asked };
}

test('before the question no more than the newest are read', async () => {
  const many = account(700);
  expect(await many.ask(['Which customer?', 'acme'])).toEqual(acme);
  expect(many.asked).toEqual({ read: 500, hints: [], looked: [] });
});

test('a customer who is older is found by a part of the name, and each page is read once', async () => {
  const { ask, asked } = account(700);
  expect(await ask(['Which customer?', 'elder'])).toEqual({ by: 'external', id: 'elder' });
  expect(asked).toEqual({ read: 700, hints: [], looked: [{ by: 'external', id: 'elder' }] });
});

test('where newer customers hold the text too, the older ones are searched on demand, and it is said', async () => {
  const { askWith, asked } = account(700);
  const search: Prompter['search'] = async ({ find }) => {
    const [newer, , older] = await find('acm');
    expect([newer?.value, older?.name]).toEqual([acme, 'Search the older customers for "acm"…']);
    if (older === undefined) throw new Error('there is no way to the older customers');
    return older.value;
  };
  const { prompter } = plannedPrompter(['Which of these customers?', 'elder']);
  expect(await askWith({ ...prompter, search })).toEqual({ by: 'external', id: 'elder' });
  expect(asked.hints).toEqual(['Searching the older customers for "acm"…']);
});

test('where nobody holds the text, the way on is named', async () => {
  const { askWith } = account(3);
  const search: Prompter['search'] = async ({ find, lookUp, none }) => {
    expect(await find('zzz')).toEqual([]);
    expect(await lookUp?.('zzz')).toEqual([]);
    throw new Error(none);
  };
  const { prompter } = plannedPrompter();
  await expect(askWith({ ...prompter, search })).rejects.toThrow('creditctl customers create');
});

test('where the API cannot be asked, an id is taken as typed', async () => {
  const deaf = account(2, new CreditctlError('network', 'no answer'));
  expect(await deaf.ask(['Which customer?', 'id:nobody'])).toEqual({ by: 'id', id: 'nobody' });
});

test('where there is no customer at all, it is said how to make one', async () => {
  await expect(account(0).ask(['Which customer?', 'acme'])).rejects.toMatchObject({
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
