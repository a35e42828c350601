// The writes that undo the rows of one customer: the newest row first, each by the inverse of what it did.
import { startOfDayIn } from '../../credits/calendar.ts';
import { add, amountFromText, compare, isPositive, subtract, sum, zero } from '../../credits/exact.ts';
import type { Connection } from '../../orb/connection.ts';
import { entryRequest } from '../../requests/entry-request.ts';
import { inverse } from '../../undo/inverse.ts';
import type { LaterMove, Present } from '../../undo/inverse-parts.ts';
import { rowUndoKey, rowUndoReason, stepsBack } from '../../undo/undo-key.ts';
import { type JsonObject, numberText } from '../../wire/json.ts';
import { SimulatedAccount } from '../plan/account.ts';
import type { BatchWrite, PlanRow } from '../plan/plan-lines.ts';
import { type AccountLedger, accountLedger, presentOf } from './account-now.ts';
import { rowsOf, type UndoAccount } from './accounts.ts';
import type { UndoneRows } from './undone-rows.ts';

export interface RowUndo {
  readonly row: PlanRow;
  /** What is to be sent; empty if all of it was sent before. */
  readonly writes: readonly BatchWrite[];
  /** How many writes undid parts of it before. */
  readonly before: number;
  /** What cannot be undone, a sentence each. */
  readonly cannot: readonly string[];
}

export interface UndoContext {
  readonly connection: Connection;
  readonly batch: string;
  /** The writes that took rows back before; those found in the ledger are added to it. */
  readonly undone: UndoneRows;
}

/**
 * The undo of each of these rows, by the account as it is now; it is looked up unless all of them were undone before.
 * @param rows those that are wanted, the newest first
 */
export async function rowUndosOf(
  account: UndoAccount,
  context: UndoContext,
  rows: Iterable<PlanRow> = rowsOf(account),
): Promise<readonly RowUndo[]> {
  const wanted = [...rows];
  const { undone } = context;
  const left = wanted.filter(({ key }) => !undone.isComplete(key));
  const undos = left.length === 0 ? [] : await undosLeft(account, left, context);
  const byKey = new Map(undos.map((undo) => [undo.row.key, undo]));
  return wanted.map((row) => byKey.get(row.key) ?? nothingToSend(row, [], undone));
}

const nothingToSend = (row: PlanRow, cannot: readonly string[], undone: UndoneRows): RowUndo => ({
  row,
  writes: [],
  before: undone.writesFor(row.key),
  cannot,
});

/** Of rows that may have something left to undo. */
async function undosLeft(
  account: UndoAccount,
  rows: readonly PlanRow[],
  context: UndoContext,
): Promise<readonly RowUndo[]> {
  const { connection, undone } = context;
  const ledger = await accountLedger(account, connection);
  if (ledger === undefined) return rows.map((row) => nothingToSend(row, [customerGone], undone));
  const made = rows.flatMap(({ key }) => ledger.madeBy(key));
  const present = await presentOf(account, made, connection);
  // Credits that a newer row gives back are there again for the older ones; grants do not affect each other.
  const simulated = account.isOfGrants ? undefined : new UndoSimulation(present);
  return rows.map((row) => undoOfRow(row, { ledger, present, simulated }, context));
}

/** The account by which the inverse of its rows is worked out. */
interface AccountNow {
  readonly ledger: AccountLedger;
  readonly present: Pick<Present, 'blocks' | 'now' | 'zone'>;
  /** As the undo of newer rows leaves it; takes what is to be sent for this one. */
  readonly simulated: UndoSimulation | undefined;
}

function undoOfRow(
  row: PlanRow,
  { ledger, present, simulated }: AccountNow,
  { batch, undone }: UndoContext,
): RowUndo {
  const made = ledger.madeBy(row.key);
  const { steps, cannot } = inverse(
    { body: row.request.body, entries: made },
    {
      ...present,
      blocks: simulated?.blocks ?? present.blocks,
      listed: present.blocks,
      since: [...ledger.laterThan(made), ...(simulated?.moves ?? [])],
      making: ledger.making,
    },
  );
  const writes = steps.map((step) => writeOf(step, row, batch));
  const keys = [...undoKeys(row, ledger, batch), ...writes.map(({ key }) => key)];
  for (const key of keys) {
    // A void makes two entries, and is known by the first.
    const [entry] = ledger.madeBy(key);
    if (entry !== undefined && !undone.isDone(key)) undone.find(key, { row, entry });
  }
  const before = new Set(keys.filter((key) => undone.isDone(key)));
  // A change of expiry is undone by one write: which of several equal blocks it moves may be another one by now.
  const isOver = before.size > 0 && row.request.body.entry_type === 'expiration_change';
  const left = isOver ? [] : writes.filter(({ key }) => !before.has(key));
  for (const { request } of left) simulated?.add(request.body ?? {});
  // What was undone before is gone, as it should be; only what could not be undone then is still missing.
  const stays = before.size > 0 ? stillMissing(row, { before, left }, ledger) : cannot;
  return { row, writes: followed(left, stays.length > 0), before: before.size, cannot: stays };
}

