// Notes how rows ended, many at a time, soon after each has ended.
import { CreditctlError } from '../../../errors.ts';
import type { Ended, NewFact } from '../../../record/facts.ts';
import type { AccountRecord } from '../../../record/record.ts';

/**
 * An outcome that no row waits for is appended after so many others, all at once, or so many milliseconds: longer where
 * the record is slow, so that no more than a tenth of the time goes to it.
 */
const keptMax = 1024;
const keptFor = { atLeast: 100, atMost: 2000, times: 10 };

export interface RowEnd extends NewFact {
  readonly fact: Ended;
}

/**
 * Appends facts of which each is about a key of its own; where a key has moved on meanwhile, another process has taken or
 * settled it, and its fact is left out. Resolves with the new versions, by key. Throws what the record throws, and a
 * `refused` error if a later run of the batch has begun.
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

/** A later run of the batch, or its undo, has begun: this one works on no further row. */
export const overtaken = (): CreditctlError =>
  new CreditctlError('refused', 'Another process has gone on with this batch, so this run stopped', {
    applied: 'no',
  });

/** Takes the outcomes of rows, and appends those that come together at once. */
export class RowOutcomes {
  readonly #record: Pick<AccountRecord, 'append'>;
  readonly #onEnded: (key: string) => void;
  readonly #monotonic: () => number;
  /** Milliseconds that the last of them took. */
  #took = 0;
  #ends: RowEnd[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();
  /** Why outcomes could not be noted; nothing more is to be sent then. */
  fault: CreditctlError | undefined;

  /** @param around `onEnded` gets each key whose outcome is in the record; `monotonic` is in milliseconds */
  constructor(
    record: Pick<AccountRecord, 'append'>,
    around: { readonly onEnded: (key: string) => void; readonly monotonic: () => number },
  ) {
    this.#record = record;
    this.#onEnded = around.onEnded;
    this.#monotonic = around.monotonic;
  }

  /** Notes how a row ended, soon: until then it counts as begun, and is settled under its key. */
  add(end: RowEnd): void {
    this.#ends.push(end);
    if (this.#ends.length >= keptMax) this.#append();
    else this.#timer ??= setTimeout(() => this.#append(), this.#pause());
  }

  /** Resolves when all that was added is in the record, or `fault` says why not. */
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

  /** All that came while the one before was under way: a record that is gone is waited for twice, and not for each group. */
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
