// Whether a read was answered with what it asked for: a cache on the way may hand out the answer to another request.
import type { CustomerRef } from '../credits/customer-ref.ts';
import type { LedgerEntry } from '../credits/entry.ts';
import { type ApiRequest, customerIn } from './request.ts';

/** What shows that a customer is another one, as the end of a sentence; `undefined` if it is the one that was named. */
export function customerProblem(
  ref: CustomerRef,
  { id, external_customer_id: external }: LedgerEntry['customer'],
): string | undefined {
  const found = ref.by === 'id' ? id : external;
  return found === ref.id ? undefined : `customer ${found} where ${ref.id} was asked for`;
}

/** The same of a record that was asked for by its id. */
export const idProblem = (asked: string, found: string): string | undefined =>
  found === asked ? undefined : `${found} where ${asked} was asked for`;

/** What a list promises of each record: whose it is, and in which currency. */
export function listPromise({ path, query = [] }: ApiRequest) {
  const named = (wanted: string): string | undefined => query.find(([name]) => name === wanted)?.[1];
  const [external, id] = [named('external_customer_id'), named('customer_id')];
  const ref: CustomerRef | undefined =
    external !== undefined
      ? { by: 'external', id: external }
      : id !== undefined
        ? { by: 'id', id }
        : customerIn(path);
  const currency = named('currency');
  return (record: Pick<LedgerEntry, 'customer'> & { readonly currency?: string }): string | undefined => {
    if (currency !== undefined && record.currency !== undefined && record.currency !== currency)
      return `a record in ${record.currency} where ${currency} was asked for`;
    const problem = ref === undefined ? undefined : customerProblem(ref, record.customer);
    return problem === undefined ? undefined : `a record of ${problem}`;
  };
}
