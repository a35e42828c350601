// The questions for a new customer: name, e-mail, external id and time zone.
import { isTimeZone } from '../../credits/calendar.ts';
import type { Prompter, TextQuestion } from '../../prompts/prompter.ts';
import { textStep } from '../../prompts/text-step.ts';
import type { WizardStep } from '../../prompts/wizard.ts';
import { type CustomerDraft, looksLikeEmail } from './create-request.ts';
import { zoneGuess } from './zone-guess.ts';

type AskedField = 'name' | 'email' | 'externalId' | 'timezone';

const questions: Readonly<Record<AskedField, TextQuestion>> = {
  name: {
    message: 'Name',
    check: (text) => (text.trim() === '' ? 'Enter a name' : undefined),
  },
  email: {
    message: 'E-mail',
    check: (text) => (looksLikeEmail(text.trim()) ? undefined : 'This is not an e-mail address'),
  },
  externalId: { message: 'External id: your own id for this customer (optional)' },
  timezone: {
    message: "Time zone, fixed forever (Enter for the account's)",
    check: (text) =>
      text.trim() === '' || isTimeZone(text.trim())
        ? undefined
        : `This is not an IANA time zone, such as Europe/London${zoneGuess(text)}`,
  },
};

/** The steps that complete a new customer. */
export const newCustomerSteps = (prompter: Prompter): readonly WizardStep<CustomerDraft>[] =>
  (['name', 'email', 'externalId', 'timezone'] as const).map((field) =>
    textStep(field, () => questions[field], prompter),
  );
