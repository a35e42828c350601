// Asks which block to delete, and finds the customer of a block by its invoices.
import type { CreditBlock, CustomerRef } from '../../credits/customer.ts';
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { askBlock } from '../../prompts/block.ts';
import type { Prompter } from '../../prompts/prompter.ts';
import { customerBlocks, customerZone, ownerZone } from '../../writes/customer.ts';

/** Asks which of all blocks of a customer is meant. */
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

/** Invoices of a block; `undefined` if the block is gone, or if the API lacks this experimental request. */
export async function knownInvoices(id: string, api: Connection['api']) {
  try {
    return await api.blockInvoices(id);
  } catch (error) {
    if (error instanceof CreditctlError && ['rejected', 'not-found'].includes(error.kind)) return undefined;
    throw error;
  }
}

/** An invoice that names the block's customer. A faulty list gives `undefined`, because the name is optional. */
export async function ownersInvoice(list: () => ReturnType<typeof knownInvoices>) {
  try {
    return (await list())?.[0]?.record;
  } catch (error) {
    if (error instanceof CreditctlError && error.kind === 'server') return undefined;
    throw error;
  }
}

/** Time zone of the block's customer, if an invoice names the customer. */
export async function zoneByInvoice(block: string, connection: Connection): Promise<string | undefined> {
  const invoice = await ownersInvoice(() => knownInvoices(block, connection.api));
  return invoice && ownerZone(connection, invoice);
}
