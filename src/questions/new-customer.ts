// Completes a new customer by asking: name, e-mail, the operator's own id, and the zone that can never be changed.
import { isTimeZone } from '../credits/calendar.ts';
import { type CustomerDraft, looksLikeEmail } from '../requests/customer-request.ts';
import type { Prompter } from './prompter.ts';

export async function askCustomerDraft(draft: CustomerDraft, prompter: Prompter): Promise<CustomerDraft> {
  const name =
    draft.name ?? (await prompter.text({ message: 'Name', check: (text) => required(text, 'a name') }));
  const email =
    draft.email ??
    (await prompter.text({
      message: 'E-mail',
      check: (text) => (looksLikeEmail(text.trim()) ? undefined : 'That is not an e-mail address'),
    }));
  const externalId =
    draft.externalId ?? (await prompter.text({ message: 'External id, your own (Enter for none)' }));
  const timezone =
    draft.timezone ??
    (await prompter.text({
      message: "Time zone, cannot be changed later (Enter for the account's)",
      check: (text) =>
        text.trim() === '' || isTimeZone(text.trim()) ? undefined : 'That is not an IANA time zone',
    }));
  return {
    ...draft,
    name: name.trim(),
    email: email.trim(),
    ...(externalId.trim() === '' ? {} : { externalId: externalId.trim() }),
    ...(timezone.trim() === '' ? {} : { timezone: timezone.trim() }),
  };
}

const required = (text: string, what: string): string | undefined =>
  text.trim() === '' ? `A customer needs ${what}` : undefined;
