// `blocks invoices <block>`: the invoices that charged for a credit block; none for one that was given away.

import { idArgument } from '../../requests/command-words.ts';
import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { invoicesView } from './invoices-view.ts';

export const run: ReadCommand = async (words, flags, runtime) => {
  const choice = checkOutput(flags, invoicesView);
  const block = idArgument('<block>', words);
  const { api } = await runtime.connect(flags);
  await show(await api.blockInvoices(block), { view: invoicesView, shape: 'list', choice }, runtime);
};
