// A block that is named by its id alone: a person may choose it, and its invoices say whose it is.
import type { CreditBlock, CustomerRef } from '../../credits/customer.ts';
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { askBlock } from '../../prompts/block.ts';
import type { Prompter } from '../../prompts/prompter.ts';
import { customerBlocks, customerZone, ownerZone } from '../../writes/customer.ts';

/** The block that a person picks among all of a customer's blocks. */
export async function chosenBlock(
  customer: CustomerRef,
  prompter: Prompter,
  connection: Connection,
): Promise<CreditBlock> {
  const blocks = await customerBlocks(connection, customer, { currency: undefined, all: true });
  const zone = await customerZone(connection, customer);
  // Every block may be deleted, so any may be chosen.
  return askBlock(prompter, blocks, { purpose: 'delete', now: connection.now(), zone, customer });
}

/** `undefined` where the API does not answer this request, which is experimental, and for a block that is gone. */
export async function knownInvoices(id: string, api: Connection['api']) {
  try {
    return await api.blockInvoices(id);
  } catch (error) {
    if (error instanceof CreditctlError && ['rejected', 'not-found'].includes(error.kind)) return undefined;
    throw error;
  }
}

/** An invoice that says whose block it is; `undefined` also where their list has a fault, since that is only good to know. */
export async function ownersInvoice(list: () => ReturnType<typeof knownInvoices>) {
  try {
    return (await list())?.[0]?.record;
  } catch (error) {
    if (error instanceof CreditctlError && error.kind === 'server') return undefined;
    throw error;
  }
}

/** The zone of the customer whose block it is, where an invoice says who that is. */
export async function zoneByInvoice(block: string, connection: Connection): Promise<string | undefined> {
  const invoice = await ownersInvoice(() => knownInvoices(block, connection.api));
  return invoice && ownerZone(connection, invoice);
}
