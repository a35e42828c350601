// Asks which of a customer's invoices is meant, and on which day its money arrived.
import { type Invoice, invoiceStatuses } from '../../credits/invoice.ts';
import { localTime } from '../../credits/local-time.ts';
import { notApplied } from '../../errors.ts';
import type { Prompter } from '../../prompts/prompter.ts';
import { shownInstant } from '../../views/column-kinds.ts';
import { customerZone } from '../../writes/customer.ts';
import type { ObjectChange } from '../../writes/for-customer.ts';
import { invoicesQuery } from './request.ts';

/** Status that the write needs, and the customer's clock. */
type Common = { readonly status: string | undefined } & Parameters<typeof shownInstant>[1];

/** Asks which invoice is meant. Throws a `failure` if there is no such invoice. */
export async function askInvoice(
  prompter: Prompter,
  invoices: readonly Invoice[],
  { status, ...clock }: Common,
): Promise<Invoice> {
  if (invoices.length === 0)
    throw notApplied('failure', noneWith(status), ['List the invoices: creditctl invoices list <customer>']);
  return prompter.choose({
    message: 'Which invoice?',
    choices: invoices.map((invoice) => ({
      name: `${invoice.id}  ${invoice.invoice_number}, ${amountText(invoice, status)}`,
      value: invoice,
      hint: `dated ${shownInstant(invoice.invoice_date, clock)}`,
    })),
  });
}

const noneWith = (status: string | undefined): string =>
  `The customer has no invoice${status === undefined ? '' : ` with the status ${status}`}`;

/** The amount due. In a list of any status, the status and the total instead. */
const amountText = (invoice: Invoice, status: string | undefined): string =>
  status === undefined
    ? `${invoice.status}, ${invoice.total} ${invoice.currency}`
    : `${invoice.amount_due} ${invoice.currency} due`;

/** Number of the newest invoices to choose from. */
const choicesMax = 100;

/** Lets a person choose among a customer's invoices. @param status of the invoices; default: any */
export const chosenInvoice =
  (status?: 'draft' | 'issued'): ObjectChange['ask'] =>
  async (customer, prompter, connection) => {
    const query = invoicesQuery(customer, status === undefined ? invoiceStatuses : [status]);
    const invoices = [];
    for await (const { record } of connection.api.invoices(query, { limit: choicesMax }))
      invoices.push(record);
    const local = localTime(await customerZone(connection, customer));
    return askInvoice(prompter, invoices, { status, local });
  };

/** Asks for the day on which the money arrived, in the API's format. @param read value or problem of an answer */
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
