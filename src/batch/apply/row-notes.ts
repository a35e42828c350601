// The facts about rows as they go into the record: noted in groups before they are sent, ended in groups soon after.
import { CreditctlError } from '../../errors.ts';
import type { Ended, NewFact } from '../../record/facts.ts';
import type { AccountRecord } from '../../record/record.ts';
import { groupSize } from './row-lookup.ts';

/** An outcome that nobody waits for is appended after so many others, or so many milliseconds. */
const keptMax = 512;
const keptFor = 100;

/** How an attempt at a row ended. */
export interface RowEnd extends Omit<Ended, 'kind'> {
  readonly message?: string;
  /** The version of the key when it was noted. */
  readonly after: number;
}

export function endedFact({ message, after, ...ended }: RowEnd): NewFact {
  const fact: Ended = { kind: 'ended', ...ended };
  return message === undefined ? { fact, after } : { fact, after, texts: { message } };
}

/**
 * Appends facts of which each is about a key of its own; where a key has moved on meanwhile, somebody else has taken or
 * settled it, and its fact is left out. Resolves with the new versions, by key. Throws what the record throws.
 */
export async function appendWhatFits(
  record: Pick<AccountRecord, 'append'>,
  facts: readonly NewFact[],
): Promise<ReadonlyMap<string, number>> {
  const versions = new Map<string, number>();
  for (let at = 0; at < facts.length; at += groupSize) {
    let left = facts.slice(at, at + groupSize);
    while (left.length > 0) {
      const appended = await record.append(left);
      if (appended.kind === 'over') throw new TypeError('no cap was to be checked');
      if (appended.kind === 'appended') {
        for (const [index, fact] of left.entries()) versions.set(keyOf(fact), appended.versions[index] ?? 0);
        break;
      }
      const moved = new Set(appended.keys);
      left = left.filter((fact) => !moved.has(keyOf(fact)));
    }
  }
  return versions;
}

const keyOf = ({ fact }: NewFact): string => ('key' in fact ? fact.key : '');

/** Takes the outcomes of rows, and appends those that come together at once. */
export class RowOutcomes {
  readonly #record: Pick<AccountRecord, 'append'>;
  readonly #onEnded: (key: string) => void;
  #ends: RowEnd[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last: Promise<void> = Promise.resolve();
  /** Why outcomes could not be noted; nothing more is to be sent then. */
  fault: CreditctlError | undefined;

  /** @param onEnded told of each key whose outcome is in the record */
  constructor(record: Pick<AccountRecord, 'append'>, onEnded: (key: string) => void) {
    this.#record = record;
    this.#onEnded = onEnded;
  }

  /** Notes how a row ended, soon: until then it counts as begun, and is settled under its key. */
  add(end: RowEnd): void {
    this.#ends.push(end);
    if (this.#ends.length >= keptMax) this.#append();
    else this.#timer ??= setTimeout(() => this.#append(), keptFor);
  }

  /** Resolves when all that was added is in the record, or `fault` says why not. */
  async flush(): Promise<void> {
    this.#append();
    await this.#last;
  }

  #append(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const ends = this.#ends.splice(0);
    if (ends.length === 0) return;
    this.#last = this.#last.then(() => this.#appended(ends));
  }

  async #appended(ends: readonly RowEnd[]): Promise<void> {
    try {
      await appendWhatFits(this.#record, ends.map(endedFact));
      for (const { key } of ends) this.#onEnded(key);
    } catch (error) {
      this.fault ??= asFault(error);
    }
  }
}

export const asFault = (error: unknown): CreditctlError =>
  error instanceof CreditctlError
    ? error
    : new CreditctlError('failure', `The record failed for a reason that nobody expected: ${String(error)}`, {
        cause: error,
      });
