// Executes the undo of a batch after the person agreed: looks each account up again, and undoes no more than was shown.
import { CreditctlError } from '../../errors.ts';
import type { BatchUndo } from '../../views/batch-undo.ts';
import { BatchRun, type RunBeginning } from '../apply/run/batch-run.ts';
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
  /** Writes whose outcome is not known. */
  readonly unknown: number;
  /** Rows that another run may take back further. */
  readonly left: number;
  /** Not all rows could be looked up again after the writes. */
  readonly isLookupPartial: boolean;
}

interface ConfirmedUndo extends Pick<RunBeginning, 'plan' | 'caps'> {
  /** What became of rows of unknown outcome. */
  readonly looked: Ends;
  readonly accounts: readonly UndoAccount[];
  readonly preview: UndoPreview;
  readonly context: UndoContext;
}

/** Sends what was shown in the preview, notes the run and finds out what became of each row. */
export async function executeUndo(
  { plan, looked, accounts, preview, context, caps }: ConfirmedUndo,
  session: Session,
): Promise<Undone> {
  const { runtime, id } = session;
  const run = await beginUndo({ plan, caps }, session);
  const writing = writeContext(run, preview.sums.moved.writes, session);
  try {
    await noteLooked(looked, run, session);
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
    const stopped = interruptedBy(runtime.interruption) ?? stoppedBy ?? lookupFault ?? noteFault ?? endFault;
    return { undo, stoppedBy: stopped, unknown, left, isLookupPartial: lookupFault !== undefined };
  } catch (error) {
    throw lostAfterSending(error, writing.tally, { verb: 'undo', ...session });
  } finally {
    run.release();
  }
}

/** What became of each row: what the record knows by now, and of all else what the ledgers say. */
async function lookAgain(
  accounts: readonly UndoAccount[],
  soFar: UndoneSoFar,
  { run, session }: { readonly run: BatchRun; readonly session: Session },
) {
  const undone = await UndoneRows.read(session.record, session.id, soFar.context.undone);
  const outcome = await outcomeOf(accounts, { ...soFar, context: { ...soFar.context, undone } });
  // A write whose reply was lost may have been found by now.
  const noteFault = await faultOf(async () => {
    await undone.noteFound(run.noting);
    return undefined;
  });
  return { ...outcome, noteFault };
}

/** Notes that a batch is undone where an earlier run could not note it. Sends nothing. */
export async function recordTakenBack(
  {
    plan,
    looked,
    undo,
    context,
    caps,
  }: Pick<ConfirmedUndo, 'plan' | 'looked' | 'context' | 'caps'> & { readonly undo: BatchUndo },
  session: Session,
): Promise<Undone> {
  const nothing = { left: 0, unknown: 0, isLookupPartial: false };
  const run = await beginUndo({ plan, caps }, session);
  try {
    await noteLooked(looked, run, session);
    await context.undone.noteFound(run.noting);
    return { undo, stoppedBy: await run.end(countsOf(undo, nothing)), ...nothing };
  } finally {
    run.release();
  }
}

function beginUndo(beginning: Pick<ConfirmedUndo, 'plan' | 'caps'>, session: Session): Promise<BatchRun> {
  const results = session.runs.applied?.results ?? '';
  return BatchRun.begin({ ...beginning, results, retriesRefused: true, isUndo: true }, session);
}

const noteLooked = (looked: Ends, { noting }: BatchRun, session: Session): Promise<void> =>
  noteEnds(looked, { open: session.open, noting, session });

/** A row that can be undone further counts as not processed, even if the rest of it cannot be undone. */
const countsOf = (
  { rows, taken_back: succeeded }: BatchUndo,
  { left, unknown }: Pick<Undone, 'left' | 'unknown'>,
) => ({ succeeded, failed: rows - succeeded - left, unknown, unprocessed: Math.max(0, left - unknown) });

/** Undoes accounts one after the other, and leaves out those that would be undone further than was shown. */
class AccountsUndo {
  readonly #preview: UndoPreview;
  readonly #context: UndoContext;
  readonly #writing: RowWriteContext;
  #failure: unknown;
  /** Accounts that would be undone further than was shown. */
  readonly leftOut = new Set<UndoAccount>();

  constructor({
    preview,
    context,
    writing,
  }: Pick<ConfirmedUndo, 'preview' | 'context'> & { readonly writing: RowWriteContext }) {
    this.#preview = preview;
    this.#context = context;
    this.#writing = writing;
  }

  /** Resolves with why it stopped before the last account, if it did. */
  async execute(accounts: readonly UndoAccount[]): Promise<CreditctlError | undefined> {
    const grants = accounts.filter(({ isOfGrants }) => isOfGrants);
    let stoppedBy = await writeRows(this.#writesOf(grants), this.#writing);
    if (this.#failure !== undefined && !(this.#failure instanceof CreditctlError)) throw this.#failure;
    stoppedBy ??= this.#failure;
    for (const account of accounts) if (!account.isOfGrants) stoppedBy ??= await this.#oneByOne(account);
    return stoppedBy;
  }

  /**
   * Each customer is looked up before their writes are noted as begun. Two flushes are gathered ahead and rows of one
   * customer wait for each other, so some 1,000 other writes may be sent between a lookup and its writes.
   */
  async *#writesOf(grants: readonly UndoAccount[]): AsyncGenerator<readonly BatchWrite[]> {
    try {
      for await (const { account, rows } of accountUndosOf(grants, this.#context)) {
        const writes = rows.flatMap((row) => row.writes);
        if (isWithin(extendedBy(noUndo, writes), this.#limitOf(account))) yield writes;
        else this.leftOut.add(account);
      }
    } catch (error) {
      // The writes in flight have to end first.
      this.#failure = error;
    }
  }

  /** Where rows drew on the same blocks, the undo of one changes what is left for the next. */
  #oneByOne(account: UndoAccount): Promise<CreditctlError | undefined> {
    let total = noUndo;
    return faultOf(async () => {
      for (const row of rowsOf(account)) {
        if (this.#writing.interruption.aborted) return undefined;
        const undo = await rowUndosOf(account, this.#context, [row]);
        const writes = undo.flatMap((each) => each.writes);
        total = extendedBy(total, writes);
        if (!isWithin(total, this.#limitOf(account))) {
          this.leftOut.add(account);
          return undefined;
        }
        const stopped = await writeRows([writes], this.#writing);
        if (stopped !== undefined) return stopped;
      }
      return undefined;
    });
  }

  #limitOf(account: UndoAccount) {
    return this.#preview.limits.get(account) ?? noUndo;
  }
}

/** Sums the writes of a run that are in the ledger; keeps only those that were refused or whose outcome is unknown. */
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

  /** Why writes were refused for good, by their keys: sending them again would change nothing. */
  get refusals(): ReadonlyMap<string, string> {
    return this.#refusals;
  }

  #failed(key: string, error: CreditctlError): void {
    if (error.facts.applied === 'no') this.#inDoubt.delete(key);
    if (isAnswer(error)) this.#refusals.set(key, error.message);
  }

  /** Call it at the end: a write in doubt that another process has settled since then counts as written. */
  async end(): Promise<{ readonly moved: Moved; readonly unknown: number }> {
    const { lookup } = this.writing.noting;
    const states = await lookup.recordedStates([...this.#inDoubt.keys()]);
    for (const [key, request] of this.#inDoubt) {
      if (lookup.standing(key, states.get(key)) !== 'done') continue;
      this.#moved.add(request);
      this.#inDoubt.delete(key);
    }
    return { moved: this.#moved, unknown: this.#inDoubt.size };
  }
}
