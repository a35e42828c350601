// Executes a confirmed undo of a batch: reads each account again, and undoes no more than the preview showed.
import { CreditctlError } from '../../errors.ts';
import type { BatchUndo } from '../../views/batch-undo.ts';
import { type BatchRun, beginRun, type RunBeginning } from '../apply/run/batch-run.ts';
import { faultOf, interruptedBy, lostAfterSending } from '../apply/run/run-faults.ts';
import { type Ends, noteEnds } from '../apply/run/settle-rows.ts';
import { isAnswer, type RowWriteContext, writeRows } from '../apply/run/write-rows.ts';
import { writeContext } from '../apply/run-batch.ts';
import type { Session } from '../apply/session.ts';
import type { BatchWrite } from '../plan/plan-lines.ts';
import { rowsOf, type UndoAccount } from './accounts.ts';
import { rowUndosOf, type UndoContext } from './inverse-rows.ts';
import {
  accountUndosOf,
  extendedBy,
  isWithin,
  Moved,
  noUndo,
  outcomeOf,
  type UndoneSoFar,
  type UndoPreview,
} from './preview.ts';
import { UndoneRows } from './undone-rows.ts';

export interface Undone {
  readonly undo: BatchUndo;
  readonly stoppedBy: CreditctlError | undefined;
  /** Number of writes of unknown outcome. */
  readonly unknown: number;
  /** Rows of which another run may undo more. */
  readonly left: number;
  /** Whether reading some accounts failed after the writes. */
  readonly isLookupPartial: boolean;
}

interface ConfirmedUndo extends Pick<RunBeginning, 'plan' | 'caps'> {
  /** The search result for rows of unknown outcome. */
  readonly looked: Ends;
  readonly accounts: readonly UndoAccount[];
  readonly preview: UndoPreview;
  readonly context: UndoContext;
}

/** Sends the writes of the preview, notes the run and reads the outcome of each row. */
export async function executeUndo(
  { plan, looked, accounts, preview, context, caps }: ConfirmedUndo,
  session: Session,
): Promise<Undone> {
  const { runtime, id } = session;
  const run = await beginUndo({ plan, caps }, session);
  const writing = writeContext(run, preview.sums.moved.writes, session);
  try {
    await noteEnds(looked, { open: session.open, noting: run.noting, session });
    await context.undone.noteFound(run.noting);
    const sent = new SentWrites(writing);
    const undoing = new AccountsUndo({ preview, context, writing: sent.writing });
    const stoppedBy = await undoing.execute(accounts);
    writing.pace.end();
    const warning = writing.otherTerms.note();
    if (warning !== undefined) runtime.note(warning);
    const soFar = { leftOut: undoing.leftOut, refusals: sent.refusals, context };
    const { sums, left, lookupFault, noteFault } = await lookAgain(accounts, soFar, { run, session });
    const { moved, unknown } = await sent.end();
    const { rows, already } = preview.sums.summary(id);
    const undo = { ...sums.summary(id), rows, writes: moved.writes, credits: moved.credits, already };
    const endFault = await run.end(countsOf(undo, { left, unknown }));
    const interrupted = interruptedBy(runtime.interruption, left + unknown);
    const stopped =
      interrupted ?? stoppedBy ?? writing.tally.heldBackBy ?? lookupFault ?? noteFault ?? endFault;
    return { undo, stoppedBy: stopped, unknown, left, isLookupPartial: lookupFault !== undefined };
  } catch (error) {
    throw lostAfterSending(error, writing.tally, { verb: 'undo', ...session });
  } finally {
    run.release();
  }
}

/** Reads the outcome of each row, first from the record and otherwise from the ledgers. */
async function lookAgain(
  accounts: readonly UndoAccount[],
  soFar: UndoneSoFar,
  { run, session }: { readonly run: BatchRun; readonly session: Session },
) {
  const undone = await UndoneRows.read(session.record, session.id, soFar.context.undone);
  const outcome = await outcomeOf(accounts, { ...soFar, context: { ...soFar.context, undone } });
  // A write whose reply was lost may now be in the ledger.
  const noteFault = await faultOf(async () => void (await undone.noteFound(run.noting)));
  return { ...outcome, noteFault };
}

/** Notes that a batch is undone if an earlier run could not. Sends nothing. */
export async function recordTakenBack(
  {
    looked,
    undo,
    context,
    ...beginning
  }: Pick<ConfirmedUndo, 'plan' | 'looked' | 'context' | 'caps'> & { readonly undo: BatchUndo },
  session: Session,
): Promise<Undone> {
  const nothing = { left: 0, unknown: 0, isLookupPartial: false };
  const run = await beginUndo(beginning, session);
  try {
    await noteEnds(looked, { open: session.open, noting: run.noting, session });
    await context.undone.noteFound(run.noting);
    return { undo, stoppedBy: await run.end(countsOf(undo, nothing)), ...nothing };
  } finally {
    run.release();
  }
}

function beginUndo(beginning: Pick<ConfirmedUndo, 'plan' | 'caps'>, session: Session): Promise<BatchRun> {
  const results = session.runs.applied?.results ?? '';
  return beginRun({ ...beginning, results, retriesRefused: true, isUndo: true }, session);
}

