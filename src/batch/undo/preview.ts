// What taking a batch back would come to, found out account by account before anybody is asked.

import { type Amount, add, compare, isZero, zero } from '../../credits/amount.ts';
import { CreditctlError } from '../../errors.ts';
import { grantedBy } from '../../policy/judge-batch.ts';
import type { Policy } from '../../policy/rules.ts';
import { addMoved, type MovedCredits, movements, noneMoved } from '../../requests/moved-credits.ts';
import type { ApiRequest } from '../../requests/request.ts';
import type { BatchUndo } from '../../views/batch-undo.ts';
import type { PlannedGrants } from '../apply/plan-scan.ts';
import { ReasonCount } from '../apply/reason-count.ts';
import { RowStates, rowState } from '../apply/row-states.ts';
import { RowBreaches } from '../plan/row-breaches.ts';
import { inOrder } from '../plan/side-by-side.ts';
import type { UndoAccount } from './accounts.ts';
import { type RowUndo, type UndoContext, undoOf } from './inverse-rows.ts';

/** Accounts that are looked up at a time; the embedded ledger answers one by one, and more would only lie in memory. */
export const widthOf = ({ connection }: UndoContext): number => (connection.place.kind === 'sandbox' ? 1 : 4);

/** What was shown: all of it together, and each account by itself. */
export interface Looked {
  readonly sums: UndoSums;
  readonly breaches: RowBreaches;
  /** Credits that come back to a customer by a grant, which counts as any other does. */
  readonly grants: readonly PlannedGrants[];
  readonly granting: RowStates;
  readonly extents: ReadonlyMap<UndoAccount, Extent>;
}

/** Of an account only its sums are kept: a batch may have more rows than fit into memory with all that they lead to. */
export async function lookAt(
  accounts: readonly UndoAccount[],
  { context, policy }: { readonly context: UndoContext; readonly policy: Policy },
): Promise<Looked> {
  const sums = new UndoSums();
  const breaches = new RowBreaches(policy);
  const extents = new Map<UndoAccount, Extent>();
  const grants: PlannedGrants[] = [];
  const granting = new RowStates();
  const look = async (account: UndoAccount) => ({ account, rows: await undoOf(account, context) });
  for await (const { account, rows } of inOrder(accounts, widthOf(context), look)) {
    let extent = noExtent;
    let amount = zero;
    for (const row of rows) {
      sums.add(row);
      extent = extended(extent, row.writes);
      for (const { request, key } of row.writes) {
        breaches.add({ row: row.row.row, line: row.row.row }, request);
        const granted = grantedBy(request);
        if (isZero(granted)) continue;
        amount = add(amount, granted);
        granting.set(key, rowState.planned);
      }
    }
    const { customer, currency } = account;
    if (!isZero(amount)) grants.push({ customer, currency, amount });
    extents.set(account, extent);
  }
  return { sums, breaches, grants, granting, extents };
}

/** What writes move, all of them and the largest of them. */
export class Moved {
  readonly #sums = new Map<string, MovedCredits>();
  largest: Amount = zero;
  writes = 0;

