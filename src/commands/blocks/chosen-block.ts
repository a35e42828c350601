// Asks which block to delete, and finds the customer of a block by its invoices.
import { type CreditBlock, type CustomerRef, defaultCurrency } from '../../credits/customer.ts';
import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { askBlock } from '../../prompts/block.ts';
import type { Prompter } from '../../prompts/prompter.ts';
import { customerBlocks, ownerZone } from '../../writes/customer.ts';

/** Asks which of all blocks of a customer is meant, in credits or in the customer's own currency. */
export async function chosenBlock(
  customer: CustomerRef,
  prompter: Prompter,
  connection: Connection,
): Promise<CreditBlock> {
  const { currency: own, timezone: zone } = (await connection.api.customer(customer)).record;
  const currencies = new Map<CreditBlock, string>();
  for (const currency of new Set([defaultCurrency, own ?? defaultCurrency]))
    for (const block of await customerBlocks(connection, customer, { currency, all: true }))
      currencies.set(block, currency);
  // Every block may be deleted, so any may be chosen.
  const question = { purpose: 'delete', now: connection.now(), zone, customer, currencies } as const;
  return askBlock(prompter, [...currencies.keys()], question);
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
