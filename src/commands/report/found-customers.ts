// Looks up the customers of a report one after the other; an unknown one of many is noted and does not stop the report.
import { type Customer, type CustomerRef, customerName, customerRefText } from '../../credits/customer.ts';
import { CreditctlError, customerSearch, isAbsent, notApplied } from '../../errors.ts';
import { cannotBeRead } from '../../writes/customer.ts';
import { everyCustomer, type OpenLedgers } from '../every-ledger.ts';

/** Most customers that a message names. */
const namedMax = 5;

/** Customers whose credits are missing from a report, and why. */
export class Unread {
  readonly #notFound: string[] = [];
  readonly #failed: string[] = [];

  /** The result, or `undefined` if the customer is gone or has an unknown zone. Throws other failures. */
  async unlessGone<Result>(customer: Customer, read: () => Promise<Result>): Promise<Result | undefined> {
    return this.#attempt(customerName(customer), read, (error) => cannotBeRead(customer, error));
  }

  async found(ref: CustomerRef, read: () => Promise<Customer>): Promise<Customer | undefined> {
    return this.#attempt(customerRefText(ref), read, isAbsent);
  }

  async #attempt<Result>(
    name: string,
    read: () => Promise<Result>,
    isExpected: (error: CreditctlError) => boolean,
  ): Promise<Result | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof CreditctlError) || !isExpected(error)) throw error;
      const { message } = error;
      if (isAbsent(error)) this.#notFound.push(name);
      else this.#failed.push(`${name}: ${message}`);
      return undefined;
    }
  }

  /** Throws a `not-found` or `check-failed` error that names the customers, if customers are missing. */
  check(): void {
    const [first] = this.#notFound;
    const failed = this.#failed.length === 0 ? [] : [`Not in this report: ${listed(this.#failed)}`];
    if (first !== undefined) {
      const message = `Not in this report, because there is no such customer: ${listed(this.#notFound)}`;
      throw notApplied('not-found', [message, ...failed].join('\n'), [customerSearch(first)]);
    }
    if (failed.length > 0) throw new CreditctlError('check-failed', failed.join('\n'));
  }
}

function listed(names: readonly string[]): string {
  const more = names.length - namedMax;
  return `${names.slice(0, namedMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Yields each customer once, even if named by both ids. @param refs `undefined` for every customer */
export async function* customersFor(
  refs: readonly CustomerRef[] | undefined,
  { connection, unread }: Pick<OpenLedgers, 'connection'> & { readonly unread: Unread },
): AsyncGenerator<Customer> {
  if (refs === undefined) return yield* everyCustomer(connection);
  const seen = new Set<string>();
  for (const ref of refs) {
    const customer = await unread.found(ref, async () => (await connection.api.customer(ref)).record);
    if (customer === undefined || seen.has(customer.id)) continue;
    seen.add(customer.id);
    yield customer;
  }
}
