// What an undoing of a batch comes to: rows, credits, and the reasons why some of it cannot be had, counted.

import { zero } from '../credits/amount.ts';
import { addMoved, type MovedCredits } from '../requests/moved-credits.ts';
import type { BatchUndo } from '../views/batch-undo.ts';
import type { Session } from './session.ts';
import type { RowUndo } from './undo-rows.ts';

/** Ids differ from row to row, and the reason is the same. */
function reasonsOf(rows: readonly RowUndo[]): BatchUndo['reasons'] {
  const counts = new Map<string, number>();
  for (const { cannot } of rows)
    for (const sentence of cannot) {
      const reason = sentence.replace(/\bblock \S+?(?=[\s,.:]|$)/g, 'block …');
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
  return [...counts].map(([reason, count]) => ({ reason, rows: count })).sort((a, b) => b.rows - a.rows);
}

/** @param writes those that there are to do, or that were done */
export function summary(rows: readonly RowUndo[], { folder }: Session, writes: RowUndo['writes']): BatchUndo {
  const sums = new Map<string, MovedCredits>();
  for (const { request } of writes) addMoved(request, sums, zero);
  const isBack = ({ writes: left, before, cannot }: RowUndo): boolean =>
    left.length === 0 && before > 0 && cannot.length === 0;
  const takenBack = rows.filter(isBack).length;
  return {
    batch: folder.id,
    rows: rows.length,
    taken_back: takenBack,
    not_taken_back: rows.filter(({ cannot }) => cannot.length > 0).length,
    writes: writes.length,
    already: rows.reduce((sum, { before }) => sum + before, 0),
    credits: [...sums.values()],
    reasons: reasonsOf(rows),
  };
}
