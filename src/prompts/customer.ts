// The question for a customer: searches as the person types.
import { type Customer, holdsText } from '../credits/customer.ts';
import { type CustomerRef, customerRefKey, parseCustomerRef } from '../credits/customer-ref.ts';
import { CreditctlError } from '../errors.ts';
import type { Choice, Prompter } from './prompter.ts';
import type { WizardStep } from './wizard.ts';

/** How many of the newest customers are searched; others are found by their full id. */
const searchedMax = 500;

export interface CustomerList {
  customers(options: { limit: number }): AsyncIterable<{ readonly record: Customer }>;
  /** Throws a `not-found` error. */
  customer(ref: CustomerRef): Promise<{ readonly record: Customer }>;
}

/** Throws a `failure` with the next step if there are no customers. */
export async function askCustomer(prompter: Prompter, api: CustomerList): Promise<CustomerRef> {
  return askAmong(prompter, api, await newest(api));
}

/** What is known so far about a write: the customer and the draft. */
export interface CustomerAnswers<Draft> {
  readonly customer: CustomerRef | undefined;
  readonly draft: Draft;
}

/** The wizard step that asks for the customer; the list is fetched once. */
export function customerStep<Said extends Pick<CustomerAnswers<unknown>, 'customer'>>(
  prompter: Prompter,
  api: CustomerList,
): WizardStep<Said> {
  let known: readonly Customer[] | undefined;
  return {
    isOpen: ({ customer }) => customer === undefined,
    ask: async (answers, before) => {
      known ??= await newest(api);
      return { ...answers, customer: await askAmong(prompter, api, withFirst(before?.customer, known)) };
    },
  };
}

async function newest(api: CustomerList): Promise<readonly Customer[]> {
  const known: Customer[] = [];
  for await (const { record } of api.customers({ limit: searchedMax })) known.push(record);
  if (known.length > 0) return known;
  throw new CreditctlError('failure', 'There are no customers yet', {
    applied: 'no',
    next: ['Create one: creditctl customers create'],
  });
}

/** Puts the earlier choice first, so that Enter selects it again. */
function withFirst(chosen: CustomerRef | undefined, known: readonly Customer[]): readonly Customer[] {
  const isChosen = (customer: Customer): boolean =>
    chosen !== undefined && customerRefKey(refOf(customer)) === customerRefKey(chosen);
  return [...known.filter(isChosen), ...known.filter((customer) => !isChosen(customer))];
}

function askAmong(prompter: Prompter, api: CustomerList, known: readonly Customer[]): Promise<CustomerRef> {
  const isCut = known.length >= searchedMax;
  return prompter.search({
    message: isCut
      ? `Which customer? (searches the newest ${searchedMax}; for others type the full id)`
      : 'Which customer?',
    find: async (term) => customerChoices(known, term),
    lookUp: (term) => lookedUp(api, term),
  });
}

/**
 * The customers whose ids, name or e-mail contain the term. The term itself is a further choice if it is not the id of
 * one of them; if nothing matches, it is looked up first.
 */
export function customerChoices(known: readonly Customer[], term: string): readonly Choice<CustomerRef>[] {
  const matches = known.filter((customer) => holdsText(customer, term));
  const choices = matches.map(customerChoice);
  const isKnown = matches.some(
    ({ id, external_customer_id }) => external_customer_id === term || `id:${id}` === term,
  );
  return isKnown || matches.length === 0 ? choices : [...choices, ...asTyped(term)];
}

/** The customer with exactly this id; the term as typed if the lookup fails. */
async function lookedUp(api: CustomerList, term: string): Promise<readonly Choice<CustomerRef>[]> {
  const [typed] = asTyped(term);
  if (typed === undefined) return [];
  try {
    return [customerChoice((await api.customer(typed.value)).record)];
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    return error.kind === 'not-found' ? [] : [typed];
  }
}

function asTyped(term: string): readonly Choice<CustomerRef>[] {
  const typed = term === '' ? undefined : parseCustomerRef(term);
  return typed === undefined ? [] : [{ name: `${term}  (as typed)`, value: typed }];
}

const customerChoice = (customer: Customer): Choice<CustomerRef> => ({
  name: [customer.external_customer_id ?? `id:${customer.id}`, customer.name].join('  '),
  value: refOf(customer),
  hint: `${customer.email} · ${customer.timezone} · id:${customer.id}`,
});

function refOf({ id, external_customer_id }: Customer): CustomerRef {
  return external_customer_id === null ? { by: 'id', id } : { by: 'external', id: external_customer_id };
}
