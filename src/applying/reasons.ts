// Why rows of a batch failed: found in its journal by where their last lines begin, and counted.
import { closeSync, openSync, readSync } from 'node:fs';
import { outcomeOf, type RowOutcome, readBatchJournal } from './batch-journal.ts';
import type { Results, Telling } from './results.ts';
import { rowState } from './row-states.ts';

/** Different reasons beyond these are counted together. */
const reasonsMax = 1000;
const otherReasons = 'other reasons';

/** Finds the last line about a row in the journal. */
export class Reasons {
  readonly #telling: Telling;
  readonly #counts = new Map<string, number>();
  #descriptor: number | undefined;

  constructor(telling: Telling) {
    this.#telling = telling;
  }

  of(key: string): RowOutcome {
    this.#descriptor ??= this.#opened();
    const outcome = outcomeOf(lineAt(this.#descriptor, this.#telling.states.noteOf(key)));
    const reason = outcome.message ?? 'nobody has noted how it ended';
    const name = this.#counts.has(reason) || this.#counts.size < reasonsMax ? reason : otherReasons;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    return { ...outcome, message: reason };
  }

  counted(): Results['reasons'] {
    return [...this.#counts]
      .map(([reason, rows]) => ({ reason, rows }))
      .sort((a, b) => b.rows - a.rows || (a.reason < b.reason ? -1 : 1));
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
  }

  #opened(): number {
    const { journal, locking, states } = this.#telling;
    readBatchJournal(journal, locking, {
      onRow: ({ key, event }, start) => {
        if (event !== 'settled' && states.get(key) !== rowState.none) states.note(key, start);
      },
    });
    return openSync(journal, 'r');
  }
}

function lineAt(descriptor: number, start: number): Buffer {
  for (let size = 4096; ; size *= 4) {
    const bytes = Buffer.alloc(size);
    const read = readSync(descriptor, bytes, 0, size, start);
    const stop = bytes.indexOf(0x0a);
    if (stop !== -1 || read < size) return bytes.subarray(0, stop === -1 ? read : stop);
  }
}
