// The question for an invoice: which of a customer's.
import type { Invoice } from '../../credits/invoice.ts';
import { CreditctlError } from '../../errors.ts';
import type { Prompter } from '../../prompts/prompter.ts';
import { idList } from '../../requests/command-words.ts';
import { shownInstant } from '../../views/column-kinds.ts';

/** What all of them have in common: the status that the write needs, and the customer's clock. */
type Common = { readonly status: string } & Parameters<typeof shownInstant>[1];

/** Throws a `failure` if there is none. */
export async function askInvoice(
  prompter: Prompter,
  invoices: readonly Invoice[],
  { status, ...clock }: Common,
): Promise<Invoice> {
  if (invoices.length === 0)
    throw new CreditctlError('failure', `The customer has no invoice with the status ${status}`, {
      applied: 'no',
      next: [idList('<invoice>')],
    });
  return prompter.choose({
    message: 'Which invoice?',
    choices: invoices.map((invoice) => ({
      name: `${invoice.id}  ${invoice.invoice_number}, ${invoice.amount_due} ${invoice.currency} due`,
      value: invoice,
      hint: `dated ${shownInstant(invoice.invoice_date, clock)}`,
    })),
  });
}

/** The day on which the money came, as the API takes it. @param read what an answer means, or what is wrong with it */
export async function askReceived(
  prompter: Prompter,
  { zone }: { readonly zone: string },
  read: (typed: string) => { readonly day: string } | { readonly problem: string },
): Promise<string> {
  const check = (typed: string): string | undefined => {
    const reading = read(typed.trim());
    return 'problem' in reading ? `This ${reading.problem}` : undefined;
  };
  const dayOf = (typed: string): string => {
    const reading = read(typed.trim());
    return 'day' in reading ? reading.day : '';
  };
  const message = `Day of the payment (in ${zone})`;
  return dayOf(await prompter.text({ message, initial: 'today', check, explain: dayOf }));
}
