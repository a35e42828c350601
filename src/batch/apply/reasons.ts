// Why rows of a batch failed: found in its journal by where their last lines begin, and counted.
import { closeSync, openSync, readSync } from 'node:fs';
import { outcomeOf, type RowOutcome, readBatchJournal } from './batch-journal.ts';
import { ReasonCount } from './reason-count.ts';
import type { Results, Telling } from './results.ts';
import { rowState } from './row-states.ts';

/** Finds the last line about a row in the journal. */
export class Reasons {
  readonly #telling: Telling;
  readonly #counts = new ReasonCount();
  #descriptor: number | undefined;

  constructor(telling: Telling) {
    this.#telling = telling;
  }

  of(key: string): RowOutcome {
    this.#descriptor ??= this.#opened();
    const outcome = outcomeOf(lineAt(this.#descriptor, this.#telling.states.noteOf(key)));
    const reason = outcome.message ?? 'nobody has noted how it ended';
    this.#counts.add(reason);
    return { ...outcome, message: reason };
  }

  counted(): Results['reasons'] {
    return this.#counts.all();
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
