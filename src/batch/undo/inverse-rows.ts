// The writes that undo the rows of one customer: the newest row first, each by the inverse of what it did.

import { startOfDayIn } from '../../credits/calendar.ts';
import type { LedgerEntry } from '../../credits/customer.ts';
import { add, amountFromText, compare, isPositive, subtract, sum, zero } from '../../credits/exact.ts';
import type { Connection } from '../../orb/connection.ts';
import { entryRequest } from '../../requests/entry-request.ts';
import { markerName } from '../../requests/request.ts';
import { inverse } from '../../undo/inverse.ts';
import type { LaterMove, Present } from '../../undo/inverse-parts.ts';
import { rowUndoKey, rowUndoReason, stepsBack, undoPrefix } from '../../undo/undo-key.ts';
import { type JsonObject, numberText } from '../../wire/json.ts';
import type { BatchWrite } from '../apply/begin-rows.ts';
import { SimulatedAccount } from '../plan/account.ts';
import type { PlanRow } from '../plan/plan-lines.ts';
import { entriesOf, presentOf } from './account-now.ts';
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

/** Looks the account up as it is now, unless all was undone before. @param rows those that are wanted, the newest first */
export async function undoOf(
  account: UndoAccount,
  context: UndoContext,
  rows: Iterable<PlanRow> = rowsOf(account),
): Promise<readonly RowUndo[]> {
  const wanted = [...rows];
  const { undone } = context;
  const left = wanted.filter(({ key }) => !undone.isComplete(key));
  const undos = left.length === 0 ? [] : await lookedUp(account, left, context);
  const byKey = new Map(undos.map((undo) => [undo.row.key, undo]));
  return wanted.map(
    (row) => byKey.get(row.key) ?? { row, writes: [], before: undone.writesFor(row.key), cannot: [] },
  );
}

async function lookedUp(
  account: UndoAccount,
  rows: readonly PlanRow[],
  context: UndoContext,
): Promise<readonly RowUndo[]> {
  const { connection, undone, batch } = context;
  const all = await entriesOf(account, connection);
  if (all === undefined)
    return rows.map((row) => ({
      row,
      writes: [],
      before: undone.writesFor(row.key),
      cannot: [customerGone],
    }));
  const entries = grouped(all, ({ metadata }) => metadata[markerName]);
  const present = await presentOf(
    account,
    rows.flatMap(({ key }) => entries.get(key) ?? []),
    connection,
  );
  const laterThan = laterMoves(all);
  const making = all.filter(({ entry_type: type }) => type === 'increment' || type === 'expiration_change');
  const undoings = all.filter(({ metadata }) => metadata[markerName]?.startsWith(undoPrefix) === true);
  const noteFound = notingFound(undoings, context);
  // Credits that a newer row gives back are there again for the older ones; grants do not affect each other.
  const simulated = account.isOfGrants ? undefined : new UndoSimulation(present);
  return rows.map((row) => {
    const made = entries.get(row.key) ?? [];
    const since = [...laterThan(made), ...(simulated?.moves ?? [])];
    const blocks = simulated?.blocks ?? present.blocks;
    const { steps, cannot: impossible } = inverse(
      { body: row.request.body, entries: made },
      { ...present, blocks, listed: present.blocks, since, making },
    );
    const writes = steps.map((step) => writeOf(step, row, batch));
    const keys = [...undoKeys(made, undoings, { row, batch }), ...writes.map(({ key }) => key)];
    for (const key of keys) noteFound(row, key);
    const before = new Set(keys.filter((key) => undone.isDone(key)));
    // A change of expiry is undone by one write: which of several equal blocks it moves may be another one by now.
    const isOver = before.size > 0 && row.request.body.entry_type === 'expiration_change';
    const left = isOver ? [] : writes.filter(({ key }) => !before.has(key));
    for (const { request } of left) simulated?.add(request.body ?? {});
    // What was undone before is gone, as it should be; only what could not be undone then is still missing.
    const cannot = before.size > 0 ? stillMissing(row, { before, entries, left }) : impossible;
    return { row, writes: followed(left, cannot.length > 0), before: before.size, cannot };
  });
}

