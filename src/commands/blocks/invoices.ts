// `blocks invoices <block>`: lists the invoices that charged for a credit block; a free block has no invoices.

import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { openObject } from '../../writes/for-customer.ts';
import { chosenBlock } from './chosen-block.ts';
import { invoicesView } from './invoices-view.ts';

export const run: ReadCommand = async (args, flags, runtime) => {
  const choice = checkOutput(flags, invoicesView);
  const { connection, id } = await openObject(
    args,
    { what: '<block>', ask: chosenBlock },
    { flags, runtime },
  );
  await show(await connection.api.blockInvoices(id), { view: invoicesView, shape: 'list', choice }, runtime);
};
