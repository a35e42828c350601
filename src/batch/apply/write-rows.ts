// Carries out the rows of a batch: noted, sent, noted again; it stops by itself where going on makes no sense.

import { CreditctlError, isInterruption } from '../../errors.ts';
import type { SendRow } from '../../orb/connection.ts';
import type { Reply } from '../../record/attempt.ts';
import type { ApiRequest } from '../../requests/request.ts';
import { isJsonObject } from '../../wire/json.ts';
import type { BatchJournal, RowOutcome } from './batch-journal.ts';
import type { InFlight } from './concurrency-limit.ts';
import { journalFault } from './disk-fault.ts';
import { runInLanes } from './keyed-queue.ts';
import { type Groups, inGroupsOf } from './row-groups.ts';
import { type RowStates, rowState } from './row-states.ts';

/** A write of a batch. */
export interface CarriedRow {
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
  setbacks: number;
}

export interface Carrying {
  readonly send: SendRow;
  readonly journal: BatchJournal;
  readonly states: RowStates;
  /** Of the connection, milliseconds since the epoch. */
  readonly now: () => number;
  readonly interruption: AbortSignal;
  readonly tally: Tally;
  /** How many may be under way; one for the whole run. */
  readonly width: InFlight;
  /** Rows that are noted as begun in one flush, before the first of them leaves; twice as many are begun at most. */
  readonly ahead: number;
  /** Told when a row has come to an end. */
  readonly onEnd: () => void;
}

/** So many rows in a row without an answer, all attempts spent, and the API is taken for gone. */
const lostMax = 3;

/**
 * Resolves with why it stopped before the last row, if it did.
 * @param groups the rows, as many at a time as they come
 */
export async function carryRows(
  groups: Groups<CarriedRow>,
  carrying: Carrying,
): Promise<CreditctlError | undefined> {
  const run = new Run(carrying);
  await runInLanes(run.intended(groups), {
    laneOf: ({ customer }) => customer.id,
    width: () => carrying.width.limit,
    act: (row) => run.act(row),
    isOver: () => run.isOver,
  });
  run.giveBack();
  return run.stoppedBy;
}

class Run {
  readonly #carrying: Carrying;
  /** Rows that are noted as begun and have not left. */
  readonly #begun = new Map<string, { readonly row: number; readonly inDoubt: boolean }>();
  #lost = 0;
  #clock = { now: Number.NaN, text: '' };
  stoppedBy: CreditctlError | undefined;

  constructor(carrying: Carrying) {
    this.#carrying = carrying;
  }

  get isOver(): boolean {
    return this.stoppedBy !== undefined || this.#carrying.interruption.aborted;
  }

  /** The rows once they are noted as begun, the next ones while these are sent: nobody waits for the disk. */
  async *intended(groups: Groups<CarriedRow>): AsyncGenerator<readonly CarriedRow[]> {
    const left = inGroupsOf(this.#carrying.ahead, groups);
    let next = this.#nextOf(left);
    try {
      for (let group = await next; group.length > 0; group = await next) {
        next = this.#nextOf(left);
        yield group;
      }
    } finally {
      // What was begun has to be known before it can be given back.
      await next;
      await left.return(undefined);
    }
  }

  /** None if the rows are at an end, or cannot be begun. */
  async #nextOf(left: AsyncGenerator<readonly CarriedRow[]>): Promise<readonly CarriedRow[]> {
    try {
      const { value = [] } = await left.next();
      return (await this.#begin(value)) ? value : [];
    } catch (error) {
      this.stoppedBy ??= error instanceof CreditctlError ? error : defect(error);
      return [];
    }
  }

  async #begin(group: readonly CarriedRow[]): Promise<boolean> {
    const { journal, states } = this.#carrying;
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

  /** Notes which rows have not left after all. */
  giveBack(): void {
    for (const [key, { row, inDoubt }] of this.#begun)
      if (!inDoubt) this.#note({ row, key }, { event: 'unsent' });
  }

  /** Resolves to whether the customer's next row may follow: not after one of which nobody knows. */
  async act(row: CarriedRow): Promise<boolean> {
    const { send, width, tally, onEnd } = this.#carrying;
    const inDoubt = this.#begun.get(row.key)?.inDoubt === true;
    this.#begun.delete(row.key);
    const { age } = width;
    let setbacks = 0;
    const onSetback = (): void => {
      setbacks += 1;
      tally.setbacks += 1;
      width.setback(age);
    };
    try {
      const reply = await send(row.request, row.key, { inDoubt, onSetback });
      if (setbacks === 0) width.good();
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

  #failed(row: CarriedRow, error: unknown, inDoubt: boolean): boolean {
    const { tally } = this.#carrying;
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
    // A conflict tells nothing of the row, but that the API is there.
    this.#lost = error.facts.status === 409 ? 0 : this.#lost + 1;
    if (error.kind === 'credentials' || isJournalFault(error) || this.#lost >= lostMax)
      this.stoppedBy ??= error;
    return false;
  }

  #note({ row, key }: Pick<CarriedRow, 'row' | 'key'>, outcome: RowOutcome): void {
    const { journal, states } = this.#carrying;
    states.set(key, stateAfter[outcome.event]);
    const { event, ...more } = outcome;
    journal.note({ event, at: this.#at(), row, key, ...more }, (error) => {
      this.stoppedBy ??= journalFault(error);
    });
  }

  /** Many rows end in one millisecond. */
  #at(): string {
    const now = this.#carrying.now();
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

/** The API, or a guard of this program, said no to this very row: the next one may fare better. */
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
