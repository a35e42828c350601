// `blocks show <block>`: shows one credit block.

import { checkOutput, type ReadCommand, show } from '../../runtime/show.ts';
import { blocksView } from '../../views/blocks.ts';
import { customerZone } from '../../writes/customer.ts';
import { openObject } from '../../writes/for-customer.ts';
import { chosenBlock, zoneByInvoice } from './chosen-block.ts';

export const run: ReadCommand = async (args, flags, runtime) => {
  const choice = checkOutput(flags, blocksView);
  const { connection, id, chosenOf } = await openObject(
    args,
    { what: '<block>', ask: chosenBlock },
    { flags, runtime },
  );
  const zone = () =>
    chosenOf === undefined ? zoneByInvoice(id, connection) : customerZone(connection, chosenOf);
  const clock = { now: connection.now, zone };
  await show([await connection.api.block(id)], { view: blocksView, shape: 'one', choice, ...clock }, runtime);
};
