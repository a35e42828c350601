import { expect, onTestFinished, test, vi } from 'vitest';
import {
  type CustomerDraft,
  customerRequest,
  fieldProblems,
  missingCustomerFields,
  newCustomerArgs,
} from '../../../src/commands/customers/create-request.ts';

const person = { name: 'Acme', email: 'a@example.com' };

test('a customer becomes the body of the contract', () => {
  const draft = { ...person, externalId: 'acme', timezone: 'Asia/Tokyo', currency: 'USD', metadata: ['a=b'] };
  expect(customerRequest(draft)).toEqual({
    request: {
      method: 'POST',
      path: '/customers',
      body: {
        name: 'Acme',
        email: 'a@example.com',
        external_customer_id: 'acme',
        timezone: 'Asia/Tokyo',
        currency: 'USD',
        metadata: { a: 'b' },
      },
    },
  });
});

test('what was not said is not in the body', () =>
  expect(customerRequest(person)).toEqual({ request: { method: 'POST', path: '/customers', body: person } }));

test.each<[CustomerDraft, string]>([
  [{ ...person, name: ' ' }, '--name is empty'],
  [{ ...person, name: 'x'.repeat(501) }, '--name is longer than 500 characters'],
  [{ ...person, email: 'nobody' }, '--email is not an e-mail address: "nobody"'],
  [{ ...person, email: 'a b@example.com' }, '--email is not an e-mail address: "a b@example.com"'],
  [{ ...person, externalId: '' }, '--external-id is empty'],
  [
    { ...person, timezone: 'Tokyo' },
    '--timezone is not an IANA time zone such as America/Los_Angeles: "Tokyo" (did you mean Asia/Tokyo?)',
  ],
  [{ ...person, currency: 'usd' }, '--currency must be an ISO 4217 code such as USD: "usd"'],
  [{ ...person, metadata: ['x'] }, '--metadata must be key=value: "x"'],
])('%j: %s', (draft, problem) => {
  const made = customerRequest(draft);
  expect('problems' in made && made.problems.map((each) => `${each.where} ${each.problem}`)).toEqual([
    problem,
  ]);
});

// The contract counts characters, not units of UTF-16.
test('a name of 500 emoji is not too long', () => {
  const named = { ...person, name: '😀'.repeat(500) };
  expect(customerRequest(named)).toHaveProperty('request.body', named);
});

test('what is missing is marked so, beside everything else that is wrong', () => {
  expect(customerRequest({ currency: 'x' })).toEqual({
    problems: [
      { where: '--name', problem: 'is missing: a customer needs it', isMissing: true },
      { where: '--email', problem: 'is missing: a customer needs it', isMissing: true },
      { where: '--currency', problem: expect.any(String) },
    ],
  });
  expect(missingCustomerFields({ email: 'a@b.c' })).toEqual(['name']);
});

test('the words of a customer say all of it', () =>
  expect(
    newCustomerArgs({
      ...person,
      externalId: 'x',
      timezone: 'UTC',
      currency: 'EUR',
      metadata: ['a=b', 'c=d'],
    }).join(' '),
  ).toBe(
    'customers create --name Acme --email a@example.com --external-id x --timezone UTC --currency EUR --metadata a=b --metadata c=d',
  ));

test('an external id that could not be part of a path is refused', () => {
  const reading = customerRequest({ name: 'n', email: 'a@b.example', externalId: '..' });
  expect(reading).toEqual({
    problems: [{ where: '--external-id', problem: 'must not be "..": it cannot be part of a URL' }],
  });
});

test('zones are compared only with a wrong one', () => {
  const zones = vi.spyOn(Intl, 'supportedValuesOf');
  onTestFinished(() => zones.mockRestore());
  customerRequest({ ...person, timezone: 'Asia/Tokyo' });
  fieldProblems({ name: 'x'.repeat(300) });
  expect(zones).not.toHaveBeenCalled();
});
