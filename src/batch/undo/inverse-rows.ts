// Builds the writes that undo one customer's rows: the inverse of each row, newest row first.
import { startOfDayIn } from '../../credits/calendar.ts';
import { add, amountFromText, compare, isPositive, subtract, sum, zero } from '../../credits/exact.ts';
import type { Connection } from '../../orb/connection.ts';
import { entryRequest } from '../../requests/entry-request.ts';
import { inverse } from '../../undo/inverse.ts';
import type { CustomerState, LaterMove } from '../../undo/inverse-parts.ts';
import { rowUndoKey, rowUndoReason, stepsBack } from '../../undo/undo-key.ts';
import { type JsonObject, numberText } from '../../wire/json.ts';
import { SimulatedAccount } from '../plan/account.ts';
import type { BatchWrite, PlanRow } from '../plan/plan-lines.ts';
import { type AccountLedger, accountLedger, presentOf } from './account-now.ts';
import { rowsOf, type UndoAccount } from './accounts.ts';
import type { UndoneRows } from './undone-rows.ts';

export interface RowUndo {
  readonly row: PlanRow;
  /** Writes to send; empty if every part was sent before. */
  readonly writes: readonly BatchWrite[];
  /** Number of earlier writes that undid parts of the row. */
  readonly before: number;
  /** A sentence for each part that cannot be undone. */
  readonly cannot: readonly string[];
  /** What stays although all credits of the row are undone. */
  readonly beside?: string | undefined;
}

export interface UndoContext {
  readonly connection: Connection;
  readonly batch: string;
  /** Earlier undo writes of the batch, including those that a search finds in the ledger. */
  readonly undone: UndoneRows;
}

/**
 * The undo of each row for the account as it is now. Reads the account unless all rows are completely undone.
 * @param rows wanted rows, newest first
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

/** The undo of rows that may not be completely undone. */
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
  // Undoing a newer row returns credits that older rows can use; grants do not affect each other.
  const simulated = account.isOfGrants ? undefined : new UndoSimulation(present);
  return rows.map((row) => undoOfRow(row, { ledger, present, simulated }, context));
}

/** The account's state from which a row's inverse is computed. */
interface AccountNow {
  readonly ledger: AccountLedger;
  readonly present: Pick<CustomerState, 'blocks' | 'now' | 'zone'>;
  /** The account after the undo of newer rows; each row adds its own writes. */
  readonly simulated: UndoSimulation | undefined;
}

function undoOfRow(
  row: PlanRow,
  { ledger, present, simulated }: AccountNow,
  { batch, undone }: UndoContext,
): RowUndo {
  const made = ledger.madeBy(row.key);
  const { steps, cannot, beside } = inverse(
    { body: row.request.body, entries: made },
    {
      ...present,
      blocks: simulated?.blocks ?? present.blocks,
      listed: present.blocks,
      since: [...ledger.laterThan(made), ...(simulated?.moves ?? [])],
      // The key of a row's undo names the block, so credits of a grant that went to another block stay where they are.
      making: row.request.body.entry_type === 'increment' ? [] : ledger.making,
    },
  );
  const writes = steps.map((step) => writeOf(step, row, batch));
  const keys = [...undoKeys(row, ledger, batch), ...writes.map(({ key }) => key)];
  for (const key of keys) {
    // A void makes two entries; the first identifies it.
    const [entry] = ledger.madeBy(key);
    if (entry !== undefined && !undone.isDone(key)) undone.find(key, { row, entry });
  }
  const before = new Set(keys.filter((key) => undone.isDone(key)));
  // One write undoes an expiry change completely: another attempt could choose another of several equal blocks.
  const isOver = before.size > 0 && row.request.body.entry_type === 'expiration_change';
  const left = isOver ? [] : writes.filter(({ key }) => !before.has(key));
  for (const { request } of left) simulated?.add(request.body ?? {});
  // Credits that an earlier undo removed are missing on purpose, so only the rest counts as not undone.
  const stays = before.size > 0 ? stillMissing(row, { before, left }, ledger) : cannot;
  return { row, writes: followed(left, stays.length > 0), before: before.size, cannot: stays, beside };
}

const customerGone = 'The customer is not there any more, and the credits are gone as well.';

/** A count of 0 marks the row as complete. If a part cannot be undone, the count stays above 0 so that a later run retries. */
const followed = (writes: readonly BatchWrite[], isPartial: boolean): readonly BatchWrite[] =>
  writes.map((write, at) => ({ ...write, toFollow: writes.length - 1 - at + (isPartial ? 1 : 0) }));

interface Partly {
  /** Keys of earlier writes that undid a part of the row. */
  readonly before: ReadonlySet<string>;
  /** Writes to send now. A step whose key was used before is not sent again. */
  readonly left: readonly BatchWrite[];
}

/** A sentence on the credits that neither earlier writes nor this run's writes undo. */
function stillMissing(
  { key, request }: PlanRow,
  { before, left }: Partly,
  ledger: AccountLedger,
): readonly string[] {
  // An expiry change without an amount moves the block's whole balance.
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
 * Keys under which a row may have been undone, one for each of its entries. Undo writes of other batches and single
 * writes are in the same ledger under other keys.
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

/** Simulates the account while newer rows are undone, for the inverse of older rows. */
class UndoSimulation {
  readonly #account: SimulatedAccount;
  readonly #moves: LaterMove[] = [];

  constructor({ blocks, now, zone }: Pick<CustomerState, 'blocks' | 'now' | 'zone'>) {
    this.#account = new SimulatedAccount({
      blocks,
      now,
      startOfDay: startOfDayIn(zone),
      drawsOnBlocks: true,
    });
  }

  get blocks(): CustomerState['blocks'] {
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
