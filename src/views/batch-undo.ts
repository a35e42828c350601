// Shows the undo of a batch: rows, credits, and what cannot be undone.

import { counted } from '../credits/exact.ts';
import { plainColumn, type Row, viewOf } from '../output/view.ts';
import { type MovedCredits, movedDocument, movedText } from '../requests/moved-credits.ts';

export interface BatchUndo {
  readonly batch: string;
  /** Rows of the batch that are in the ledger. */
  readonly rows: number;
  /** Rows of which everything is undone by now. */
  readonly taken_back: number;
  /** Rows of which something, or everything, cannot be undone. */
  readonly not_taken_back: number;
  /** Undo writes of this run. */
  readonly writes: number;
  /** Undo writes of earlier runs, and of `undo` on a single row. */
  readonly already: number;
  /** What the writes of this run move. */
  readonly credits: readonly MovedCredits[];
  readonly reasons: readonly { readonly reason: string; readonly rows: number }[];
}

export function batchUndoRow(undo: BatchUndo): Row<BatchUndo> {
  const credits = undo.credits.map(movedDocument);
  return {
    record: undo,
    document: { ...undo, credits, reasons: undo.reasons.map((reason) => ({ ...reason })) },
  };
}

const plain = plainColumn<BatchUndo>;

export const batchUndoView = viewOf<BatchUndo>({
  columns: [
    plain('batch'),
    plain('rows'),
    plain('taken_back'),
    plain('not_taken_back'),
    plain('writes'),
    { ...plain('already'), header: 'earlier writes' },
    { name: 'credits', text: ({ credits }) => movedText(credits) },
    {
      name: 'reasons',
      text: ({ reasons }) =>
        reasons.map(({ reason, rows }) => `${counted(rows, 'row')}: ${reason}`).join('; '),
    },
  ],
  none: 'nothing to take back',
});
