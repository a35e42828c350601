// Completes a new customer by asking: name, e-mail, the operator's own id, and the zone that can never be changed.
import { isTimeZone } from '../../credits/calendar.ts';
import type { Prompter, TextQuestion } from '../../prompts/prompter.ts';
import type { TurnedQuestion } from '../../prompts/wizard.ts';
import { type CustomerDraft, looksLikeEmail } from './create-request.ts';

type AskedField = 'name' | 'email' | 'externalId' | 'timezone';

const questions: Readonly<Record<AskedField, TextQuestion>> = {
  name: {
    message: 'Name',
    check: (text) => (text.trim() === '' ? 'A customer needs a name' : undefined),
  },
  email: {
    message: 'E-mail',
    check: (text) => (looksLikeEmail(text.trim()) ? undefined : 'That is not an e-mail address'),
  },
  externalId: { message: 'External id, your own (Enter for none)' },
  timezone: {
    message: "Time zone, cannot be changed later (Enter for the account's)",
    check: (text) =>
      text.trim() === '' || isTimeZone(text.trim()) ? undefined : 'That is not an IANA time zone',
  },
};

/** What a new customer is asked for, in turn. */
export function newCustomerTurns(prompter: Prompter): readonly TurnedQuestion<CustomerDraft>[] {
  return (['name', 'email', 'externalId', 'timezone'] as const).map((field) => ({
    isOpen: (draft) => draft[field] === undefined,
    ask: async (draft, before) => {
      const initial = before?.[field];
      const question = { ...questions[field], ...(initial === undefined ? {} : { initial }) };
      const answer = (await prompter.text(question)).trim();
      return answer === '' ? draft : { ...draft, [field]: answer };
    },
  }));
}
