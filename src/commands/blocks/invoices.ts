// `blocks invoices <block>`: the invoices that charged for a credit block; none for one that was given away.
import { withBlockList } from '../../reading/customer-blocks.ts';
import { blockArgument } from '../../requests/block-argument.ts';
import type { GlobalFlags, Runtime } from '../../runtime.ts';
import { checkOutput, show } from '../../show.ts';
import { invoicesView } from '../../views/invoices.ts';

export async function run(words: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, invoicesView);
  const block = blockArgument(words);
  const { api } = await runtime.connect(flags);
  const rows = await api.blockInvoices(block).catch((error: unknown) => Promise.reject(withBlockList(error)));
  await show(rows, { view: invoicesView, shape: 'list', choice }, runtime);
}
