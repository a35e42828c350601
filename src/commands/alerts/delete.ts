// `alerts delete <alert>`: deletes an alert, so that another alert of its type can be created.

import type { WriteCommand } from '../../writes/execute.ts';
import { checkDeletionOutput, deleteObject } from '../../writes/write-object.ts';
import { changeAlert } from './existing-alerts.ts';
import { alertDeletion } from './request.ts';

export const run: WriteCommand = async (args, flags, runtime) => {
  const choice = checkDeletionOutput(flags);
  await changeAlert(
    args,
    {
      verb: 'delete',
      title: (id) => `Delete alert ${id}`,
      perform: (write, context) =>
        deleteObject({ ...write, noun: 'alert', request: alertDeletion(write.id) }, choice, context),
    },
    { flags, runtime },
  );
};
