// Finds the writes of the record whose entries the API does not have any more, though they were applied, and their currency.
import { currenciesOfBatch } from '../../batch/apply/recorded/kept-row.ts';
import { customerRefText, parseCustomerRef } from '../../credits/customer.ts';
import { CreditctlError, unlessAbsent } from '../../errors.ts';
import { customerDeletionOf, deletionOf, entryCurrency } from '../../record/audit.ts';
import { customerIdIn, customerIdOf } from '../../record/customer-names.ts';
import type { AccountRecord, WriteWithTexts } from '../../record/record.ts';
import { type AuditPlace, isDone } from './arranged.ts';

/** Whether the entry of a settled write is lost. Deleting its block or its customer removes an entry rightly. */
export async function isLost(write: WriteWithTexts, record: AccountRecord): Promise<boolean> {
  const { state, block } = write;
  if (state !== 'settled' || block === null || (await isDone(deletionOf(block), record))) return false;
  const id = await customerIdOfWrite(write, record);
  return id === undefined || !(await isDone(customerDeletionOf(id), record));
}

/**
 * The writes for customers who do not exist any more. A customer who is not listed may have another external id by now,
 * or be newer than the list, so the API is asked about each one once.
 * @param listed the names of the customers that the API lists; `step` is called for each write
 */
export async function* writesOfMissing(
  listed: ReadonlySet<string>,
  { connection, record, step }: AuditPlace & { readonly step: () => void },
): AsyncGenerator<{ readonly write: WriteWithTexts; readonly name: string }> {
  const missing = new Map<string, boolean>();
  for await (const write of record.writes({ states: ['settled'], withRows: true })) {
    step();
    const { block, customer: name } = write;
    if (block === null || name === null || listed.has(name)) continue;
    const id = await customerIdOfWrite(write, record);
    const ref = id === undefined ? parseCustomerRef(name) : ({ by: 'id', id } as const);
    if (ref === undefined) continue;
    const key = customerRefText(ref);
    if (!listed.has(key) && !missing.has(key))
      missing.set(key, (await unlessAbsent(() => connection.api.customer(ref))) === undefined);
    if (missing.get(key) === true) yield { write, name };
  }
}

/** The API's own id of the customer of a write. */
async function customerIdOfWrite(write: WriteWithTexts, record: AccountRecord): Promise<string | undefined> {
  const { customer, texts } = write;
  const known = customer === null ? undefined : await customerIdOf(write, customer, record);
  return customerIdIn(texts.answer) ?? known?.id;
}

/** The currencies that the entry of a write may have; none if its texts were erased. */
export type CurrenciesOf = (write: WriteWithTexts) => Promise<readonly string[]>;

/**
 * Of a batch row that is no grant, only the plan has the currency. Each batch is read once.
 * @param onUnread called with the reason for a plan that was changed, because other customers can still be audited
 */
export function currencyFinder(record: AccountRecord, onUnread: (why: string) => void): CurrenciesOf {
  const unreadable = (error: unknown): readonly string[] => {
    if (!(error instanceof CreditctlError) || error.kind !== 'refused') throw error;
    onUnread(error.message);
    return [];
  };
  const ofBatches = new Map<string, Promise<readonly string[]>>();
  return async (write) => {
    const own = entryCurrency(write);
    if (own !== undefined || write.batch === null) return own === undefined ? [] : [own];
    const planned = ofBatches.get(write.batch) ?? currenciesOfBatch(write.batch, record).catch(unreadable);
    ofBatches.set(write.batch, planned);
    return planned;
  };
}
