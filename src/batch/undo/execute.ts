// Takes a batch back once it is agreed to: each account is looked up once more, and goes no further than was shown.

import { CreditctlError } from '../../errors.ts';
import type { BatchUndo } from '../../views/batch-undo.ts';
import { isDone } from '../apply/plan-scan.ts';
import { paceOf } from '../apply/progress.ts';
import { carryingOf, Run } from '../apply/run-batch.ts';
import type { Session } from '../apply/session.ts';
import { type CarriedRow, type Carrying, carryRows, isAnswer, type Tally } from '../apply/write-rows.ts';
import type { Plan } from '../plan/plan-reader.ts';
import { inOrder } from '../plan/side-by-side.ts';
import { rowsOf, type UndoAccount } from './accounts.ts';
import { type UndoContext, undoOf } from './inverse-rows.ts';
import { extended, isWithin, type Looked, Moved, noExtent, outcomeOf, widthOf } from './preview.ts';

export interface Undone {
  readonly undo: BatchUndo;
  readonly stoppedBy: CreditctlError | undefined;
  /** Writes whose outcome is not known. */
  readonly unknown: number;
  /** Rows that another run may take back further. */
  readonly left: number;
  /** Not all rows could be looked up again after the writes. */
  readonly isUnseen: boolean;
}

interface CarryBack {
  readonly plan: Plan;
  readonly accounts: readonly UndoAccount[];
  readonly agreed: Looked;
  readonly context: UndoContext;
}

export async function carryBack(
  { plan, accounts, agreed, context }: CarryBack,
  session: Session,
): Promise<Undone> {
  const { known, runtime, folder } = session;
  const tally: Tally = { succeeded: 0, refused: 0, unknown: 0, setbacks: 0 };
  const run = undoRun(plan, session);
  await run.begin();
  const pace = paceOf(agreed.sums.moved.writes, tally, runtime);
  const sent = new Sent({ ...(await carryingOf(tally, pace, session)), states: known.undone });
  const back = new Back({ agreed, context, carrying: sent.carrying });
  const stoppedBy = await back.carry(accounts);
  pace.end();
  run.flush();
  const { sums, left, unseenFor } = await outcomeOf(accounts, {
    leftOut: back.leftOut,
    refusals: sent.refusals,
    context,
  });
  const { moved, unknown } = sent.end();
  const { rows, already } = agreed.sums.summary(folder.id);
  const { writes, credits } = moved;
  const undo = { ...sums.summary(folder.id), rows, writes, credits, already };
  const unended = await run.end({ counts: countsOf(undo, { left, unknown }) });
  const { reason } = runtime.interruption;
  const interrupted = reason instanceof CreditctlError ? reason : undefined;
  const stopped = interrupted ?? stoppedBy ?? unseenFor ?? unended;
  return { undo, stoppedBy: stopped, unknown, left, isUnseen: unseenFor !== undefined };
}

/** Notes that a batch is taken back which an earlier run could not see to its end; nothing is sent. */
export async function noteTakenBack(plan: Plan, undo: BatchUndo, session: Session): Promise<Undone> {
  const nothing = { left: 0, unknown: 0, isUnseen: false };
  const run = undoRun(plan, session);
  await run.begin();
  const stoppedBy = await run.end({ counts: countsOf(undo, nothing) });
  return { undo, stoppedBy, ...nothing };
}

function undoRun(plan: Plan, session: Session): Run {
  const base = session.known.applied?.results ?? '';
  return new Run({ plan, left: 0, base, retriesRefused: false, isUndo: true }, session);
}

/** A row of which more can be taken back has not come to its end, even if not all of it can be. */
const countsOf = (
  { rows, taken_back: succeeded }: BatchUndo,
  { left, unknown }: Pick<Undone, 'left' | 'unknown'>,
) => ({ succeeded, failed: rows - succeeded - left, unknown, unprocessed: Math.max(0, left - unknown) });

class Back {
  readonly #agreed: Looked;
  readonly #context: UndoContext;
  readonly #carrying: Carrying;
  #failure: unknown;
  /** Accounts that would be taken back further than was agreed to. */
  readonly leftOut = new Set<UndoAccount>();

