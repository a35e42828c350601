// Stores ledgers, one per customer and currency, with the running totals that make reads cheap.
import type { Amount, Instant } from '../../credits/exact.ts';
import { amountIn, type Database, integer, integerOrNull, type Row, text } from '../../database/driver.ts';
import { crossings } from '../ledger/crossing.ts';
import { emptyHead, type LedgerHead } from '../ledger/posting.ts';
import { alertsOnBalance } from './alerts.ts';
import { isAnyAddress, noteEvent } from './webhooks.ts';

export interface StoredLedger {
  readonly ordinal: number;
  /** The ordinal of the customer who holds the ledger. */
  readonly customer: number;
  readonly head: LedgerHead;
  /** When the next activation, expiry or top-up of the ledger falls due; `null` if none will. */
  readonly dueAt: Instant | null;
  /** When the ledger's top-up becomes active; `null` without a top-up, or once the top-up has checked the balance. */
  readonly topUpDueAt: Instant | null;
}

export const selectLedger = `SELECT ordinal, customer, currency, balance, sequence, last_at,
  (SELECT min(due_at) FROM blocks WHERE ledger = ledgers.ordinal AND due_at IS NOT NULL) AS block_due_at,
  (SELECT due_at FROM top_ups WHERE ledger = ledgers.ordinal AND ended_at IS NULL) AS top_up_due_at
  FROM ledgers WHERE`;

/** The customer's ledger in a currency; `undefined` before its first entry. */
export function ledgerOf(database: Database, customer: number, currency: string): StoredLedger | undefined {
  return ledger(database.prepare(`${selectLedger} customer = ? AND currency = ?`).get(customer, currency));
}

export function ledgersOf(database: Database, customer: number): readonly StoredLedger[] {
  return database
    .prepare(`${selectLedger} customer = ?`)
    .all(customer)
    .flatMap((row) => ledger(row) ?? []);
}

export function ledgerByOrdinal(database: Database, ordinal: number): StoredLedger | undefined {
  return ledger(database.prepare(`${selectLedger} ordinal = ?`).get(ordinal));
}

/** Finds one ledger with a due event through the indexes of `soonest-tables.ts`. */
export const selectDueAnywhere = `SELECT ledger FROM (
    SELECT ledger, due_at FROM blocks WHERE due_at IS NOT NULL
    UNION ALL SELECT ledger, due_at FROM top_ups WHERE ended_at IS NULL AND due_at IS NOT NULL
  ) WHERE due_at <= ? LIMIT 1`;

/** A ledger of any customer with due events that are not written yet. */
export function anyDueLedger(database: Database, now: Instant): StoredLedger | undefined {
  const row = database.prepare(selectDueAnywhere).get(now);
  return row === undefined ? undefined : ledgerByOrdinal(database, integer(row, 'ledger'));
}

const selectToppedUpAndDue = `${selectLedger} ordinal IN (SELECT ledger FROM top_ups WHERE ended_at IS NULL)
  AND min(ifnull(block_due_at, top_up_due_at), ifnull(top_up_due_at, block_due_at)) <= max(?1, ifnull(last_at, ?1)) LIMIT 1`;

/** A ledger of any customer with an active top-up and due events, so that an invoice may be missing. */
export function dueLedgerWithTopUp(database: Database, now: Instant): StoredLedger | undefined {
  return ledger(database.prepare(selectToppedUpAndDue).get(now));
}

/** Inserts a ledger without entries and returns its row id. */
export function insertLedger(database: Database, customer: number, currency: string): number {
  const { balance } = emptyHead(currency);
  return database
    .prepare('INSERT INTO ledgers (customer, currency, balance, sequence) VALUES (?, ?, ?, 0)')
    .run(customer, currency, balance);
}

/** Writes the new head of a ledger, and stores the alert events that its new balance triggers. */
export function updateHead(database: Database, ordinal: number, head: LedgerHead): void {
  noteBalanceChange(database, ordinal, head.balance);
  database
    .prepare('UPDATE ledgers SET balance = ?, sequence = ?, last_at = ? WHERE ordinal = ?')
    .run(head.balance, head.sequence, head.lastAt, ordinal);
}

/** Stores the alert events of a ledger whose balance becomes `after`, whatever changed it. Call it before the new balance is written. */
function noteBalanceChange(database: Database, ledger: number, after: Amount): void {
  if (!isAnyAddress(database)) return;
  const row = database
    .prepare('SELECT customer, currency, balance FROM ledgers WHERE ordinal = ?')
    .get(ledger);
  if (row === undefined) return;
  const before = amountIn(row, 'balance');
  if (before === after) return;
  const customer = integer(row, 'customer');
  const alerts = alertsOnBalance(database, customer, text(row, 'currency'));
  for (const { alert, threshold } of crossings(alerts, { before, after }))
    noteEvent(database, { type: `customer.${alert.type}`, customer, subject: alert.id, threshold });
}

function ledger(row: Row | undefined): StoredLedger | undefined {
  if (row === undefined) return undefined;
  const blockDueAt = integerOrNull(row, 'block_due_at');
  const topUpDueAt = integerOrNull(row, 'top_up_due_at');
  return {
    ordinal: integer(row, 'ordinal'),
    customer: integer(row, 'customer'),
    head: {
      currency: text(row, 'currency'),
      balance: amountIn(row, 'balance'),
      sequence: integer(row, 'sequence'),
      lastAt: integerOrNull(row, 'last_at'),
    },
    dueAt: earlier(blockDueAt, topUpDueAt),
    topUpDueAt,
  };
}

function earlier(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
