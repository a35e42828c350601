// What of a batch was taken back before: by what the record knows, and by what was found in the ledgers.
import type { AccountRecord } from '../../record/record.ts';
import { noteFound } from '../apply/found-rows.ts';
import { type FoundRow, standingOf } from '../apply/recorded/row-lookup.ts';
import type { NotingRun } from '../apply/run/begin-rows.ts';
import type { PlanRow } from '../plan/plan-lines.ts';

/** A write that took a row back, in a ledger, though the record does not know it. */
interface FoundUndo {
  readonly row: PlanRow;
  readonly entry: FoundRow['entry'];
}

export class UndoneRows {
  readonly #done = new Set<string>();
  /** By the key of the row: how many writes took parts of it back. */
  readonly #writes = new Map<string, number>();
  readonly #complete = new Set<string>();
  readonly #found = new Map<string, FoundUndo>();

  /** Reads what the record knows by now; what was found in the ledgers before is kept. */
  static async read(
    record: Pick<AccountRecord, 'writes'>,
    batch: string,
    found?: UndoneRows,
  ): Promise<UndoneRows> {
    const undone = new UndoneRows();
    const filter = { batch, states: ['settled'], withRows: true, isUndo: true } as const;
    for await (const { key, undoes, toFollow } of record.writes(filter)) {
      if (undoes === null) continue;
      undone.#add(key, undoes);
      if (toFollow === 0) undone.#complete.add(undoes);
    }
    if (found !== undefined)
      for (const [key, each] of found.#found) if (!undone.isDone(key)) undone.find(key, each);
    return undone;
  }

  /** Whether a write that takes a part of a row back is in the ledger. @param key of that write */
  isDone(key: string): boolean {
    return this.#done.has(key);
  }

  /** Whether nothing of a row is left to take back. @param row its key */
  isComplete(row: string): boolean {
    return this.#complete.has(row);
  }

  /** How many writes took parts of a row back. @param row its key */
  writesFor(row: string): number {
    return this.#writes.get(row) ?? 0;
  }

  /** @param key of a write that the ledger has and the record has not */
  find(key: string, found: FoundUndo): void {
    this.#found.set(key, found);
    this.#add(key, found.row.key);
  }

  /** Whether anything was found that a run has to note. */
  get hasFound(): boolean {
    return this.#found.size > 0;
  }

  /** Notes what was found; whether it completes a row is left to the next look at it. Throws what the record throws. */
  async noteFound(run: NotingRun): Promise<void> {
    const states = await run.lookup.recordedStates([...this.#found.keys()]);
    const found = new Map<string, FoundRow>();
    for (const [key, { row, entry }] of this.#found) {
      const known = states.get(key);
      const standing = standingOf(known);
      const write = { ...row, key, undoes: row.key, toFollow: 1 };
      if (standing !== 'done')
        found.set(key, { entry, known, planned: standing === 'open' ? undefined : write });
    }
    await noteFound(found, run);
  }

  #add(key: string, row: string): void {
    if (this.#done.has(key)) return;
    this.#done.add(key);
    this.#writes.set(row, this.writesFor(row) + 1);
  }
}
