// Shows deleted objects by their ids, because the API answers a deletion with an empty body.
import { viewOf } from '../output/view.ts';

export interface Deletion {
  readonly id: string;
  readonly deleted: true;
}

export const deletionsView = viewOf<Deletion>({
  columns: [
    { name: 'id', text: ({ id }) => id },
    { name: 'deleted', hideRank: 1, text: () => 'true' },
  ],
  none: 'nothing was deleted',
});

/** The row for one id. */
export function deletionOf(id: string): {
  readonly record: Deletion;
  readonly document: { id: string; deleted: true };
} {
  return { record: { id, deleted: true }, document: { id, deleted: true } };
}
