// `blocks invoices <block>`: the invoices that charged for a credit block; none for one that was given away.

import { blockArgument } from '../../requests/command-words.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { withBlockList } from '../../writes/customer.ts';
import { invoicesView } from './invoices-view.ts';

export const run: ReadCommand = async (words, flags, runtime) => {
  const choice = checkOutput(flags, invoicesView);
  const block = blockArgument(words);
  const { api } = await runtime.connect(flags);
  const rows = await api.blockInvoices(block).catch((error: unknown) => Promise.reject(withBlockList(error)));
  await show(rows, { view: invoicesView, shape: 'list', choice }, runtime);
};
