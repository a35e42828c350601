// `blocks delete <block>`: deletes a block and recalculates the ledger without it; cannot be undone.

import type { CreditBlock, CustomerRef } from '../../credits/customer.ts';
import { CreditctlError, isAbsent } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { askBlock } from '../../prompts/block.ts';
import type { Prompter } from '../../prompts/prompter.ts';
import { blockPath } from '../../requests/request.ts';
import { customerBlocks, customerZone } from '../../writes/customer.ts';
import { checkDeletionOutput, type DeletionOutput, deleteObject } from '../../writes/delete-object.ts';
import type { WriteCommand, WriteContext } from '../../writes/execute.ts';
import { changeObject } from '../../writes/named-object.ts';
import { type BlockToDelete, deletionPreview } from './deletion-view.ts';

export const run: WriteCommand = async (words, flags, runtime) => {
  const choice = checkDeletionOutput(flags);
  await changeObject(
    words,
    {
      what: '<block>',
      isTypedBack: true,
      ask: chosenBlock,
      act: (block, context, isAsked) =>
        remove(block, choice, isAsked ? { ...context, words: ['blocks', 'delete', block] } : context),
    },
    { flags, runtime },
  );
};

/** The block that a person picks among all of a customer's blocks. */
async function chosenBlock(
  customer: CustomerRef,
  prompter: Prompter,
  connection: Connection,
): Promise<CreditBlock> {
  const blocks = await customerBlocks(connection, customer, { currency: undefined, all: true });
  const zone = await customerZone(connection, customer);
  return askBlock(prompter, blocks, { purpose: 'delete', now: connection.now(), zone, customer });
}

async function remove(
  block: string,
  choice: DeletionOutput,
  context: WriteContext & { readonly words?: readonly string[] },
): Promise<void> {
  const { connection, words } = context;
  const title = `Delete block ${block}`;
  const deletion = {
    noun: 'block',
    id: block,
    request: { method: 'DELETE', path: blockPath(block) } as const,
    title,
    preview: async () => deletionPreview(title, await blockToDelete(block, connection)),
    why: 'this changes past ledger entries and cannot be undone',
  };
  await deleteObject({ ...deletion, words }, choice, context);
}

async function blockToDelete(id: string, { api }: Connection): Promise<BlockToDelete> {
  try {
    return { block: await api.block(id), invoices: await knownInvoices(id, api) };
  } catch (error) {
    if (!isAbsent(error)) throw error;
    const settles = `If you deleted it earlier and did not see the outcome, confirm it: creditctl blocks delete ${id} --yes --confirm ${id}`;
    throw new CreditctlError(error.kind, error.message, {
      ...error.facts,
      next: [settles, ...(error.facts.next ?? [])],
    });
  }
}

/** This request is experimental, so the API may refuse it for an account. */
async function knownInvoices(id: string, api: Connection['api']): Promise<BlockToDelete['invoices']> {
  try {
    return await api.blockInvoices(id);
  } catch (error) {
    if (error instanceof CreditctlError && error.kind === 'rejected') return undefined;
    throw error;
  }
}
