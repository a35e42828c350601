// `blocks invoices <block>`: the invoices that charged for a credit block; none for one that was given away.

import { blockArgument } from '../../requests/id-argument.ts';
import type { GlobalFlags, Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { withBlockList } from '../../writes/customer.ts';
import { invoicesView } from './invoices-view.ts';

export async function run(words: readonly string[], flags: GlobalFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, invoicesView);
  const block = blockArgument(words);
  const { api } = await runtime.connect(flags);
  const rows = await api.blockInvoices(block).catch((error: unknown) => Promise.reject(withBlockList(error)));
  await show(rows, { view: invoicesView, shape: 'list', choice }, runtime);
}
