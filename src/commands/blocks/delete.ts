// `blocks delete <block>`: deletes a block and recalculates the ledger without it; cannot be undone.

import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { blockArgument } from '../../requests/id-argument.ts';
import { blockPath } from '../../requests/request.ts';
import { checkOutput } from '../../runtime/show.ts';
import { deletionsView } from '../../views/deletions.ts';
import { withBlockList } from '../../writes/customer.ts';
import { keyProblems, openForWriting, type WriteCommand } from '../../writes/execute.ts';
import { typedBackHints } from '../../writes/for-customer.ts';
import { deleteObject } from '../../writes/write-object.ts';
import { type BlockToDelete, deletionPreview } from './deletion-view.ts';

export const run: WriteCommand = async (words, flags, runtime) => {
  const choice = checkOutput(flags, deletionsView);
  const block = blockArgument(words, keyProblems(flags));
  const connection = await openForWriting(flags, runtime, typedBackHints(block));
  const title = `Delete block ${block}`;
  const deletion = {
    noun: 'block',
    id: block,
    request: { method: 'DELETE', path: blockPath(block) } as const,
    title,
    preview: async () => deletionPreview(title, await blockToDelete(block, connection)),
    why: 'this changes past ledger entries and cannot be undone',
  };
  await deleteObject(deletion, choice, { connection, flags, runtime }).catch((error: unknown) => {
    throw withBlockList(error);
  });
};

async function blockToDelete(id: string, { api }: Connection): Promise<BlockToDelete> {
  try {
    return { block: await api.block(id), invoices: await knownInvoices(id, api) };
  } catch (error) {
    if (!(error instanceof CreditctlError) || error.kind !== 'not-found') throw error;
    const settles = `If you deleted it earlier and did not see the outcome, confirm it: creditctl blocks delete ${id} --yes --confirm ${id}`;
    throw new CreditctlError(error.kind, error.message, { ...error.facts, next: [settles] });
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
