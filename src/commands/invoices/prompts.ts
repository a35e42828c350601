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