const customerGone = 'The customer is not there any more, and the credits are gone as well.';

/** The last write of a row completes it, unless something of it stays: then it is to be looked at again. */
const followed = (writes: readonly BatchWrite[], isPartial: boolean): readonly BatchWrite[] =>
  writes.map((write, at) => ({ ...write, toFollow: writes.length - 1 - at + (isPartial ? 1 : 0) }));

interface Partly {
  /** The keys of writes that undid a part of the row. */
  readonly before: ReadonlySet<string>;
  /** What is still to be sent: a step under a key that was used before goes no further. */
  readonly left: readonly BatchWrite[];
}

/** What neither earlier writes undid nor the writes of this run will. */
function stillMissing(
  { key, request }: PlanRow,
  { before, left }: Partly,
  ledger: AccountLedger,
): readonly string[] {
  // A change of expiry without an amount moves all that the block has left.
  const wanted = amountFromText(numberText(request.body.amount) ?? '') ?? ledger.madeBy(key)[0]?.amount;
  if (wanted === undefined) return [];
  const done = [...before].map((undone) => {
    const [entry] = ledger.madeBy(undone);
    return entry?.void_amount ?? entry?.amount ?? zero;
  });
  const coming = left.map(({ request: { body } }) => amountFromText(numberText(body?.amount) ?? '') ?? zero);
  const missing = subtract(wanted, add(sum(done), sum(coming)));
  return isPositive(missing)
    ? [`${missing} of the ${wanted} credits were used or moved since, and stay as they are.`]
    : [];
}

/**
 * The keys under which a row may have been undone: one for each entry that it made. The undos of other batches and single
 * writes are in the same ledger, and have other keys.
 */
const undoKeys = (row: PlanRow, ledger: AccountLedger, batch: string): readonly string[] =>
  ledger
    .madeBy(row.key)
    .flatMap((entry) => stepsBack(row.request.body, entry, ledger.undoings))
    .map((step) => rowUndoKey(batch, row.key, step));

function writeOf(step: JsonObject, row: PlanRow, batch: string): BatchWrite {
  const body = { ...step, description: rowUndoReason(batch, row.row) };
  const { path, body: sent = {} } = entryRequest({ by: 'id', id: row.customer.id }, body);
  return {
    row: row.row,
    key: rowUndoKey(batch, row.key, step),
    customer: row.customer,
    undoes: row.key,
    request: { method: 'POST', path, body: sent },
  };
}

/** The account as the undo of newer rows leaves it for the older ones. */
class UndoSimulation {
  readonly #account: SimulatedAccount;
  readonly #moves: LaterMove[] = [];

  constructor({ blocks, now, zone }: Pick<Present, 'blocks' | 'now' | 'zone'>) {
    this.#account = new SimulatedAccount({
      blocks,
      now,
      startOfDay: startOfDayIn(zone),
      drawsOnBlocks: true,
    });
  }

  get blocks(): Present['blocks'] {
    return this.#account.blocks;
  }

  get moves(): readonly LaterMove[] {
    return this.#moves;
  }

  /** @param body of the next write */
  add(body: JsonObject): void {
    const before = this.blocks;
    this.#account.apply(body);
    const amount = amountFromText(numberText(body.amount) ?? '') ?? zero;
    const type = body.entry_type === 'void' ? 'void_initiated' : String(body.entry_type);
    for (const { id, balance } of before) {
      const now = this.blocks.find((block) => block.id === id)?.balance ?? zero;
      if (compare(now, balance) !== 0) this.#moves.push({ entry_type: type, amount, credit_block: { id } });
    }
  }
}