/** A row that can be undone further counts as unprocessed, even if another part of it cannot be undone. */
const countsOf = (
  { rows, taken_back: succeeded }: BatchUndo,
  { left, unknown }: Pick<Undone, 'left' | 'unknown'>,
) => ({ succeeded, failed: rows - succeeded - left, unknown, unprocessed: Math.max(0, left - unknown) });

interface UndoWriting extends Pick<ConfirmedUndo, 'preview' | 'context'> {
  readonly writing: RowWriteContext;
}

/** Undoes accounts in order, and skips accounts whose undo would exceed the preview. */
class AccountsUndo {
  readonly #undo: UndoWriting;
  #failure: unknown;
  /** Accounts whose undo would exceed the preview. */
  readonly leftOut = new Set<UndoAccount>();

  constructor(undo: UndoWriting) {
    this.#undo = undo;
  }

  /** Resolves with the error that stopped it, or `undefined` after the last account. */
  async execute(accounts: readonly UndoAccount[]): Promise<CreditctlError | undefined> {
    const grants = accounts.filter(({ isOfGrants }) => isOfGrants);
    let stoppedBy = await writeRows(this.#writesOf(grants), this.#undo.writing);
    if (this.#failure !== undefined && !(this.#failure instanceof CreditctlError)) throw this.#failure;
    stoppedBy ??= this.#failure;
    for (const account of accounts) if (!account.isOfGrants) stoppedBy ??= await this.#oneByOne(account);
    return stoppedBy;
  }

  /**
   * Reads each account before noting its writes as begun. The run gathers two flushes ahead, and one customer's rows are
   * sent in sequence, so some 1,000 other writes may be sent between an account's reading and its writes.
   */
  async *#writesOf(grants: readonly UndoAccount[]): AsyncGenerator<readonly BatchWrite[]> {
    try {
      for await (const { account, rows } of accountUndosOf(grants, this.#undo.context)) {
        const writes = rows.flatMap((row) => row.writes);
        if (isWithin(extendedBy(noUndo, writes), this.#limitOf(account))) yield writes;
        else this.leftOut.add(account);
      }
    } catch (error) {
      // `execute` throws the error after the writes in flight end.
      this.#failure = error;
    }
  }

  /** If rows drew from the same blocks, undoing one row changes what is left for the next. */
  #oneByOne(account: UndoAccount): Promise<CreditctlError | undefined> {
    let total = noUndo;
    return faultOf(async () => {
      for (const row of rowsOf(account)) {
        if (this.#undo.writing.interruption.aborted) return undefined;
        const undo = await rowUndosOf(account, this.#undo.context, [row]);
        const writes = undo.flatMap((each) => each.writes);
        total = extendedBy(total, writes);
        if (!isWithin(total, this.#limitOf(account))) {
          this.leftOut.add(account);
          return undefined;
        }
        const stopped = await this.#oneRow(writes);
        if (stopped !== undefined) return stopped;
      }
      return undefined;
    });
  }

  /** After a refused write, no later one completes the row: a part of the row is not undone. */
  async #oneRow(writes: readonly BatchWrite[]): Promise<CreditctlError | undefined> {
    const { tally } = this.#undo.writing;
    const missing = () => tally.refused + tally.held;
    const begun = missing();
    for (const write of writes) {
      const before = tally.succeeded + missing();
      const toFollow = (write.toFollow ?? 0) + (missing() > begun ? 1 : 0);
      const stopped = await writeRows([[{ ...write, toFollow }]], this.#undo.writing);
      // Without an answer, a later run sends the other writes of the row.
      if (stopped !== undefined || tally.succeeded + missing() === before) return stopped;
    }
    return undefined;
  }

  #limitOf(account: UndoAccount) {
    return this.#undo.preview.limits.get(account) ?? noUndo;
  }
}

/** Sums a run's applied writes; keeps only refused writes and writes of unknown outcome. */
class SentWrites {
  readonly writing: RowWriteContext;
  readonly #moved = new Moved();
  readonly #inDoubt = new Map<string, BatchWrite['request']>();
  readonly #refusals = new Map<string, string>();

  constructor(writing: RowWriteContext) {
    const send: RowWriteContext['send'] = async (request, key, how) => {
      this.#inDoubt.set(key, request);
      try {
        const reply = await writing.send(request, key, how);
        this.#moved.add(request);
        this.#inDoubt.delete(key);
        return reply;
      } catch (error) {
        if (error instanceof CreditctlError) this.#failed(key, error);
        throw error;
      }
    };
    this.writing = { ...writing, send };
  }

  /** Reasons of final refusals, by key: sending such a write again has no effect. */
  get refusals(): ReadonlyMap<string, string> {
    return this.#refusals;
  }

  #failed(key: string, error: CreditctlError): void {
    if (error.facts.applied === 'no') this.#inDoubt.delete(key);
    if (isAnswer(error)) this.#refusals.set(key, error.message);
  }

  /** Call this last: a write of unknown outcome that another process settled meanwhile counts as applied. */
  async end(): Promise<{ readonly moved: Moved; readonly unknown: number }> {
    const { lookup } = this.writing.noting;
    const states = await lookup.recordedStates([...this.#inDoubt.keys()]);
    for (const [key, request] of this.#inDoubt) {
      if (lookup.rowState(key, states.get(key)) !== 'done') continue;
      this.#moved.add(request);
      this.#inDoubt.delete(key);
    }
    return { moved: this.#moved, unknown: this.#inDoubt.size };
  }
}
