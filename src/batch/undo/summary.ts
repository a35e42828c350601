// What an undoing comes to: summed row by row, so that no row has to be kept.
import { type Amount, zero } from '../../credits/amount.ts';
import { addMoved, type MovedCredits } from '../../requests/moved-credits.ts';
import type { ApiRequest } from '../../requests/request.ts';
import type { BatchUndo } from '../../views/batch-undo.ts';
import { ReasonCount } from '../apply/reason-count.ts';
import type { RowUndo } from './inverse-rows.ts';

/** What writes move, all of them and the largest of them. */
export class Moved {
  readonly #sums = new Map<string, MovedCredits>();
  largest: Amount = zero;
  writes = 0;

  get credits(): readonly MovedCredits[] {
    return [...this.#sums.values()];
  }

  add(request: Pick<ApiRequest, 'body'>): void {
    this.writes += 1;
    this.largest = addMoved(request, this.#sums, this.largest);
  }
}

/** Rows taken back, to be taken back and not to be had; the writes that are to come. */
export class UndoSums {
  readonly moved = new Moved();
  readonly #reasons = new ReasonCount();
  #rows = 0;
  #takenBack = 0;
  #notTakenBack = 0;
  #already = 0;
  /** Rows of which something is still to be taken back. */
  left = 0;

  add({ writes, before, cannot }: RowUndo): void {
    this.#rows += 1;
    this.#already += before;
    if (writes.length > 0) this.left += 1;
    if (writes.length === 0 && before > 0 && cannot.length === 0) this.#takenBack += 1;
    if (cannot.length > 0) this.#notTakenBack += 1;
    for (const { request } of writes) this.moved.add(request);
    // Ids differ from row to row, and the reason is the same.
    for (const sentence of cannot)
      this.addReason(sentence.replace(/\bblock \S+?(?=[\s,.:]|$)/g, 'block …'), 1);
  }

  addReason(reason: string, rows: number): void {
    this.#reasons.add(reason, rows);
  }

  summary(batch: string): BatchUndo {
    return {
      batch,
      rows: this.#rows,
      taken_back: this.#takenBack,
      not_taken_back: this.#notTakenBack,
      writes: this.moved.writes,
      already: this.#already,
      credits: this.moved.credits,
      reasons: this.#reasons.all(),
    };
  }
}
