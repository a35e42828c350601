// `alerts delete <alert>`: deletes an alert; another of its type can then be created.

import type { Runtime } from '../../runtime/runtime.ts';
import { checkOutput, show } from '../../runtime/show.ts';
import { deletionOf, deletionsView } from '../../views/deletions.ts';
import { executeOne, type WriteFlags } from '../../writes/execute.ts';
import { alertPreview, type OpenAlert, writeToAlert } from './open-alert.ts';
import { alertDeletion } from './request.ts';

export async function run([named]: readonly string[], flags: WriteFlags, runtime: Runtime): Promise<void> {
  const choice = checkOutput(flags, deletionsView);
  await writeToAlert(
    named,
    { purpose: 'delete', act: (open) => remove(open, { choice, flags, runtime }) },
    { flags, runtime },
  );
}

interface Deletion {
  readonly choice: ReturnType<typeof checkOutput>;
  readonly flags: WriteFlags;
  readonly runtime: Runtime;
}

async function remove(open: OpenAlert, { choice, flags, runtime }: Deletion): Promise<void> {
  const { connection, id, isAsked } = open;
  const title = `Delete alert ${id}`;
  const settled = await executeOne(
    {
      request: alertDeletion(id),
      title,
      effect: undefined,
      preview: () => alertPreview(title, open),
      read: connection.api.nothingOf,
      words: isAsked ? ['alerts', 'delete', id] : undefined,
      typedBack: { what: 'the alert id', text: id, why: 'this deletes the alert' },
    },
    { connection, flags, runtime },
  );
  if (settled === undefined) return;
  await show([deletionOf(id)], { view: deletionsView, shape: 'one', choice, isWritten: true }, runtime);
}
