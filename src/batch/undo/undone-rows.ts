// Tracks which rows of a batch are already undone, from the record and from the ledgers.
import type { AccountRecord } from '../../record/record.ts';
import { noteFound } from '../apply/found-rows.ts';
import { type FoundRow, rowStateOf } from '../apply/recorded/row-lookup.ts';
import type { NotingRun } from '../apply/run/begin-rows.ts';
import type { PlanRow } from '../plan/plan-lines.ts';

/** An undo write that a ledger has but the record does not. */
interface FoundUndo {
  readonly row: PlanRow;
  readonly entry: FoundRow['entry'];
}

export class UndoneRows {
  readonly #done = new Set<string>();
  /** Number of writes that undid parts of a row, by the row's key. */
  readonly #writes = new Map<string, number>();
  readonly #complete = new Set<string>();
  readonly #found = new Map<string, FoundUndo>();

  /** Reads the batch's undo writes from the record, and keeps those that `found` has from the ledgers. */
  static async read(
    record: Pick<AccountRecord, 'writes' | 'batchRuns'>,
    batch: string,
    found?: UndoneRows,
  ): Promise<UndoneRows> {
    const undone = new UndoneRows();
    const filter = { batch, states: ['settled'], withRows: true, isUndo: true } as const;
    const begun = new Map((await record.batchRuns({ batch })).map((run) => [run.run, run.begun]));
    for await (const { key, undoes, toFollow, noted, run } of record.writes(filter)) {
      if (undoes === null) continue;
      undone.#add(key, undoes);
      // A run that takes over an open write may send less than the note said, after credits were used.
      const isAsNoted = noted > (begun.get(run ?? 0) ?? 0);
      if (toFollow === 0 && isAsNoted) undone.#complete.add(undoes);
    }
    if (found !== undefined)
      for (const [key, each] of found.#found) if (!undone.isDone(key)) undone.find(key, each);
    return undone;
  }

  /** Whether an undo write is in the ledger. @param key of that write */
  isDone(key: string): boolean {
    return this.#done.has(key);
  }

  /** Whether a row is completely undone. @param row its key */
  isComplete(row: string): boolean {
    return this.#complete.has(row);
  }

  /** Number of writes that undid parts of a row. @param row its key */
  writesFor(row: string): number {
    return this.#writes.get(row) ?? 0;
  }

  /** @param key of a write that the ledger has but the record does not */
  find(key: string, found: FoundUndo): void {
    this.#found.set(key, found);
    this.#add(key, found.row.key);
  }

  /** Whether the ledgers had undo writes that a run must note. */
  get hasFound(): boolean {
    return this.#found.size > 0;
  }

  /** Notes the found undo writes. A later reading decides whether they complete their row. Throws the record's errors. */
  async noteFound(run: NotingRun): Promise<void> {
    const states = await run.lookup.recordedStates([...this.#found.keys()]);
    const found = new Map<string, FoundRow>();
    for (const [key, { row, entry }] of this.#found) {
      const known = states.get(key);
      const rowState = rowStateOf(known);
      const write = { ...row, key, undoes: row.key, toFollow: 1 };
      if (rowState !== 'done')
        found.set(key, { entry, known, planned: rowState === 'open' ? undefined : write });
    }
    await noteFound(found, run);
  }

  #add(key: string, row: string): void {
    if (this.#done.has(key)) return;
    this.#done.add(key);
    this.#writes.set(row, this.writesFor(row) + 1);
  }
}
