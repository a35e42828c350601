// What the undo of a batch would do, and what it did: every account looked up before the writes and again after them.

import { type Amount, add, compare, isZero, zero } from '../../credits/exact.ts';
import { CreditctlError } from '../../errors.ts';
import { streamConcurrently } from '../../platform/concurrency.ts';
import { grantedBy } from '../../policy/judge-batch.ts';
import type { Policy } from '../../policy/rules.ts';
import { addMoved, type MovedCredits, movements, noneMoved } from '../../requests/moved-credits.ts';
import type { ApiRequest } from '../../requests/request.ts';
import type { BatchUndo } from '../../views/batch-undo.ts';
import type { PlannedGrants } from '../apply/day-caps.ts';
import { ReasonCount } from '../apply/results/results.ts';
import { RowBreaches } from '../plan/row-breaches.ts';
import type { UndoAccount } from './accounts.ts';
import { type RowUndo, rowUndosOf, type UndoContext } from './inverse-rows.ts';

/** The undo of each account as the ledgers are now, in the order of the accounts. */
export function accountUndosOf(accounts: readonly UndoAccount[], context: UndoContext) {
  // The embedded ledger answers one by one: more lookups at a time would only fill the memory.
  const width = context.connection.place.kind === 'sandbox' ? 1 : 4;
  return streamConcurrently(accounts, width, async (account) => ({
    account,
    rows: await rowUndosOf(account, context),
  }));
}

/** What is shown before the person agrees: the sums of all accounts, and a limit for each. */
export interface UndoPreview {
  readonly sums: UndoSums;
  readonly breaches: RowBreaches;
  /** Credits that a grant gives back to a customer; they count towards a daily cap. */
  readonly grants: readonly PlannedGrants[];
  readonly limits: ReadonlyMap<UndoAccount, UndoLimit>;
}

/** Keeps only the sums of each account: the rows of a large batch do not fit into memory. */
export async function previewUndo(
  accounts: readonly UndoAccount[],
  { context, policy }: { readonly context: UndoContext; readonly policy: Policy },
): Promise<UndoPreview> {
  const sums = new UndoSums();
  const breaches = new RowBreaches(policy);
  const limits = new Map<UndoAccount, UndoLimit>();
  const grants: PlannedGrants[] = [];
  for await (const { account, rows } of accountUndosOf(accounts, context)) {
    let total = noUndo;
    let amount = zero;
    for (const row of rows) {
      sums.add(row);
      total = extendedBy(total, row.writes);
      for (const { request } of row.writes) {
        breaches.add({ row: row.row.row, line: row.row.row }, request);
        const granted = grantedBy(request);
        if (isZero(granted)) continue;
        amount = add(amount, granted);
      }
    }
    const { customer, currency } = account;
    if (!isZero(amount)) grants.push({ customer, currency, amount });
    limits.set(account, total);
  }
  return { sums, breaches, grants, limits };
}

/** What writes move: their sums by currency, and the largest amount. */
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

/** Sums rows one by one, so that none has to be kept: undone, still to undo, impossible to undo. */
class UndoSums {
  readonly moved = new Moved();
  readonly #reasons = new ReasonCount();
  #rows = 0;
  #takenBack = 0;
  #notTakenBack = 0;
  #already = 0;
  /** Rows that still have something to undo. */
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

/** How far one account may be undone: as far as was shown, and no further. */
interface UndoLimit extends Omit<MovedCredits, 'currency'> {
  readonly largest: Amount;
}

export const noUndo: UndoLimit = { ...noneMoved, largest: zero };

/** The total with further writes of the same account, which all have one currency. */
export function extendedBy(total: UndoLimit, writes: RowUndo['writes']): UndoLimit {
  if (writes.length === 0) return total;
  const sums = new Map<string, MovedCredits>();
  let { largest } = total;
  for (const { request } of writes) {
    const { currency } = request.body ?? {};
    if (sums.size === 0) sums.set(String(currency), { ...total, currency: String(currency) });
    largest = addMoved(request, sums, largest);
  }
  const [sum] = sums.values();
  return { ...noneMoved, ...sum, largest };
}

export const isWithin = (total: UndoLimit, limit: UndoLimit): boolean =>
  total.rows <= limit.rows &&
  compare(total.largest, limit.largest) <= 0 &&
  movements.every((name) => compare(total[name], limit[name]) <= 0);

interface UndoOutcome {
  readonly sums: UndoSums;
  /** Rows that can be undone further, or that could not be looked up. */
  readonly left: number;
  /** Why some could not be looked up. */
  readonly lookupFault: CreditctlError | undefined;
}

const movedOn =
  'The ledger moved after the sums were shown, and more would be taken back than was agreed to: run it again.';
const unseen =
  'They could not be looked at again after the writes, and count as not taken back: run it again.';

export interface UndoneSoFar {
  /** Accounts that would have been undone further than was shown. */
  readonly leftOut: ReadonlySet<UndoAccount>;
  /** Why writes were refused for good, by their keys. */
  readonly refusals: ReadonlyMap<string, string>;
  readonly context: UndoContext;
}

/** Looks up again after the writes what the record does not know to be taken back: the ledgers say what became of it. */
export async function outcomeOf(
  accounts: readonly UndoAccount[],
  { leftOut, refusals, context }: UndoneSoFar,
): Promise<UndoOutcome> {
  const sums = new UndoSums();
  let seen = 0;
  let lookupFault: CreditctlError | undefined;
  try {
    for await (const { account, rows: found } of accountUndosOf(accounts, context)) {
      const rows = found.map((row) => withoutRefused(row, refusals));
      for (const row of rows) sums.add(row);
      seen += rows.length;
      if (leftOut.has(account))
        sums.addReason(movedOn, rows.filter(({ writes }) => writes.length > 0).length);
    }
  } catch (error) {
    // What was written still has to be reported.
    if (!(error instanceof CreditctlError)) throw error;
    lookupFault = error;
  }
  const blind = rowsIn(accounts) - seen;
  sums.addReason(unseen, blind);
  return { sums, left: sums.left + blind, lookupFault };
}

/** A row that has only refused writes left cannot be undone further, for the reasons of the refusals. */
function withoutRefused(row: RowUndo, refusals: ReadonlyMap<string, string>): RowUndo {
  const reasons = row.writes.map(({ key }) => refusals.get(key));
  const said = reasons.filter((reason) => reason !== undefined);
  if (said.length === 0 || said.length < reasons.length) return row;
  return { ...row, writes: [], cannot: [...row.cannot, ...new Set(said)] };
}

const rowsIn = (accounts: readonly UndoAccount[]): number =>
  accounts.flatMap(({ places }) => places).reduce((sum, { starts }) => sum + starts.length, 0);
