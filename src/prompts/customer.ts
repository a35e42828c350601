// Asks for a customer, and searches as the person types.
import {
  type Customer,
  type CustomerRef,
  customerName,
  customerNames,
  customerRefKey,
  holdsText,
  parseCustomerRef,
  refOf,
} from '../credits/customer.ts';
import { CreditctlError, isAbsent, notApplied } from '../errors.ts';
import type { Choice, Prompter, WizardStep } from './prompter.ts';

/** How many of the newest customers are read before the question; the others are searched on demand. */
const newestCount = 500;

/** The number of matches that ends a search among the older customers. */
const matchesMax = 20;

/** Throws a `failure` with the next step if there are no customers. */
export async function askCustomer(prompter: Prompter, api: CustomerList): Promise<CustomerRef> {
  return askAmong(prompter, api, { all: await readNewest(api), first: undefined });
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
  let all: AllCustomers | undefined;
  return {
    isOpen: ({ customer }) => customer === undefined,
    ask: async (answers, before) => {
      all ??= await readNewest(api);
      return { ...answers, customer: await askAmong(prompter, api, { all, first: before?.customer }) };
    },
  };
}

async function readNewest(api: CustomerList): Promise<AllCustomers> {
  const all = new AllCustomers(api);
  await all.readTo(newestCount);
  if (all.known.length > 0) return all;
  throw notApplied('failure', 'There are no customers yet', ['Create one: creditctl customers create']);
}

/** Puts the earlier choice first, so that Enter selects it again. */
function withFirst(chosen: CustomerRef | undefined, known: readonly Customer[]): readonly Customer[] {
  const isChosen = (customer: Customer): boolean =>
    chosen !== undefined && customerRefKey(refOf(customer)) === customerRefKey(chosen);
  return [...known.filter(isChosen), ...known.filter((customer) => !isChosen(customer))];
}

interface Among {
  readonly all: AllCustomers;
  /** The earlier choice, if the person has come back to this question. */
  readonly first: CustomerRef | undefined;
}

/** The choice to search the customers that are not read yet. */
interface SearchOlder {
  readonly older: string;
}

async function askAmong(prompter: Prompter, api: CustomerList, { all, first }: Among): Promise<CustomerRef> {
  for (;;) {
    const chosen = await prompter.search<CustomerRef | SearchOlder>({
      message: 'Which customer?',
      find: async (term) => [
        ...customerChoices(withFirst(first, all.known), term),
        ...(term === '' || all.isComplete || !all.known.some((known) => holdsText(known, term))
          ? []
          : [{ name: `Search the older customers for "${term}"…`, value: { older: term } }]),
      ],
      lookUp: (term, signal) => lookUpCustomer(term, { api, all, signal }),
      none: 'Try another part of an id, name or e-mail, or create one: creditctl customers create',
    });
    if (!('older' in chosen)) return chosen;
    prompter.hint(`Searching the older customers for "${chosen.older}"…`);
    const found = await all.search(chosen.older, { most: matchesMax });
    const choices = [...found.map(customerChoice), { name: 'None of these: search again', value: undefined }];
    const picked = await prompter.choose({ message: 'Which of these customers?', choices });
    if (picked !== undefined) return picked;
  }
}

/**
 * Sorts the results of a search: the customer with exactly this id first, then ids and names that equal, begin with or
 * contain the text, last customers in whom only the e-mail or Orb's id contains it. The order of equal ones stays.
 */
function closestFirst(found: readonly Customer[], text: string): readonly Customer[] {
  if (text === '') return found;
  const wanted = text.toLowerCase();
  const rank = (customer: Customer): number => {
    const shown = [customerName(customer), customer.name].map((field) => field.toLowerCase());
    const isClose = [
      customer.id === text || customerNames(customer).has(text),
      shown.includes(wanted),
      shown.some((field) => field.startsWith(wanted)),
      shown.some((field) => field.includes(wanted)),
      true,
    ];
    return isClose.indexOf(true);
  };
  return [...found].sort((one, other) => rank(one) - rank(other));
}

