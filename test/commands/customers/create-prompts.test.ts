import { expect, test } from 'vitest';
import { newCustomerSteps } from '../../../src/commands/customers/create-prompts.ts';
import type { CustomerDraft } from '../../../src/commands/customers/create-request.ts';
import type { Prompter } from '../../../src/prompts/prompter.ts';
import { runWizard } from '../../../src/prompts/wizard.ts';
import { plannedPrompter } from '../../prompts/planned-prompter.ts';

const askCustomerDraft = (draft: CustomerDraft, prompter: Prompter): Promise<CustomerDraft> =>
  runWizard(draft, { questions: newCustomerSteps(prompter), prompter, act: async (said) => said });

test('what a customer needs is asked until it is right; the rest may be left out', async () => {
  const { prompter, refused, unasked } = plannedPrompter(
    ['Name', ' '],
    ['Name', ' Acme '],
    ['E-mail', 'nobody'],
    ['E-mail', ' a@example.com '],
    ['External id', ''],
    ['Time zone', 'Tokyo'],
    ['Time zone', ''],
  );
  expect(await askCustomerDraft({ currency: 'USD' }, prompter)).toEqual({
    currency: 'USD',
    name: 'Acme',
    email: 'a@example.com',
  });
  expect(refused).toEqual([
    'Enter a name',
    'This is not an e-mail address',
    expect.stringContaining('This is not an IANA time zone, such as Europe/London'),
  ]);
  expect(unasked).toEqual([]);
});

test('what was said is not asked again', async () => {
  const draft = { name: 'A', email: 'a@b.c', externalId: 'x', timezone: 'UTC' };
  expect(await askCustomerDraft(draft, plannedPrompter().prompter)).toEqual(draft);
});
