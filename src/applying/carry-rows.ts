// Carries out the rows of a batch: noted, sent, noted again; it stops by itself where going on makes no sense.
import type { SendRow } from '../connection.ts';
import { CreditctlError } from '../errors.ts';
import type { ApiRequest } from '../requests/request.ts';
import type { Reply } from '../submission/submit.ts';
import { isJsonObject } from '../wire/json.ts';
import type { BatchJournal, RowOutcome } from './batch-journal.ts';
import { journalFault } from './disk-fault.ts';
import type { InFlight } from './in-flight.ts';
import { runInLanes } from './lanes.ts';
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
  /** Rows that are noted as begun in one flush, before the first of them leaves. */
  readonly ahead: number;
  /** Told when a row has come to an end. */
  readonly onEnd: () => void;
}

/** So many rows in a row without an answer, all attempts spent, and the API is taken for gone. */
const lostMax = 3;

/** Resolves with why it stopped before the last row, if it did. */
export async function carryRows(
  rows: AsyncIterable<CarriedRow>,
  carrying: Carrying,
): Promise<CreditctlError | undefined> {
  const run = new Run(carrying);
  await runInLanes(run.intended(rows), {
    laneOf: ({ customer }) => customer.id,
    width: () => carrying.width.limit,
    act: async (row) => {
      const goesOn = await run.act(row);
      carrying.onEnd();
      return goesOn;
    },
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
  stoppedBy: CreditctlError | undefined;

  constructor(carrying: Carrying) {
    this.#carrying = carrying;
  }

  get isOver(): boolean {
    return this.stoppedBy !== undefined || this.#carrying.interruption.aborted;
  }

  /** The rows once they are noted as begun, many in one flush. */
  async *intended(rows: AsyncIterable<CarriedRow>): AsyncGenerator<CarriedRow> {
    const { ahead } = this.#carrying;
    let group: CarriedRow[] = [];
    for await (const row of rows) {
      group.push(row);
      if (group.length < ahead) continue;
      if (!(await this.#begin(group))) return;
      yield* group;
      group = [];
    }
    if (await this.#begin(group)) yield* group;
  }

  async #begin(group: readonly CarriedRow[]): Promise<boolean> {
    const { journal, states } = this.#carrying;
    const at = this.#at();
    try {
      await Promise.all(group.map(({ row, key }) => journal.append({ event: 'intended', at, row, key })));
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
  act(row: CarriedRow): Promise<boolean> {
    const inDoubt = this.#begun.get(row.key)?.inDoubt === true;
    this.#begun.delete(row.key);
    return this.#send(row, inDoubt);
  }

  async #send(row: CarriedRow, inDoubt: boolean): Promise<boolean> {
    const { send, width, tally } = this.#carrying;
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
    this.#lost += 1;
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

  #at(): string {
    return new Date(this.#carrying.now()).toISOString();
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
const isAnswer = ({ kind, facts }: CreditctlError): boolean =>
  facts.applied === 'no' && (kind === 'rejected' || kind === 'not-found' || kind === 'usage');

const isInterruption = ({ kind }: CreditctlError): boolean => kind === 'interrupted' || kind === 'terminated';

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
