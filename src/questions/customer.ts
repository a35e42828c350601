// "Which customer?": a search over the customers as you type.
import { type Customer, holdsText } from '../credits/customer.ts';
import { type CustomerRef, parseCustomerRef } from '../credits/customer-ref.ts';
import type { Choice, Prompter } from './prompter.ts';

/** As many of the newest customers as are searched; any other is named by typing its whole id. */
const searchedMax = 500;

export interface CustomerList {
  customers(options: { limit: number }): AsyncIterable<{ readonly record: Customer }>;
}

export async function askCustomer(prompter: Prompter, api: CustomerList): Promise<CustomerRef> {
  const known: Customer[] = [];
  for await (const { record } of api.customers({ limit: searchedMax })) known.push(record);
  return prompter.search({
    message: 'Customer',
    find: async (term) => customerChoices(known, term),
  });
}

/** The customers whose ids, name or e-mail hold the term; what was typed is a choice of its own if it is nobody's id. */
export function customerChoices(known: readonly Customer[], term: string): readonly Choice<CustomerRef>[] {
  const matches = known.filter((customer) => holdsText(customer, term));
  const choices = matches.map((customer) => ({
    name: [customer.external_customer_id ?? `id:${customer.id}`, customer.name].join('  '),
    value: refOf(customer),
    hint: `${customer.email} · ${customer.timezone} · id:${customer.id}`,
  }));
  const typed = term === '' ? undefined : parseCustomerRef(term);
  const isKnown = matches.some(
    ({ id, external_customer_id }) => external_customer_id === term || `id:${id}` === term,
  );
  if (typed === undefined || isKnown) return choices;
  return [...choices, { name: `${term}  (as typed)`, value: typed }];
}

function refOf({ id, external_customer_id }: Customer): CustomerRef {
  return external_customer_id === null ? { by: 'id', id } : { by: 'external', id: external_customer_id };
}
