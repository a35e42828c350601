// Records the outcomes of rows in batches, soon after each row ends.
import { CreditctlError, notApplied } from '../../../errors.ts';
import type { Ended, NewFact } from '../../../record/facts.ts';
import type { AccountRecord } from '../../../record/record.ts';

/**
 * Outcomes are appended after this many, or after this many milliseconds: longer if the record is slow, so that appending
 * takes at most a tenth of the time.
 */
const keptMax = 1024;
const keptFor = { atLeast: 100, atMost: 2000, times: 10 };

export interface RowEnd extends NewFact {
  readonly fact: Ended;
}

/**
 * Appends facts with distinct keys; leaves out a fact whose key another process has taken or settled meanwhile. Resolves
 * with the new versions by key. Throws the record's errors, and a `refused` error if a later run of the batch has begun.
 */
export async function appendWhatFits(
  record: Pick<AccountRecord, 'append'>,
  facts: readonly NewFact[],
): Promise<ReadonlyMap<string, number>> {
  const versions = new Map<string, number>();
  for (let at = 0; at < facts.length; at += keptMax) {
    let left = facts.slice(at, at + keptMax);
    while (left.length > 0) {
      const appended = await record.append(left);
      if (appended.kind === 'over') throw new TypeError('no cap was to be checked');
      if (appended.kind === 'appended') {
        for (const [index, fact] of left.entries()) versions.set(keyOf(fact), appended.versions[index] ?? 0);
        break;
      }
      const moved = new Set(appended.keys);
      const fitting = left.filter((fact) => !moved.has(keyOf(fact)));
      if (fitting.length === left.length) throw overtaken();
      left = fitting;
    }
  }
  return versions;
}

const keyOf = ({ fact }: NewFact): string => ('key' in fact ? fact.key : '');

/** The error after a later run of the batch, or its undo, has begun: this run must not send another row. */
export const overtaken = (): CreditctlError =>
  notApplied('refused', 'Another process has gone on with this batch, so this run stopped');

/** Collects outcomes of rows and appends them together. */
export class RowOutcomes {
  readonly #record: Pick<AccountRecord, 'append'>;
  readonly #onEnded: (key: string) => void;
  readonly #monotonic: () => number;
  /** Milliseconds that the last append took. */
  #took = 0;
  #ends: RowEnd[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();
  /** Why outcomes could not be recorded; no more rows may be sent then. */
  fault: CreditctlError | undefined;

  /** @param around `onEnded` gets each key whose outcome is in the record; `monotonic` counts milliseconds */
  constructor(
    record: Pick<AccountRecord, 'append'>,
    around: { readonly onEnded: (key: string) => void; readonly monotonic: () => number },
  ) {
    this.#record = record;
    this.#onEnded = around.onEnded;
    this.#monotonic = around.monotonic;
  }

  /** Queues an outcome; until it is appended, the row counts as begun and can be settled under its key. */
  add(end: RowEnd): void {
    this.#ends.push(end);
    if (this.#ends.length >= keptMax) this.#append();
    else this.#timer ??= setTimeout(() => this.#append(), this.#pause());
  }

  /** Resolves when all queued outcomes are in the record, or `fault` says why not. */
  async flush(): Promise<void> {
    this.#append();
    await this.#last;
  }

  #pause(): number {
    const { atLeast, atMost, times } = keptFor;
    return Math.min(atMost, Math.max(atLeast, times * this.#took));
  }

  #append(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#last = this.#last.then(() => this.#appended());
  }

  /** Appends everything queued during the previous append, so that a lost record costs two timeouts and not one for each group. */
  async #appended(): Promise<void> {
    const ends = this.#ends.splice(0);
    if (ends.length === 0) return;
    const begun = this.#monotonic();
    try {
      await appendWhatFits(this.#record, ends);
      this.#took = this.#monotonic() - begun;
      for (const { fact } of ends) this.#onEnded(fact.key);
    } catch (error) {
      this.fault ??= asFault(error);
    }
  }
}

export const asFault = (error: unknown): CreditctlError =>
  error instanceof CreditctlError
    ? error
    : new CreditctlError('failure', `The record failed unexpectedly: ${String(error)}`, {
        cause: error,
      });
