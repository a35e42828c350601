// `alerts delete <alert>`: ends it for good; one of its type can be created anew.

import { alertDeletion } from '../../requests/alert-request.ts';
import type { Runtime } from '../../runtime.ts';
import { checkOutput, show } from '../../show.ts';
import { deletionOf, deletionsView } from '../../views/deletions.ts';
import { carryOut, type WriteFlags } from '../../writing/carry-out.ts';
import { alertPreview, openAlert } from '../../writing/open-alert.ts';

export async function run([named]: readonly string[], flags: WriteFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, deletionsView);
  const open = await openAlert(named, 'delete', { flags, runtime });
  const { connection, id, isAsked } = open;
  const title = `Delete the alert ${id}`;
  const settled = await carryOut(
    {
      request: alertDeletion(id),
      title,
      effect: undefined,
      preview: () => alertPreview(title, open),
      read: connection.api.nothingOf,
      words: isAsked ? ['alerts', 'delete', id] : undefined,
      typedBack: { what: 'the alert id', text: id, why: 'the write deletes the alert' },
    },
    { connection, flags, runtime },
  );
  if (settled === undefined) return;
  await show([deletionOf(id)], { view: deletionsView, shape: 'one', choice, isWritten: true }, runtime);
}
