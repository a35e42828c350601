import { expect, test } from 'vitest';
import { newCustomerSteps } from '../../../src/commands/customers/create.ts';
import type { CustomerDraft } from '../../../src/commands/customers/create-request.ts';
import { type Prompter, runWizard } from '../../../src/prompts/prompter.ts';
import { plannedPrompter } from '../../prompts/planned-prompter.ts';
import { creditctl, errorOf, expectUsage, orb } from '../../support/command.ts';
import { customer, repeating } from '../../support/documents.ts';
import { recordedIn } from '../../support/recorded.ts';

const post = { method: 'POST', path: '/customers', answer: { status: 201, json: repeating(customer()) } };

test('every flag reaches the body, under a key of its own', async () => {
  const line =
    'customers create --name "Hooli Inc" --email billing@hooli.example --external-id hooli/1 --timezone europe/paris --currency EUR --metadata a=1 --metadata b=2 --yes -o json';
  const { code, stdout, requests, home } = await creditctl(line, { exchanges: [post], env: orb });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ id: customer().id });
  expect(requests[0]?.headers).toEqual({ 'idempotency-key': 'key-1' });
  expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
    name: 'Hooli Inc',
    email: 'billing@hooli.example',
    external_customer_id: 'hooli/1',
    timezone: 'Europe/Paris',
    currency: 'EUR',
    metadata: { a: '1', b: '2' },
  });
  expect(recordedIn(home).map(({ event }) => event)).toEqual(['noted', 'settled', 'acknowledged']);
});

test('on a terminal what is missing is asked for, and the line that says the same is shown', async () => {
  const result = await creditctl('customers create --sandbox', {
    terminal: 100,
    answers: [
      { message: 'Name', answer: 'Hooli Inc' },
      { message: 'E-mail', answer: 'billing@hooli.example' },
      { message: 'External id', answer: 'hooli' },
      { message: 'Time zone', answer: 'Europe/Paris' },
      { message: 'Create customer hooli (Hooli Inc) in the time zone Europe/Paris?', answer: true },
    ],
  });
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain(
    "creditctl customers create --name 'Hooli Inc' --email billing@hooli.example --external-id hooli --timezone Europe/Paris --sandbox --yes",
  );
  expect(result.stderr).toContain('Times are in Europe/Paris.');
  const shown = await creditctl('customers show hooli --sandbox --json name,timezone', { home: result.home });
  expect(JSON.parse(shown.stdout)).toEqual({ name: 'Hooli Inc', timezone: 'Europe/Paris' });
});

test('the same external id twice is rejected', async () => {
  const line = 'customers create --name Two --email a@b.example --external-id acme --sandbox --yes -o json';
  const result = await creditctl(line);
  expect(result.code).toBe(5);
  expect(errorOf(result)).toMatchObject({ code: 'rejected', status: 400, applied: 'no', retry_safe: true });
});

for (const [flags, ...sentences] of [
  ['', '--name is missing', '--email is missing'],
  ['--name "" --email a@b.example', '--name is empty'],
  ['--name A --email nonsense', '--email is not an e-mail address: "nonsense"'],
  ['--name A --email a@b.example --external-id ""', '--external-id is empty'],
  ['--name A --email a@b.example --timezone Paris', '--timezone is not an IANA time zone'],
  ['--name A --email a@b.example --currency euro', '--currency must be an ISO 4217 code'],
  ['--name A --email a@b.example --metadata x', '--metadata must be key=value: "x"'],
  ['--email x --timezone y', '--name is missing', '--email is not', '--timezone is not'],
  ['--name A --email a@b.example --idempotency-key ""', '--idempotency-key must be 1 to 64'],
] as const) {
  test(`"customers create ${flags}" is refused, and nothing is sent`, async () => {
    expectUsage(await creditctl(`customers create ${flags} --yes`, { exchanges: [], env: orb }), sentences);
  });
}

const askCustomerDraft = (draft: CustomerDraft, prompter: Prompter): Promise<CustomerDraft> =>
  runWizard(draft, { questions: newCustomerSteps(prompter), prompter, finish: async (said) => said });

test('what a customer needs is asked until it is right; the rest may be left out', async () => {
  const { prompter, refused, unasked } = plannedPrompter(
    ['Name', ' '],
    ['Name', 'x'.repeat(501)],
    ['Name', ' Acme '],
    ['E-mail', 'nobody'],
    ['E-mail', ' a@example.com '],
    ['External id', '..'],
    ['External id', ' '],
    ['Time zone', 'Tokyo'],
    ['Time zone', ''],
  );
  expect(await askCustomerDraft({ currency: 'USD' }, prompter)).toEqual({
    currency: 'USD',
    name: 'Acme',
    email: 'a@example.com',
  });
  expect(refused).toEqual([
    'This is empty',
    'This is longer than 500 characters',
    'This is not an e-mail address: "nobody"',
    'This must not be "..": it cannot be part of a URL',
    'This is not an IANA time zone such as America/Los_Angeles: "Tokyo" (did you mean Asia/Tokyo?)',
  ]);
  expect(unasked).toEqual([]);
});

test('what was said is not asked again', async () => {
  const draft = { name: 'A', email: 'a@b.c', externalId: 'x', timezone: 'UTC' };
  expect(await askCustomerDraft(draft, plannedPrompter().prompter)).toEqual(draft);
});

test('one that was settled late is shown as it is by now', async () => {
  const line = 'customers create --name Hooli --email a@hooli.example --yes -o json';
  const lost = { ...post, answer: { status: 500 }, again: true as const };
  const first = await creditctl(line, { exchanges: [lost], env: orb });
  expect(first.code).toBe(11);
  const json = customer({ name: 'Hooli XYZ' });
  const now = { method: 'GET', path: `/customers/${customer().id}`, answer: { json } };
  const result = await creditctl(line, { exchanges: [post, now], env: orb, home: first.home });
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toEqual(json);
});
