// `blocks delete <block>`: deletes a block and recalculates the ledger without it; cannot be undone.

import { CreditctlError } from '../../errors.ts';
import type { Connection } from '../../orb/connection.ts';
import { blockArgument } from '../../requests/id-argument.ts';
import { blockPath } from '../../requests/request.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { deletionOf, deletionsView } from '../../views/deletions.ts';
import type { Json } from '../../wire/json.ts';
import { withBlockList } from '../../writes/customer.ts';
import {
  executeOne,
  keyProblems,
  openForWriting,
  type PlannedWrite,
  type WriteFlags,
} from '../../writes/execute.ts';
import { typedBackHints } from '../../writes/for-customer.ts';
import { type DoomedBlock, deletionPreview } from './deletion-view.ts';

export async function run(words: readonly string[], flags: WriteFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, deletionsView);
  const block = blockArgument(words, keyProblems(flags));
  const connection = await openForWriting(flags, runtime, typedBackHints(block));
  const title = `Delete block ${block}`;
  const write: PlannedWrite<Json> = {
    request: { method: 'DELETE', path: blockPath(block) },
    title,
    effect: undefined,
    preview: async () => deletionPreview(title, await doomed(block, connection)),
    read: connection.api.answerOf,
    words: undefined,
    typedBack: {
      what: 'the block id',
      text: block,
      why: 'this changes past ledger entries and cannot be undone',
    },
  };
  try {
    const settled = await executeOne(write, { connection, flags, runtime });
    if (settled === undefined) return;
  } catch (error) {
    throw withBlockList(error);
  }
  await show([deletionOf(block)], { view: deletionsView, shape: 'one', choice, isWritten: true }, runtime);
}

async function doomed(id: string, { api }: Connection): Promise<DoomedBlock> {
  try {
    return { block: await api.block(id), invoices: await knownInvoices(id, api) };
  } catch (error) {
    if (!(error instanceof CreditctlError) || error.kind !== 'not-found') throw error;
    const settles = `If you deleted it earlier and did not see the outcome, confirm it: creditctl blocks delete ${id} --yes --confirm ${id}`;
    throw new CreditctlError(error.kind, error.message, { ...error.facts, next: [settles] });
  }
}

/** This request is experimental, so the API may refuse it for an account. */
async function knownInvoices(id: string, api: Connection['api']): Promise<DoomedBlock['invoices']> {
  try {
    return await api.blockInvoices(id);
  } catch (error) {
    if (error instanceof CreditctlError && error.kind === 'rejected') return undefined;
    throw error;
  }
}