const customerGone = 'The customer is not there any more, and the credits are gone as well.';

/** The last write of a row completes it, unless something of it stays: then it is to be looked at again. */
const followed = (writes: readonly BatchWrite[], isPartial: boolean): readonly BatchWrite[] =>
  writes.map((write, at) => ({ ...write, toFollow: writes.length - 1 - at + (isPartial ? 1 : 0) }));

interface Partly {
  readonly before: ReadonlySet<string>;
  readonly entries: ReadonlyMap<string, readonly LedgerEntry[]>;
  /** What is still to be sent: a step under a key that was used before goes no further. */
  readonly left: readonly BatchWrite[];
}

/** What neither earlier writes undid nor the writes of this run will. */
function stillMissing({ key, request }: PlanRow, { before, entries, left }: Partly): readonly string[] {
  // A change of expiry without an amount moves all that the block has left.
  const wanted = amountFromText(numberText(request.body.amount) ?? '') ?? entries.get(key)?.[0]?.amount;
  if (wanted === undefined) return [];
  const done = [...before].map((undone) => {
    const [entry] = entries.get(undone) ?? [];
    return entry?.void_amount ?? entry?.amount ?? zero;
  });
  const coming = left.map(({ request: { body } }) => amountFromText(numberText(body?.amount) ?? '') ?? zero);
  const missing = subtract(wanted, add(sum(done), sum(coming)));
  return isPositive(missing)
    ? [`${missing} of the ${wanted} credits were used or moved since, and stay as they are.`]
    : [];
}

/** The keys under which a row may have been undone: one for each entry that it made. */
const undoKeys = (
  made: readonly LedgerEntry[],
  undoings: readonly LedgerEntry[],
  { row, batch }: { readonly row: PlanRow; readonly batch: string },
): readonly string[] =>
  made
    .flatMap((entry) => stepsBack(row.request.body, entry, undoings))
    .map((step) => rowUndoKey(batch, row.key, step));

/** The undos of other batches and single writes are in the same ledger; they do not count here. */
function notingFound(
  undoings: readonly LedgerEntry[],
  { undone }: UndoContext,
): (row: PlanRow, key: string) => void {
  const byKey = grouped(undoings, ({ metadata }) => metadata[markerName]);
  return (row, key) => {
    // A void makes two entries, and is known by the first.
    const [entry] = byKey.get(key) ?? [];
    if (entry !== undefined && !undone.isDone(key)) undone.find(key, { row, entry });
  };
}

/** In the same order, by what `nameOf` says of each; those of which it says nothing are left out. */
function grouped(
  all: readonly LedgerEntry[],
  nameOf: (entry: LedgerEntry) => string | undefined,
): ReadonlyMap<string, readonly LedgerEntry[]> {
  const found = new Map<string, LedgerEntry[]>();
  for (const entry of all) {
    const name = nameOf(entry);
    if (name === undefined) continue;
    const group = found.get(name) ?? [];
    found.set(name, group);
    group.push(entry);
  }
  return found;
}

/** What came after the last of these entries in the blocks that they touched: of many rows, each asks for its own. */
function laterMoves(all: readonly LedgerEntry[]): (made: readonly LedgerEntry[]) => readonly LedgerEntry[] {
  const byBlock = grouped(all, ({ credit_block }) => credit_block.id);
  return (made) => {
    const last = made.at(-1)?.ledger_sequence_number ?? Number.POSITIVE_INFINITY;
    const blocks = new Set(made.map(({ credit_block }) => credit_block.id));
    return [...blocks].flatMap((id) =>
      (byBlock.get(id) ?? []).filter(({ ledger_sequence_number: number }) => number > last),
    );
  };
}

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