  get credits(): readonly MovedCredits[] {
    return [...this.#sums.values()];
  }

  add(request: Pick<ApiRequest, 'body'>): void {
    this.writes += 1;
    this.largest = addMoved(request, this.#sums, this.largest);
  }
}

/** Rows taken back, to be taken back and not to be had; the writes that are to come. */
export class UndoSums {
  readonly moved = new Moved();
  readonly #reasons = new ReasonCount();
  #rows = 0;
  #takenBack = 0;
  #notTakenBack = 0;
  #already = 0;
  /** Rows of which something is still to be taken back. */
  left = 0;

  add({ writes, before, cannot }: RowUndo): void {
    this.#rows += 1;
    this.#already += before;
    if (writes.length > 0) this.left += 1;
    if (writes.length === 0 && before > 0 && cannot.length === 0) this.#takenBack += 1;
    if (cannot.length > 0) this.#notTakenBack += 1;
    for (const { request } of writes) this.moved.add(request);
    // Ids differ from row to row, and the reason is the same.
    for (const sentence of cannot)
      this.addReason(sentence.replace(/\bblock \S+?(?=[\s,.:]|$)/g, 'block …'), 1);
  }

  addReason(reason: string, rows: number): void {
    this.#reasons.add(reason, rows);
  }

  summary(batch: string): BatchUndo {
    return {
      batch,
      rows: this.#rows,
      taken_back: this.#takenBack,
      not_taken_back: this.#notTakenBack,
      writes: this.moved.writes,
      already: this.#already,
      credits: this.moved.credits,
      reasons: this.#reasons.all(),
    };
  }
}

/** What the writes of one account come to. */
export interface Extent extends Omit<MovedCredits, 'currency'> {
  readonly largest: Amount;
}

export const noExtent: Extent = { ...noneMoved, largest: zero };

/** An extent and more writes of the same account, which are all of one currency. */
export function extended(extent: Extent, writes: RowUndo['writes']): Extent {
  if (writes.length === 0) return extent;
  const sums = new Map<string, MovedCredits>();
  let { largest } = extent;
  for (const { request } of writes) {
    const { currency } = request.body ?? {};
    if (sums.size === 0) sums.set(String(currency), { ...extent, currency: String(currency) });
    largest = addMoved(request, sums, largest);
  }
  const [sum] = sums.values();
  return { ...noneMoved, ...sum, largest };
}

export const isWithin = (extent: Extent, agreed: Extent): boolean =>
  extent.rows <= agreed.rows &&
  compare(extent.largest, agreed.largest) <= 0 &&
  movements.every((name) => compare(extent[name], agreed[name]) <= 0);

export interface UndoOutcome {
  readonly sums: UndoSums;
  /** Rows that could be taken back further, or of which nobody could look whether they can. */
  readonly left: number;
  /** Why some could not be looked at. */
  readonly unseenFor: CreditctlError | undefined;
}

const movedOn =
  'The ledger moved after the sums were shown, and more would be taken back than was agreed to: run it again.';
const unseen =
  'They could not be looked at again after the writes, and count as not taken back: run it again.';

export interface UndoneSoFar {
  /** The accounts of which more would have been taken back than was agreed to. */
  readonly leftOut: ReadonlySet<UndoAccount>;
  /** Why writes were refused for good, by their keys. */
  readonly refusals: ReadonlyMap<string, string>;
  readonly context: UndoContext;
}

export async function outcomeOf(
  accounts: readonly UndoAccount[],
  { leftOut, refusals, context }: UndoneSoFar,
): Promise<UndoOutcome> {
  const sums = new UndoSums();
  let seen = 0;
  let unseenFor: CreditctlError | undefined;
  const look = async (account: UndoAccount) => {
    const rows = await undoOf(account, context);
    return { account, rows: rows.map((row) => withoutRefused(row, refusals)) };
  };
  try {
    for await (const { account, rows } of inOrder(accounts, widthOf(context), look)) {
      for (const row of rows) sums.add(row);
      seen += rows.length;
      if (leftOut.has(account))
        sums.addReason(movedOn, rows.filter(({ writes }) => writes.length > 0).length);
    }
  } catch (error) {
    // What was done has to be told all the same.
    if (!(error instanceof CreditctlError)) throw error;
    unseenFor = error;
  }
  const blind = rowsIn(accounts) - seen;
  sums.addReason(unseen, blind);
  return { sums, left: sums.left + blind, unseenFor };
}

/** A row of which only refused writes are left goes no further, and says why. */
function withoutRefused(row: RowUndo, refusals: ReadonlyMap<string, string>): RowUndo {
  const reasons = row.writes.map(({ key }) => refusals.get(key));
  const said = reasons.filter((reason) => reason !== undefined);
  if (said.length === 0 || said.length < reasons.length) return row;
  return { ...row, writes: [], cannot: [...row.cannot, ...new Set(said)] };
}

const rowsIn = (accounts: readonly UndoAccount[]): number =>
  accounts.flatMap(({ places }) => places).reduce((sum, { starts }) => sum + starts.length, 0);
