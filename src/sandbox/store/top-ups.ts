// Stores top-ups, and finds the active ones by ledger, by id, or newest first.
import type { Instant } from '../../credits/exact.ts';
import {
  amountIn,
  type Database,
  insertRow,
  integer,
  integerOrNull,
  type Row,
  text,
  textOrNull,
} from '../../database/driver.ts';
import { Replenishment, type TopUp } from '../ledger/top-up.ts';

export interface StoredTopUp {
  readonly ordinal: number;
  readonly ledger: number;
  readonly currency: string;
  readonly topUp: TopUp;
}

export interface NewTopUp {
  readonly customer: number;
  readonly ledger: number;
  readonly topUp: TopUp;
  /** When the top-up must check the balance although no entry is posted; `null` once it has checked. */
  readonly dueAt: Instant | null;
  readonly now: Instant;
}

/** Adds a top-up. The ledger must have no active one: call `endTopUps` first. */
export function insertTopUp(database: Database, { customer, ledger, topUp, dueAt, now }: NewTopUp): void {
  const { id, threshold, amount, costBasis, netTerms, memo, expiresAfter } = topUp;
  insertRow(database, 'top_ups', {
    ...{ id, customer, ledger, threshold, amount, memo },
    cost_basis: costBasis,
    auto_collection: Number(topUp.autoCollection),
    net_terms: netTerms,
    require_payment: Number(topUp.requirePayment),
    expires_after: expiresAfter?.count ?? null,
    expires_unit: expiresAfter?.unit ?? null,
    active_from: topUp.activeFrom,
    due_at: dueAt,
    created_at: now,
  });
}

/** Ends the active top-up of a ledger, if there is one. */
export function endTopUps(database: Database, ledger: number, now: Instant): void {
  database.prepare('UPDATE top_ups SET ended_at = ? WHERE ledger = ? AND ended_at IS NULL').run(now, ledger);
}

/** Ends a top-up that is still active. */
export function endTopUp(database: Database, id: string, now: Instant): void {
  database.prepare('UPDATE top_ups SET ended_at = ? WHERE id = ? AND ended_at IS NULL').run(now, id);
}

/** Stores that the active top-up of a ledger has checked the balance since it became active. */
export function clearTopUpDue(database: Database, ledger: number): void {
  database.prepare('UPDATE top_ups SET due_at = NULL WHERE ledger = ? AND ended_at IS NULL').run(ledger);
}

const select = `SELECT top_ups.*, ledgers.currency, customers.currency AS invoiced
  FROM top_ups CROSS JOIN ledgers ON ledgers.ordinal = top_ups.ledger
  CROSS JOIN customers ON customers.ordinal = top_ups.customer WHERE ended_at IS NULL AND`;
export const selectActive = `${select} top_ups.ledger = ?`;
// A block of a copy may have no invoice: its payment is awaited while the block holds credits.
export const selectAwaited = `SELECT blocks.id FROM blocks INDEXED BY blocks_awaited
  LEFT JOIN invoices ON invoices.block = blocks.id
  WHERE ledger = ? AND source = 'top_up' AND blocks.status = 'pending_payment'
  AND (invoices.status IN ('draft', 'issued') OR (invoices.status IS NULL AND sign = 1))`;

/** The active top-up of a ledger with its unpaid purchases; `null` if the ledger has none. */
export function replenishmentOf(database: Database, ledger: number): Replenishment | null {
  const row = database.prepare(selectActive).get(ledger);
  if (row === undefined) return null;
  const awaited = database.prepare(selectAwaited).all(ledger);
  return new Replenishment(
    storedTopUp(row).topUp,
    awaited.map((block) => text(block, 'id')),
    textOrNull(row, 'invoiced'),
  );
}

/** A customer's active top-up by its id. */
export function topUpById(database: Database, customer: number, id: string): StoredTopUp | undefined {
  const row = database.prepare(`${select} top_ups.id = ? AND top_ups.customer = ?`).get(id, customer);
  return row === undefined ? undefined : storedTopUp(row);
}

export const topUpsNewest = `${select} top_ups.customer = ? AND top_ups.ordinal < ?
  ORDER BY top_ups.ordinal DESC LIMIT ?`;

/** A customer's active top-ups newest first. @param before the ordinal where the previous page ended */
export function newestTopUps(
  database: Database,
  { customer, before }: { readonly customer: number; readonly before: number },
  limit: number,
): readonly StoredTopUp[] {
  return database.prepare(topUpsNewest).all(customer, before, limit).map(storedTopUp);
}

function storedTopUp(row: Row): StoredTopUp {
  const count = integerOrNull(row, 'expires_after');
  return {
    ordinal: integer(row, 'ordinal'),
    ledger: integer(row, 'ledger'),
    currency: text(row, 'currency'),
    topUp: {
      id: text(row, 'id'),
      threshold: amountIn(row, 'threshold'),
      amount: amountIn(row, 'amount'),
      costBasis: text(row, 'cost_basis'),
      expiresAfter: count === null ? null : { count, unit: text(row, 'expires_unit') as 'day' | 'month' },
      activeFrom: integer(row, 'active_from'),
      autoCollection: integer(row, 'auto_collection') === 1,
      netTerms: integer(row, 'net_terms'),
      memo: textOrNull(row, 'memo'),
      requirePayment: integer(row, 'require_payment') === 1,
    },
  };
}