  constructor({
    agreed,
    context,
    carrying,
  }: Pick<CarryBack, 'agreed' | 'context'> & { readonly carrying: Carrying }) {
    this.#agreed = agreed;
    this.#context = context;
    this.#carrying = carrying;
  }

  /** Resolves with why it stopped before the last account, if it did. */
  async carry(accounts: readonly UndoAccount[]): Promise<CreditctlError | undefined> {
    const grants = accounts.filter(({ isOfGrants }) => isOfGrants);
    let stoppedBy = await carryRows(this.#writesOf(grants), this.#carrying);
    if (this.#failure !== undefined && !(this.#failure instanceof CreditctlError)) throw this.#failure;
    stoppedBy ??= this.#failure;
    for (const account of accounts) if (!account.isOfGrants) stoppedBy ??= await this.#oneByOne(account);
    return stoppedBy;
  }

  /**
   * Many customers side by side, each looked up before their writes are noted as begun. Two flushes of them are gathered
   * ahead, and many rows of one customer wait in their lane: some 1,000 other writes may leave between a look and its own.
   */
  async *#writesOf(grants: readonly UndoAccount[]): AsyncGenerator<readonly CarriedRow[]> {
    const look = async (account: UndoAccount) => ({ account, rows: await undoOf(account, this.#context) });
    try {
      for await (const { account, rows } of inOrder(grants, widthOf(this.#context), look)) {
        const writes = rows.flatMap((row) => row.writes);
        if (isWithin(extended(noExtent, writes), this.#agreedOf(account))) yield writes;
        else this.leftOut.add(account);
      }
    } catch (error) {
      // What is under way has to come to its end first.
      this.#failure = error;
    }
  }

  /** Where rows drew on the same blocks, what one takes back changes what the next can. */
  async #oneByOne(account: UndoAccount): Promise<CreditctlError | undefined> {
    let extent = noExtent;
    try {
      for (const row of rowsOf(account)) {
        if (this.#carrying.interruption.aborted) return undefined;
        const undo = await undoOf(account, this.#context, [row]);
        const writes = undo.flatMap((each) => each.writes);
        extent = extended(extent, writes);
        if (!isWithin(extent, this.#agreedOf(account))) {
          this.leftOut.add(account);
          return undefined;
        }
        const stopped = await carryRows([writes], this.#carrying);
        if (stopped !== undefined) return stopped;
      }
    } catch (error) {
      // What came before has to be told.
      if (error instanceof CreditctlError) return error;
      throw error;
    }
    return undefined;
  }

  #agreedOf(account: UndoAccount) {
    return this.#agreed.extents.get(account) ?? noExtent;
  }
}

/** The writes of a run that are in the ledger, summed; only those of which nobody knows and those that were refused are kept. */
export class Sent {
  readonly carrying: Carrying;
  readonly #moved = new Moved();
  readonly #inDoubt = new Map<string, CarriedRow['request']>();
  readonly #refusals = new Map<string, string>();

  constructor(carrying: Carrying) {
    const send: Carrying['send'] = async (request, key, how) => {
      this.#inDoubt.set(key, request);
      try {
        const reply = await carrying.send(request, key, how);
        this.#moved.add(request);
        this.#inDoubt.delete(key);
        return reply;
      } catch (error) {
        if (error instanceof CreditctlError) this.#failed(key, error);
        throw error;
      }
    };
    this.carrying = { ...carrying, send };
  }

  /** Why writes were refused for good, by their keys: to send them again would change nothing. */
  get refusals(): ReadonlyMap<string, string> {
    return this.#refusals;
  }

  #failed(key: string, error: CreditctlError): void {
    if (error.facts.applied === 'no') this.#inDoubt.delete(key);
    if (isAnswer(error)) this.#refusals.set(key, error.message);
  }

  /** To be asked when all is over: what was in doubt and has been found in the ledger since is in doubt no more. */
  end(): { readonly moved: Moved; readonly unknown: number } {
    for (const [key, request] of this.#inDoubt) {
      if (!isDone(this.carrying.states.get(key))) continue;
      this.#moved.add(request);
      this.#inDoubt.delete(key);
    }
    return { moved: this.#moved, unknown: this.#inDoubt.size };
  }
}
