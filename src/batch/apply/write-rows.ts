// Writes the rows of a batch: journalled, sent, journalled again; it stops early when further rows would fail too.

import { CreditctlError, isInterruption } from '../../errors.ts';
import type { SendRow } from '../../orb/connection.ts';
import type { Reply } from '../../record/attempt.ts';
import type { ApiRequest } from '../../requests/request.ts';
import { isJsonObject } from '../../wire/json.ts';
import { journalFault } from './batch-folder.ts';
import type { BatchJournal, RowOutcome } from './batch-journal.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import { type Groups, inGroupsOf, runKeyed } from './keyed-queue.ts';
import { type RowStates, rowState } from './row-states.ts';

/** A request of a batch, ready to be sent. */
export interface BatchWrite {
  readonly row: number;
  readonly key: string;
  readonly customer: { readonly id: string };
  readonly request: ApiRequest;
}

/** What a run has done so far. */
export interface Tally {
  succeeded: number;
  refused: number;
  unknown: number;
  /** Attempts that were made again. */
  retries: number;
}

export interface WriteContext {
  readonly send: SendRow;
  readonly journal: BatchJournal;
  readonly states: RowStates;
  /** Of the connection, milliseconds since the epoch. */
  readonly now: () => number;
  readonly interruption: AbortSignal;
  readonly tally: Tally;
  /** How many may be in flight; one limit for the whole run. */
  readonly limit: ConcurrencyLimit;
  /** Rows that one flush notes as begun, before the first is sent. At most twice as many are begun at a time. */
  readonly ahead: number;
  /** Called when a row has ended. */
  readonly onEnd: () => void;
}

/** After this many consecutive rows without an answer, the API counts as unreachable. */
const lostMax = 3;

/**
 * Resolves with why it stopped before the last row, if it did.
 * @param groups the rows, as many at a time as they come
 */
export async function writeRows(
  groups: Groups<BatchWrite>,
  context: WriteContext,
): Promise<CreditctlError | undefined> {
  const writer = new RowWriter(context);
  await runKeyed(writer.intended(groups), {
    keyOf: ({ customer }) => customer.id,
    limit: () => context.limit.limit,
    run: (row) => writer.write(row),
    isStopped: () => writer.isStopped,
  });
  writer.noteUnsent();
  return writer.stoppedBy;
}

class RowWriter {
  readonly #context: WriteContext;
  /** Rows that are noted as begun and were not sent yet. */
  readonly #begun = new Map<string, { readonly row: number; readonly inDoubt: boolean }>();
  #lost = 0;
  #clock = { now: Number.NaN, text: '' };
  stoppedBy: CreditctlError | undefined;

  constructor(context: WriteContext) {
    this.#context = context;
  }

  get isStopped(): boolean {
    return this.stoppedBy !== undefined || this.#context.interruption.aborted;
  }

  /** The rows once they are noted as begun. The next group is noted while this one is sent, so no row waits for the disk. */
  async *intended(groups: Groups<BatchWrite>): AsyncGenerator<readonly BatchWrite[]> {
    const left = inGroupsOf(this.#context.ahead, groups);
    let next = this.#nextOf(left);
    try {
      for (let group = await next; group.length > 0; group = await next) {
        next = this.#nextOf(left);
        yield group;
      }
    } finally {
      // All begun rows have to be known before the unsent ones are noted.
      await next;
      await left.return(undefined);
    }
  }

  /** Empty at the end, or if the rows could not be noted. */
  async #nextOf(left: AsyncGenerator<readonly BatchWrite[]>): Promise<readonly BatchWrite[]> {
    try {
      const { value = [] } = await left.next();
      return (await this.#begin(value)) ? value : [];
    } catch (error) {
      this.stoppedBy ??= error instanceof CreditctlError ? error : defect(error);
      return [];
    }
  }

  async #begin(group: readonly BatchWrite[]): Promise<boolean> {
    const { journal, states } = this.#context;
    const at = this.#at();
    try {
      let noted = Promise.resolve();
      // They share one flush, and with it one promise.
      for (const { row, key } of group) noted = journal.append({ event: 'intended', at, row, key });
      await noted;
    } catch (error) {
      this.stoppedBy ??= journalFault(error);
      return false;
    }
    for (const { row, key } of group) {
      const state = states.get(key);
      const inDoubt = state === rowState.intended || state === rowState.unknown;
      if (!inDoubt) states.set(key, rowState.intended);
      this.#begun.set(key, { row, inDoubt });
    }
    return true;
  }

