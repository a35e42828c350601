// The customers of an account, newest first, read as far as a search needs.
import { type Customer, holdsText } from '../credits/customer.ts';
import type { CustomerRef } from '../credits/customer-ref.ts';

export interface CustomerList {
  customers(options: { readonly limit?: number }): AsyncIterable<{ readonly record: Customer }>;
  /** Throws a `not-found` error. */
  customer(ref: CustomerRef): Promise<{ readonly record: Customer }>;
}

/** Reads on where an earlier search ended, so that no page is asked for twice. */
export class AllCustomers {
  readonly #api: Pick<CustomerList, 'customers'>;
  readonly #known: Customer[] = [];
  readonly #ids = new Set<string>();
  #rest: AsyncIterator<{ readonly record: Customer }> | undefined;
  #isComplete = false;

  constructor(api: Pick<CustomerList, 'customers'>) {
    this.#api = api;
  }

  /** Those that were read so far. */
  get known(): readonly Customer[] {
    return this.#known;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Reads until so many are known. Throws what the API throws; the next call begins again. */
  async readTo(count: number): Promise<void> {
    while (this.#known.length < count && (await this.#readOne()) !== undefined);
  }

  /** Reads on until so many more customers hold the text, or there are no more. Returns all that are known to. */
  async search(text: string, { most, signal }: { most: number; signal?: AbortSignal }) {
    let left = most;
    while (left > 0 && signal?.aborted !== true) {
      const customer = await this.#readOne();
      if (customer === undefined) break;
      if (holdsText(customer, text)) left -= 1;
    }
    return this.#known.filter((customer) => holdsText(customer, text));
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
      // A list that failed has ended; what is known already is passed over when it is read again.
      this.#rest = undefined;
      throw error;
    }
  }
}
