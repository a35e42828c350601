// `alerts delete <alert>`: ends it for good; one of its type can be created anew.

import { alertDeletion } from '../../requests/alert-request.ts';
import type { Runtime } from '../../runtime.ts';
import { checkPlainOutput } from '../../show.ts';
import { carryOut, type WriteFlags } from '../../writing/carry-out.ts';
import { alertBefore, openAlert } from '../../writing/open-alert.ts';

export async function run([named]: readonly string[], flags: WriteFlags, runtime: Runtime): Promise<void> {
  checkPlainOutput(flags);
  const open = await openAlert(named, 'delete', { flags, runtime });
  const { connection, id, isAsked } = open;
  const settled = await carryOut(
    {
      request: alertDeletion(id),
      title: `Delete the alert ${id}`,
      effect: undefined,
      changes: () => alertBefore(open),
      read: connection.api.nothingOf,
      words: isAsked ? ['alerts', 'delete', id] : undefined,
      typedBack: { what: 'the alert id', text: id, why: 'the write deletes the alert' },
    },
    { connection, flags, runtime },
  );
  if (settled === undefined) return;
  runtime.note({ text: `Deleted the alert ${id}`, data: { deleted: { alert: id } } });
}