  /** Notes which begun rows were not sent after all. */
  noteUnsent(): void {
    for (const [key, { row, inDoubt }] of this.#begun)
      if (!inDoubt) this.#note({ row, key }, { event: 'unsent' });
  }

  /** Resolves to whether the customer's next row may follow: not after one whose outcome is unknown. */
  async write(row: BatchWrite): Promise<boolean> {
    const { send, limit, tally, onEnd } = this.#context;
    const inDoubt = this.#begun.get(row.key)?.inDoubt === true;
    this.#begun.delete(row.key);
    const { epoch } = limit;
    let retries = 0;
    const onSetback = (): void => {
      retries += 1;
      tally.retries += 1;
      limit.decrease(epoch);
    };
    try {
      const reply = await send(row.request, row.key, { inDoubt, onSetback });
      if (retries === 0) limit.increase();
      this.#lost = 0;
      tally.succeeded += 1;
      this.#note(row, settledBy(reply));
      return true;
    } catch (error) {
      return this.#failed(row, error, inDoubt);
    } finally {
      onEnd();
    }
  }

  #failed(row: BatchWrite, error: unknown, inDoubt: boolean): boolean {
    const { tally } = this.#context;
    if (!(error instanceof CreditctlError)) {
      this.stoppedBy ??= defect(error);
      this.#note(row, { event: 'unknown', message: String(error) });
      return false;
    }
    const about = aboutFailure(error);
    if (isAnswer(error)) {
      this.#lost = 0;
      tally.refused += 1;
      this.#note(row, { event: 'refused', ...about });
      return true;
    }
    const isUnknown = error.facts.applied === 'unknown' || inDoubt;
    if (isUnknown) tally.unknown += 1;
    this.#note(row, { event: isUnknown ? 'unknown' : 'unsent', ...about });
    if (isInterruption(error)) return false;
    // A conflict says nothing about the row, but the API did answer.
    this.#lost = error.facts.status === 409 ? 0 : this.#lost + 1;
    if (error.kind === 'credentials' || isJournalFault(error) || this.#lost >= lostMax)
      this.stoppedBy ??= error;
    return false;
  }

  #note({ row, key }: Pick<BatchWrite, 'row' | 'key'>, outcome: RowOutcome): void {
    const { journal, states } = this.#context;
    states.set(key, stateAfter[outcome.event]);
    const { event, ...more } = outcome;
    journal.note({ event, at: this.#at(), row, key, ...more }, (error) => {
      this.stoppedBy ??= journalFault(error);
    });
  }

  /** Many rows end in one millisecond. */
  #at(): string {
    const now = this.#context.now();
    if (now !== this.#clock.now) this.#clock = { now, text: new Date(now).toISOString() };
    return this.#clock.text;
  }
}

export const stateAfter = {
  intended: rowState.intended,
  settled: rowState.settled,
  refused: rowState.refused,
  unknown: rowState.unknown,
  unsent: rowState.planned,
} as const;

/** The API, or a check of this program, refused this very row; the next one may succeed. */
export const isAnswer = ({ kind, facts }: CreditctlError): boolean =>
  facts.applied === 'no' && (kind === 'rejected' || kind === 'not-found' || kind === 'usage');

const isJournalFault = ({ kind }: CreditctlError): boolean => kind === 'failure';

function settledBy({ status, requestId, replayed, document }: Reply): RowOutcome {
  const entry = isJsonObject(document) && typeof document.id === 'string' ? document.id : undefined;
  return {
    event: 'settled',
    status,
    ...(requestId === undefined ? {} : { request_id: requestId }),
    ...(entry === undefined ? {} : { entry }),
    ...(replayed ? { replayed: true } : {}),
  };
}

function aboutFailure({ message, facts }: CreditctlError): Omit<RowOutcome, 'event'> {
  return {
    ...(facts.status === undefined ? {} : { status: facts.status }),
    ...(facts.requestId === undefined ? {} : { request_id: facts.requestId }),
    message,
  };
}

const defect = (error: unknown): CreditctlError =>
  new CreditctlError('failure', `A row failed for a reason that nobody expected: ${String(error)}`, {
    cause: error,
  });
