// Deletes an object whose id has to be typed back, and shows that it is gone.
import { checkOutput } from '../runtime/show.ts';
import { deletionOf, deletionsView } from '../views/deletions.ts';
import type { WriteContext, WriteFlags } from './execute.ts';
import { type ObjectShown, type ObjectWrite, writeObject } from './write-object.ts';

export interface ObjectDeletion
  extends Pick<ObjectWrite<unknown>, 'request' | 'title' | 'preview' | 'owner' | 'words'> {
  /** `alert`, as in "the alert id". */
  readonly noun: string;
  readonly id: string;
  /** Why a yes is not enough, where it is more than that the object is deleted. */
  readonly why?: string;
}

/** How a deletion is shown. */
export type DeletionOutput = ObjectShown<unknown>['choice'];

/** Reads the output flags of a deletion. Throws a `usage` error. */
export const checkDeletionOutput = (flags: WriteFlags): DeletionOutput => checkOutput(flags, deletionsView);

/** Throws a `refused` error if the id is not typed back. */
export async function deleteObject(
  { noun, id, why = `this deletes the ${noun}`, ...write }: ObjectDeletion,
  choice: DeletionOutput,
  context: WriteContext,
): Promise<void> {
  const { answerOf } = context.connection.api;
  await writeObject(
    {
      ...write,
      typedBack: { what: `the ${noun} id`, text: id, why },
      read: (document, sent) => {
        answerOf(document, sent);
        return deletionOf(id);
      },
    },
    { view: deletionsView, choice },
    context,
  );
}