/**
 * The customers whose ids, name or e-mail contain the term, closest first: Enter selects the first. The term itself is a
 * further choice, unless it is the id of a match. Without any match there are no choices, so the term is looked up.
 */
export function customerChoices(known: readonly Customer[], term: string): readonly Choice<CustomerRef>[] {
  const matches = closestFirst(
    known.filter((customer) => holdsText(customer, term)),
    term,
  );
  const choices = matches.map(customerChoice);
  const isKnown = matches.some((customer) => customerNames(customer).has(term));
  return isKnown || matches.length === 0 ? choices : [...choices, ...asTyped(term)];
}

interface LookUp {
  readonly api: CustomerList;
  readonly all: AllCustomers;
  readonly signal: AbortSignal | undefined;
}

/** The customer with exactly this id, else older customers that contain the term; the term itself if the lookup fails. */
async function lookUpCustomer(
  term: string,
  { api, all, signal }: LookUp,
): Promise<readonly Choice<CustomerRef>[]> {
  const [typed] = asTyped(term);
  try {
    if (typed !== undefined) return [customerChoice((await api.customer(typed.value)).record)];
  } catch (error) {
    if (!(error instanceof CreditctlError)) throw error;
    if (!isAbsent(error)) return typed === undefined ? [] : [typed];
  }
  const found = await all.search(term, { most: matchesMax, ...(signal === undefined ? {} : { signal }) });
  return found.map(customerChoice);
}

function asTyped(term: string): readonly Choice<CustomerRef>[] {
  const typed = term === '' ? undefined : parseCustomerRef(term);
  return typed === undefined ? [] : [{ name: `${term}  (as typed)`, value: typed }];
}

const customerChoice = (customer: Customer): Choice<CustomerRef> => ({
  name: [customerName(customer), customer.name].join('  '),
  value: refOf(customer),
  hint: `${customer.email} · ${customer.timezone} · id:${customer.id}`,
});

export interface CustomerList {
  customers(options: { readonly limit?: number }): AsyncIterable<{ readonly record: Customer }>;
  /** Throws a `not-found` error. */
  customer(ref: CustomerRef): Promise<{ readonly record: Customer }>;
}

/** Reads the list of customers once: each search continues where the last one ended, so that no page is requested twice. */
class AllCustomers {
  readonly #api: Pick<CustomerList, 'customers'>;
  readonly #known: Customer[] = [];
  readonly #ids = new Set<string>();
  #rest: AsyncIterator<{ readonly record: Customer }> | undefined;
  #isComplete = false;

  constructor(api: Pick<CustomerList, 'customers'>) {
    this.#api = api;
  }

  /** The customers that were read so far. */
  get known(): readonly Customer[] {
    return this.#known;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Reads until this many customers are known. Throws what the API throws; the next call starts the list again. */
  async readTo(count: number): Promise<void> {
    while (this.#known.length < count && (await this.#readOne()) !== undefined);
  }

  /** Reads until `most` further customers contain the text, or the list ends. Returns all known matches, closest first. */
  async search(text: string, { most, signal }: { most: number; signal?: AbortSignal }) {
    let left = most;
    while (left > 0 && signal?.aborted !== true) {
      const customer = await this.#readOne();
      if (customer === undefined) break;
      if (holdsText(customer, text)) left -= 1;
    }
    return closestFirst(
      this.#known.filter((customer) => holdsText(customer, text)),
      text,
    );
  }

  /** The next customer that is new; `undefined` at the end. */
  async #readOne(): Promise<Customer | undefined> {
    this.#rest ??= this.#api.customers({})[Symbol.asyncIterator]();
    try {
      for (;;) {
        const step = await this.#rest.next();
        if (step.done === true) {
          this.#isComplete = true;
          return undefined;
        }
        const { record } = step.value;
        if (this.#ids.has(record.id)) continue;
        this.#ids.add(record.id);
        this.#known.push(record);
        return record;
      }
    } catch (error) {
      // An iterator that failed has ended, so the list starts again and the known customers are skipped.
      this.#rest = undefined;
      throw error;
    }
  }
}
