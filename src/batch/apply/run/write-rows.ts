// Writes the rows of a batch: notes each row, sends it and notes its outcome; stops early if further rows would fail, too.
import { CreditctlError, isInterruption } from '../../../errors.ts';
import type { RowAnswer, SendRow } from '../../../orb/connection.ts';
import type { Building, Ended } from '../../../record/facts.ts';
import { numberText } from '../../../wire/json.ts';
import type { BatchWrite } from '../../plan/plan-lines.ts';
import { type Groups, inGroupsOf } from '../recorded/row-lookup.ts';
import { type BegunRow, type NotingRun, noteRows } from './begin-rows.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import { runKeyed } from './keyed-queue.ts';
import type { OtherTerms } from './other-terms.ts';
import { asFault, type RowOutcomes } from './row-outcomes.ts';

/** Counts of a run so far. */
export interface Tally {
  succeeded: number;
  refused: number;
  /** Rows that a cap held back. */
  held: number;
  unknown: number;
  /** Number of repeated attempts. */
  retries: number;
  /** Why a row was not sent, and with it the later rows of its customer. Other customers' rows go on. */
  heldBackBy?: CreditctlError;
}

export interface RowWriteContext {
  readonly send: SendRow;
  readonly noting: NotingRun;
  readonly outcomes: RowOutcomes;
  readonly interruption: AbortSignal;
  readonly tally: Tally;
  /** Collects grants that differ from their requests. */
  readonly otherTerms: OtherTerms;
  /** Limit of rows in flight, shared by the whole run. */
  readonly limit: ConcurrencyLimit;
  /** Number of rows to note as begun before the first is sent; at most twice as many are begun at once. */
  readonly ahead: number;
  /** Masks secrets in recorded texts. */
  readonly mask: (text: string) => string;
  /** Called when a row ends. */
  readonly onEnd: () => void;
}

/** Number of consecutive rows without an answer after which the API counts as unreachable. */
const lostMax = 3;

/**
 * Resolves with the error that stopped it, if any; by then every outcome is in the record, as far as the record accepts it.
 * @param groups the rows
 */
export async function writeRows(
  groups: Groups<BatchWrite>,
  context: RowWriteContext,
): Promise<CreditctlError | undefined> {
  const writer = new RowWriter(context);
  await runKeyed(writer.begun(groups), {
    keyOf: ({ write }) => write.customer.id,
    limit: () => context.limit.limit,
    run: (row) => writer.write(row),
    isStopped: () => writer.isStopped,
  });
  writer.noteUnsent();
  await context.outcomes.flush();
  return writer.stoppedBy ?? context.outcomes.fault;
}

class RowWriter {
  readonly #context: RowWriteContext;
  /** Rows that are noted as begun but not sent yet. */
  readonly #unsent = new Map<string, BegunRow>();
  #lost = 0;
  stoppedBy: CreditctlError | undefined;

  constructor(context: RowWriteContext) {
    this.#context = context;
  }

  get isStopped(): boolean {
    const { interruption, outcomes } = this.#context;
    return this.stoppedBy !== undefined || interruption.aborted || outcomes.fault !== undefined;
  }

  /** The rows after they are noted as begun. The next group is noted while this group is sent, so no row waits for the disk. */
  async *begun(groups: Groups<BatchWrite>): AsyncGenerator<readonly BegunRow[]> {
    const left = inGroupsOf(this.#context.ahead, groups);
    let next = this.#nextOf(left);
    try {
      for (let group = await next; group !== undefined; group = await next) {
        next = this.#nextOf(left);
        yield group;
      }
    } finally {
      // The last group must be noted before `noteUnsent` runs.
      await next;
      await left.return(undefined);
    }
  }

  /** Notes the next group; `undefined` at the end, or if noting failed. */
  async #nextOf(left: AsyncGenerator<readonly BatchWrite[]>): Promise<readonly BegunRow[] | undefined> {
    const { noting, tally } = this.#context;
    try {
      const { value: rows = [] } = await left.next();
      if (rows.length === 0) return undefined;
      const { begun, over, underWay } = await noteRows(rows, noting);
      for (const row of begun) this.#unsent.set(row.write.key, row);
      tally.held += over;
      tally.unknown += underWay;
      if (over + underWay > 0) this.#context.onEnd();
      return begun;
    } catch (error) {
      this.stoppedBy ??= asFault(error);
      return undefined;
    }
  }

