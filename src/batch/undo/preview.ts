// Computes what the undo of a batch will do and what it did, from the accounts before and after the writes.

import { type Amount, add, compare, isZero, zero } from '../../credits/exact.ts';
import { CreditctlError } from '../../errors.ts';
import { streamConcurrently } from '../../platform/concurrency.ts';
import { grantedBy } from '../../policy/judge-batch.ts';
import type { Policy } from '../../policy/rules.ts';
import { addMoved, type MovedCredits, movements, noneMoved } from '../../requests/moved-credits.ts';
import type { ApiRequest } from '../../requests/request.ts';
import type { PlannedGrants } from '../apply/day-caps.ts';
import { ReasonCount } from '../apply/results/results.ts';
import { RowBreaches } from '../plan/row-breaches.ts';
import type { UndoAccount } from './accounts.ts';
import { type RowUndo, rowUndosOf, type UndoContext } from './inverse-rows.ts';

/** The undo of each account by its present ledger, in the order of `accounts`. */
export function accountUndosOf(accounts: readonly UndoAccount[], context: UndoContext) {
  // The embedded ledger answers one request at a time, so parallel reads would only use memory.
  const width = context.connection.target.kind === 'sandbox' ? 1 : 4;
  return streamConcurrently(accounts, width, async (account) => ({
    account,
    rows: await rowUndosOf(account, context),
  }));
}

/** What the person confirms: the sums of all accounts, and a limit for each account. */
export interface UndoPreview {
  readonly sums: UndoSums;
  readonly breaches: RowBreaches;
  /** Credits that the undo grants to each customer; they count toward the caps for a day. */
  readonly grants: readonly PlannedGrants[];
  readonly limits: ReadonlyMap<UndoAccount, UndoLimit>;
}

/** Keeps only sums for each account, because the rows of a large batch do not fit in memory. */
export async function previewUndo(
  accounts: readonly UndoAccount[],
  { context, policy }: { readonly context: UndoContext; readonly policy: Policy },
): Promise<UndoPreview> {
  const sums = new UndoSums();
  // creditctl gives the descriptions, so the pattern for a person's text does not apply.
  const breaches = new RowBreaches(policy.filter(({ name }) => name !== 'description_pattern'));
  const limits = new Map<UndoAccount, UndoLimit>();
  const grants: PlannedGrants[] = [];
  for await (const { account, rows } of accountUndosOf(accounts, context)) {
    let total = noUndo;
    let amount = zero;
    for (const row of rows) {
      sums.add(row);
      total = extendedBy(total, row.writes);
      for (const { request } of row.writes) {
        breaches.add(row.row, request);
        amount = add(amount, grantedBy(request));
      }
    }
    const { customer, currency } = account;
    if (!isZero(amount)) grants.push({ customer, currency, amount });
    limits.set(account, total);
  }
  return { sums, breaches, grants, limits };
}

/** Sums of the moved credits by currency, and the largest amount. */
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

/** Sums rows in constant memory: undone, still to undo, impossible to undo. */
class UndoSums {
  readonly moved = new Moved();
  readonly reasons = new ReasonCount();
  /** What stays although all credits of its rows are undone. */
  readonly beside = new ReasonCount();
  #rows = 0;
  #takenBack = 0;
  #notTakenBack = 0;
  #already = 0;
  /** Rows with writes left to send. */
  left = 0;

  add({ writes, before, cannot, beside }: RowUndo): void {
    this.#rows += 1;
    this.#already += before;
    if (writes.length > 0) this.left += 1;
    if (writes.length === 0 && before > 0 && cannot.length === 0) this.#takenBack += 1;
    if (cannot.length > 0) this.#notTakenBack += 1;
    for (const { request } of writes) this.moved.add(request);
    // Removes block ids, so that equal reasons of different rows count together.
    for (const sentence of cannot)
      this.reasons.add(sentence.replace(/\bblock \S+?(?=[\s,.:]|$)/g, 'block …'));
    if (beside !== undefined && writes.length > 0) this.beside.add(beside);
  }

  summary(batch: string) {
    return {
      batch,
      rows: this.#rows,
      taken_back: this.#takenBack,
      not_taken_back: this.#notTakenBack,
      writes: this.moved.writes,
      already: this.#already,
      credits: this.moved.credits,
      reasons: this.reasons.all(),
    };
  }
}

/** The limit for one account's undo: the amounts that the preview showed. */
interface UndoLimit extends Omit<MovedCredits, 'currency'> {
  readonly largest: Amount;
}

export const noUndo: UndoLimit = { ...noneMoved, largest: zero };

/** The total after further writes of the same account; an account has one currency. */
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

const movedOn =
  'The ledger moved after the sums were shown, and more would be taken back than was agreed to: run it again.';
const unseen = 'They could not be looked at again after the writes, so neither count has them: run it again.';

export interface UndoneSoFar {
  /** Accounts that were skipped because their undo would exceed the preview. */
  readonly leftOut: ReadonlySet<UndoAccount>;
  /** Reasons of final refusals, by the key of the write. */
  readonly refusals: ReadonlyMap<string, string>;
  readonly context: UndoContext;
}

/**
 * Reads the outcome after the writes: rows that the record does not know as undone are looked up in the ledgers.
 * `left`: rows that can be undone further, or whose account could not be read, for the reason `lookupFault`.
 */
export async function outcomeOf(
  accounts: readonly UndoAccount[],
  { leftOut, refusals, context }: UndoneSoFar,
) {
  const sums = new UndoSums();
  let seen = 0;
  let lookupFault: CreditctlError | undefined;
  try {
    for await (const { account, rows: found } of accountUndosOf(accounts, context)) {
      const rows = found.map((row) => withoutRefused(row, refusals));
      for (const row of rows) sums.add(row);
      seen += rows.length;
      if (leftOut.has(account))
        sums.reasons.add(movedOn, rows.filter(({ writes }) => writes.length > 0).length);
    }
  } catch (error) {
    // The run must still report the writes that it made.
    if (!(error instanceof CreditctlError)) throw error;
    lookupFault = error;
  }
  const blind = rowsIn(accounts) - seen;
  sums.reasons.add(unseen, blind);
  return { sums, left: sums.left + blind, lookupFault };
}

/** A row whose remaining writes were all refused cannot be undone further, for the refusals' reasons. */
function withoutRefused(row: RowUndo, refusals: ReadonlyMap<string, string>): RowUndo {
  const reasons = row.writes.map(({ key }) => refusals.get(key));
  const said = reasons.filter((reason) => reason !== undefined);
  if (said.length === 0 || said.length < reasons.length) return row;
  return { ...row, writes: [], cannot: [...row.cannot, ...new Set(said)] };
}

const rowsIn = (accounts: readonly UndoAccount[]): number =>
  accounts.flatMap(({ places }) => places).reduce((sum, { starts }) => sum + starts.length, 0);
