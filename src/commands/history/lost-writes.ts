// Finds the writes of the record whose entries the API does not have any more, though they were applied.
import { customerRefText, parseCustomerRef } from '../../credits/customer.ts';
import { unlessAbsent } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { customerDeletionOf, deletionOf } from '../../record/audit.ts';
import { customerIdIn, customerIdOf } from '../../record/customer-names.ts';
import type { AccountRecord, WriteWithTexts } from '../../record/record.ts';
import { isDone } from './arranged.ts';

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
 * @param listed the names of the customers that the API lists
 */
export async function* writesOfMissing(
  listed: ReadonlySet<string>,
  { connection, record }: { readonly connection: Connection; readonly record: AccountRecord },
): AsyncGenerator<{ readonly write: WriteWithTexts; readonly name: string }> {
  const missing = new Map<string, boolean>();
  for await (const write of record.writes({ states: ['settled'], withRows: true })) {
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
