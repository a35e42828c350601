// Takes a batch back once it is agreed to: each account as it stands by then, and never further than was shown.
import type { Plan } from '../batch/plan-reader.ts';
import { inOrder } from '../batch/side-by-side.ts';
import { CreditctlError } from '../errors.ts';
import type { BatchUndo } from '../views/batch-undo.ts';
import { type CarriedRow, type Carrying, carryRows, type Tally } from './carry-rows.ts';
import { paceOf } from './progress.ts';
import { carryingOf, Run } from './run-batch.ts';
import type { Session } from './session.ts';
import { isDone } from './survey.ts';
import { rowsOf, type UndoAccount } from './undo-accounts.ts';
import { extended, isWithin, noExtent } from './undo-extent.ts';
import { type Looked, widthOf } from './undo-looked.ts';
import { type RowUndo, type UndoContext, undoOf } from './undo-rows.ts';
import { Moved, UndoSums } from './undo-summary.ts';

export interface Undone {
  readonly undo: BatchUndo;
  readonly stoppedBy: CreditctlError | undefined;
  /** Writes whose outcome is not known. */
  readonly unknown: number;
}

export interface CarryBack {
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
  const base = known.applied?.results ?? '';
  const run = new Run({ plan, left: 0, base, retriesRefused: false, isUndo: true }, session);
  await run.begin();
  const pace = paceOf(agreed.sums.moved.writes, tally, runtime);
  const sent = new Sent({ ...(await carryingOf(tally, pace, session)), states: known.undone });
  const back = new Back({ agreed, context, carrying: sent.carrying });
  const stoppedBy = await back.carry(accounts);
  pace.end();
  // What stands there now says what is left, whoever did what.
  session.journal.flush();
  const sums = new UndoSums();
  for await (const rows of inOrder(accounts, widthOf(context), (account) => undoOf(account, context)))
    for (const row of rows) sums.add(row);
  sums.addReason(movedOn, back.leftOut);
  const { writes, credits } = sent.moved();
  const { already } = agreed.sums.summary(folder.id);
  const undo = { ...sums.summary(folder.id), writes, credits, already };
  const unprocessed = undo.rows - undo.taken_back - undo.not_taken_back;
  const counts = {
    succeeded: undo.taken_back,
    failed: undo.not_taken_back,
    unknown: tally.unknown,
    unprocessed: Math.max(0, unprocessed),
  };
  const unended = await run.end({ counts });
  const { reason } = runtime.interruption;
  const interrupted = reason instanceof CreditctlError ? reason : undefined;
  return { undo, stoppedBy: interrupted ?? stoppedBy ?? unended, unknown: tally.unknown };
}

const movedOn =
  'The ledger moved after the sums were shown, and more would be taken back than was agreed to: run it again.';

/** The writes of a run that are in the ledger, summed; only those of which nobody knows are kept. */
class Sent {
  readonly carrying: Carrying;
  readonly #moved = new Moved();
  readonly #inDoubt = new Map<string, CarriedRow['request']>();

  constructor(carrying: Carrying) {
    const send: Carrying['send'] = async (request, key, how) => {
      this.#inDoubt.set(key, request);
      try {
        const reply = await carrying.send(request, key, how);
        this.#moved.add(request);
        this.#inDoubt.delete(key);
        return reply;
      } catch (error) {
        if (error instanceof CreditctlError && error.facts.applied === 'no') this.#inDoubt.delete(key);
        throw error;
      }
    };
    this.carrying = { ...carrying, send };
  }

  /** Also those that were in doubt and have been found in the ledger since. */
  moved(): Moved {
    for (const [key, request] of this.#inDoubt)
      if (isDone(this.carrying.states.get(key))) this.#moved.add(request);
    this.#inDoubt.clear();
    return this.#moved;
  }
}

class Back {
  readonly #agreed: Looked;
  readonly #context: UndoContext;
  readonly #carrying: Carrying;
  #failure: unknown;
  /** Rows that would be taken back further than was agreed to. */
  leftOut = 0;

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

  /** Many customers side by side, each looked up shortly before it is their turn. */
  async *#writesOf(grants: readonly UndoAccount[]): AsyncGenerator<readonly CarriedRow[]> {
    const look = async (account: UndoAccount) => ({ account, rows: await undoOf(account, this.#context) });
    try {
      for await (const { account, rows } of inOrder(grants, widthOf(this.#context), look)) {
        const writes = rows.flatMap((row) => row.writes);
        if (isWithin(extended(noExtent, writes), this.#agreedOf(account))) yield writes;
        else this.#leaveOut(rows);
      }
    } catch (error) {
      // What is under way has to come to its end first.
      this.#failure = error;
    }
  }

  /** Where rows drew on the same blocks, what one takes back changes what the next can. */
  async #oneByOne(account: UndoAccount): Promise<CreditctlError | undefined> {
    let extent = noExtent;
    for (const row of rowsOf(account)) {
      if (this.#carrying.interruption.aborted) return undefined;
      const undo = await undoOf(account, this.#context, [row]);
      const writes = undo.flatMap((each) => each.writes);
      extent = extended(extent, writes);
      if (!isWithin(extent, this.#agreedOf(account))) {
        this.#leaveOut(undo);
        return undefined;
      }
      const stopped = await carryRows([writes], this.#carrying);
      if (stopped !== undefined) return stopped;
    }
    return undefined;
  }

  #leaveOut(rows: readonly RowUndo[]): void {
    this.leftOut += rows.filter(({ writes }) => writes.length > 0).length;
  }

  #agreedOf(account: UndoAccount) {
    return this.#agreed.extents.get(account) ?? noExtent;
  }
}
