// `blocks delete <block>`: the ledger as if the block had never been; far stronger than a void, and never to be undone.

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
import { type DoomedBlock, deletionPreview } from './deletion-view.ts';

export async function run(words: readonly string[], flags: WriteFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, deletionsView);
  const block = blockArgument(words, keyProblems(flags));
  const connection = await openForWriting(flags, runtime, [
    `Add --yes --confirm ${block} to do it`,
    'Or add --dry-run to see what it would do',
  ]);
  const title = `Delete the block ${block} for good`;
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
      why: 'the deletion rewrites the ledger and cannot be undone',
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
    const settles = `If an earlier deletion was left in doubt, it took place: creditctl blocks delete ${id} --yes --confirm ${id} settles it`;
    throw new CreditctlError(error.kind, error.message, { ...error.facts, next: [settles] });
  }
}

/** The API calls this question experimental, so an account may not have it. */
async function knownInvoices(id: string, api: Connection['api']): Promise<DoomedBlock['invoices']> {
  try {
    return await api.blockInvoices(id);
  } catch (error) {
    if (error instanceof CreditctlError && error.kind === 'rejected') return undefined;
    throw error;
  }
}
