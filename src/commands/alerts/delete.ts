// `alerts delete <alert>`: deletes an alert, so that another alert of its type can be created.

import type { WriteCommand } from '../../writes/execute.ts';
import { checkDeletionOutput, deleteObject, unlessDeleted } from '../../writes/write-object.ts';
import { changeAlert } from './existing-alerts.ts';
import { alertDeletion } from './request.ts';

export const run: WriteCommand = async (args, flags, runtime) => {
  const choice = checkDeletionOutput(flags);
  await changeAlert(
    args,
    {
      verb: 'delete',
      title: (id) => `Delete alert ${id}`,
      perform: ({ preview, ...write }, context) => {
        const deletion = {
          ...{ ...write, noun: 'alert', request: alertDeletion(write.id) },
          preview: unlessDeleted(['alerts', 'delete', write.id], preview),
        };
        return deleteObject(deletion, choice, context);
      },
    },
    { flags, runtime },
  );
};
