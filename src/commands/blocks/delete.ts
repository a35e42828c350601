// `blocks delete <block>`: deletes a block and recalculates the ledger without it; cannot be undone.

import { type CustomerRef, customerName, customerRefText } from '../../credits/customer.ts';
import { ownerOfBlock } from '../../record/customer-names.ts';
import { blockPath } from '../../requests/request.ts';
import { once, type WriteCommand, type WriteContext } from '../../writes/execute.ts';
import { changeObject } from '../../writes/for-customer.ts';
import {
  checkDeletionOutput,
  type DeletionOutput,
  deleteObject,
  unlessDeleted,
} from '../../writes/write-object.ts';
import { chosenBlock, knownInvoices, ownersInvoice } from './chosen-block.ts';
import { type BlockToDelete, deletionPreview } from './deletion-view.ts';

export const run: WriteCommand = async (args, flags, runtime) => {
  const choice = checkDeletionOutput(flags);
  await changeObject(
    args,
    {
      what: '<block>',
      isTypedBack: true,
      ask: chosenBlock,
      perform: (block, context, { chosenOf }) => remove(block, choice, { ...context, chosenOf }),
    },
    { flags, runtime },
  );
};

async function remove(
  block: string,
  choice: DeletionOutput,
  context: WriteContext & { readonly chosenOf: CustomerRef | undefined },
): Promise<void> {
  const { connection, flags, runtime, chosenOf } = context;
  const title = `Delete block ${block}`;
  const args = ['blocks', 'delete', block];
  const invoices = once(() => knownInvoices(block, connection.api));
  /** The API does not name the customer of a block; the person, the record or an invoice does. */
  const owner = async (record?: Parameters<typeof ownerOfBlock>[1]): Promise<string | undefined> => {
    if (chosenOf !== undefined) return customerRefText(chosenOf);
    const recorded = record && (await ownerOfBlock(block, record));
    if (recorded !== undefined) return recorded;
    const invoice = await ownersInvoice(invoices);
    return invoice && customerName(invoice.customer);
  };
  const toDelete = async (): Promise<BlockToDelete> => ({
    ...{ block: await connection.api.block(block), invoices: await invoices() },
    customer: await owner(flags.dryRun === true ? undefined : await runtime.record(connection)),
  });
  const deletion = {
    noun: 'block',
    id: block,
    request: { method: 'DELETE', path: blockPath(block) } as const,
    title,
    preview: unlessDeleted(args, async () => deletionPreview(title, await toDelete())),
    owner,
    equivalentArgs: chosenOf === undefined ? undefined : args,
    why: 'this changes past ledger entries and cannot be undone',
  };
  await deleteObject(deletion, choice, context);
}