  /** Notes begun rows that were not sent. */
  noteUnsent(): void {
    for (const row of this.#unsent.values()) if (!row.inDoubt) this.#note(row, 'unsent', {});
  }

  /** Resolves to whether the customer's next row may follow; false after a row of unknown outcome. */
  async write(row: BegunRow): Promise<boolean> {
    const { send, limit, tally, onEnd } = this.#context;
    const { write, inDoubt } = row;
    this.#unsent.delete(write.key);
    const { epoch } = limit;
    let retries = 0;
    const onRetry = (): void => {
      retries += 1;
      tally.retries += 1;
      limit.decrease(epoch);
    };
    try {
      const reply = await send(write.request, write.key, { inDoubt, onRetry });
      if (retries === 0) limit.increase();
      this.#lost = 0;
      this.#settled(row, reply);
      tally.succeeded += 1;
      return true;
    } catch (error) {
      return this.#failed(row, error);
    } finally {
      onEnd();
    }
  }

  #failed(row: BegunRow, error: unknown): boolean {
    const { tally } = this.#context;
    if (!(error instanceof CreditctlError)) {
      this.stoppedBy ??= defect(error);
      tally.unknown += 1;
      this.#note(row, 'unknown', { message: String(error) });
      return false;
    }
    const { message, facts } = error;
    const about = { message, status: facts.status, requestId: facts.requestId };
    if (isAnswer(error)) {
      this.#lost = 0;
      tally.refused += 1;
      this.#note(row, 'refused', about);
      return true;
    }
    const isUnknown = facts.applied === 'unknown' || row.inDoubt;
    if (isUnknown) tally.unknown += 1;
    this.#note(row, isUnknown ? 'unknown' : 'unsent', about);
    if (isInterruption(error)) return false;
    if (!isUnknown) tally.heldBackBy ??= error;
    // A conflict leaves the row's outcome open, but the API is reachable.
    this.#lost = facts.status === 409 ? 0 : this.#lost + 1;
    const endsRun = error.kind === 'credentials' || error.kind === 'failure' || error.kind === 'refused';
    if (endsRun || this.#lost >= lostMax) this.stoppedBy ??= error;
    return false;
  }

  /** The answer may lack the balances, because no check compares them. */
  #settled(row: BegunRow, reply: RowAnswer): void {
    const { outcomes, otherTerms, mask } = this.#context;
    const { record, document, replayed } = reply;
    const fact = this.#ended(row, 'settled', reply);
    if (replayed) fact.replayed = replayed;
    fact.entry = mask(record.id);
    fact.block = mask(record.credit_block.id);
    fact.amount = record.amount;
    const before = numberText(document.starting_balance);
    if (before !== undefined) fact.starting_balance = before;
    const after = numberText(document.ending_balance);
    if (after !== undefined) fact.ending_balance = after;
    const end = { fact, after: row.version };
    const message = otherTerms.add(row.write, document);
    outcomes.add(message === undefined ? end : { ...end, texts: { message: mask(message) } });
  }

  #note(row: BegunRow, state: Ended['state'], { message, ...answered }: About): void {
    const { outcomes, mask } = this.#context;
    const end = { fact: this.#ended(row, state, answered), after: row.version };
    outcomes.add(message === undefined ? end : { ...end, texts: { message: mask(message) } });
  }

  #ended(
    { write, attempt }: BegunRow,
    state: Ended['state'],
    { status, requestId }: Answered,
  ): Building<Ended> {
    const fact: Building<Ended> = { kind: 'ended', key: write.key, attempt, state };
    if (status !== undefined) fact.status = status;
    if (requestId !== undefined) fact.request_id = this.#context.mask(requestId);
    return fact;
  }
}

/** Status and request id of an answer or error. */
interface Answered {
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
}

interface About extends Answered {
  readonly message?: string;
}

/** Whether the API or a local check refused this particular row; the next row may still succeed. */
export const isAnswer = ({ kind, facts }: CreditctlError): boolean =>
  facts.applied === 'no' && (kind === 'rejected' || kind === 'not-found' || kind === 'usage');

const defect = (error: unknown): CreditctlError =>
  new CreditctlError('failure', `A row failed unexpectedly: ${String(error)}`, {
    cause: error,
  });
