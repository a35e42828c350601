// Stores a customer's money: the balance with the account, each change of it, and credit notes (contract: CustomerBalanceTransaction).
import { type Amount, add, type Instant, isZero, wholeSeconds } from '../../credits/exact.ts';
import {
  amountIn,
  type Database,
  insertRow,
  integer,
  type Row,
  text,
  textOrNull,
} from '../../database/driver.ts';
import type { Clock } from '../ledger/posting.ts';
import { newestRows, type PageFilter } from './pages.ts';
import { noteEvent } from './webhooks.ts';

/** Reasons for a balance change (contract: CustomerBalanceTransaction). All but the first four come only from copied accounts. */
export const balanceActions = [
  'applied_to_invoice',
  'manual_adjustment',
  'return_from_voiding',
  'credit_note_applied',
  'prorated_refund',
  'revert_prorated_refund',
  'credit_note_voided',
  'overpayment_refund',
  'external_payment',
  'small_invoice_carryover',
] as const;
export type BalanceAction = (typeof balanceActions)[number];

export interface BalanceChange {
  /** The customer's ordinal. */
  readonly customer: number;
  /** Money added to the balance; negative if money is taken. */
  readonly by: Amount;
  readonly action: BalanceAction;
  readonly description?: string | null;
  readonly invoice?: string;
  readonly creditNote?: string;
}

export interface BalanceTransaction {
  readonly ordinal: number;
  readonly id: string;
  readonly action: BalanceAction;
  readonly description: string | null;
  readonly starting: Amount;
  readonly ending: Amount;
  readonly invoice: string | null;
  readonly creditNote: string | null;
  readonly createdAt: Instant;
}

export const selectBalance = 'SELECT balance FROM customers WHERE ordinal = ?';

/** @param customer the customer's ordinal */
export function balanceOf(database: Database, customer: number): Amount {
  const row = database.prepare(selectBalance).get(customer);
  if (row === undefined) throw new RangeError(`there is no customer ${customer}`);
  return amountIn(row, 'balance');
}

/** Changes a balance and stores the transaction; a change of zero stores nothing. Call it within `database.write`. */
export function changeBalance(
  database: Database,
  change: BalanceChange,
  { now, freshId }: Clock,
): BalanceTransaction | undefined {
  if (isZero(change.by)) return undefined;
  const starting = balanceOf(database, change.customer);
  const noted = {
    id: freshId(),
    action: change.action,
    description: change.description ?? null,
    starting,
    ending: add(starting, change.by),
    invoice: change.invoice ?? null,
    creditNote: change.creditNote ?? null,
    createdAt: wholeSeconds(now),
  };
  const { customer } = change;
  const ordinal = insertTransaction(database, customer, noted);
  noteEvent(database, { type: 'customer.balance_transaction_created', customer, subject: noted.id });
  return { ordinal, ...noted };
}

/** Stores a transaction and the customer's new balance; returns the row id. @param customer the customer's ordinal */
export function insertTransaction(
  database: Database,
  customer: number,
  noted: Omit<BalanceTransaction, 'ordinal'>,
): number {
  const { creditNote, createdAt, ...named } = noted;
  const row = { ...named, customer, credit_note: creditNote, created_at: createdAt };
  const ordinal = insertRow(database, 'balance_transactions', row);
  database.prepare('UPDATE customers SET balance = ? WHERE ordinal = ?').run(noted.ending, customer);
  return ordinal;
}

const selectTransaction = 'SELECT * FROM balance_transactions WHERE id = ?';

export function transactionById(database: Database, id: string): BalanceTransaction | undefined {
  const row = database.prepare(selectTransaction).get(id);
  return row === undefined ? undefined : transaction(row);
}

export const transactionsOfInvoice = 'SELECT * FROM balance_transactions WHERE invoice = ? ORDER BY ordinal';

/** The balance transactions of an invoice, oldest first: money taken and money returned. */
export function invoiceTransactions(database: Database, invoice: string): readonly BalanceTransaction[] {
  return database.prepare(transactionsOfInvoice).all(invoice).map(transaction);
}

export const transactionsNewest = `SELECT * FROM balance_transactions
  WHERE customer = ? AND ordinal < ? ORDER BY ordinal DESC LIMIT ?`;

/** A customer's transactions newest first. @param customer the customer's ordinal */
export function newestTransactions(
  database: Database,
  customer: number,
  filter: PageFilter,
): readonly BalanceTransaction[] {
  const list = { select: transactionsNewest, of: [customer] };
  return newestRows(database, list, filter).map(transaction);
}

function transaction(row: Row): BalanceTransaction {
  return {
    ordinal: integer(row, 'ordinal'),
    id: text(row, 'id'),
    action: text(row, 'action') as BalanceAction,
    description: textOrNull(row, 'description'),
    starting: amountIn(row, 'starting'),
    ending: amountIn(row, 'ending'),
    invoice: textOrNull(row, 'invoice'),
    creditNote: textOrNull(row, 'credit_note'),
    createdAt: integer(row, 'created_at'),
  };
}

export interface CreditNote {
  readonly ordinal: number;
  readonly id: string;
  readonly invoice: string;
  readonly total: Amount;
  readonly createdAt: Instant;
}

/** Refunds the total of a paid invoice (Orb docs: credit notes). @param invoice with its customer's ordinal */
export function creditAll(
  database: Database,
  invoice: { readonly id: string; readonly total: Amount; readonly customer: number },
  clock: Clock,
): void {
  const id = clock.freshId();
  const { customer, total } = invoice;
  insertRow(database, 'credit_notes', { id, invoice: invoice.id, total, created_at: clock.now });
  const action = 'credit_note_applied';
  changeBalance(database, { customer, by: total, action, invoice: invoice.id, creditNote: id }, clock);
}

export const selectNotes = 'SELECT * FROM credit_notes WHERE invoice = ? ORDER BY ordinal';

/** The credit notes on an invoice, the oldest first. */
export function creditNotesOf(database: Database, invoice: string): readonly CreditNote[] {
  return database.prepare(selectNotes).all(invoice).map(creditNote);
}

export function creditNoteById(database: Database, id: string): CreditNote | undefined {
  const row = database.prepare('SELECT * FROM credit_notes WHERE id = ?').get(id);
  return row === undefined ? undefined : creditNote(row);
}

export const notesNewest = 'SELECT * FROM credit_notes WHERE ordinal < ? ORDER BY ordinal DESC LIMIT ?';

/** The credit notes of the account, newest first. */
export function newestCreditNotes(database: Database, filter: PageFilter): readonly CreditNote[] {
  return newestRows(database, { select: notesNewest }, filter).map(creditNote);
}

function creditNote(row: Row): CreditNote {
  return {
    ordinal: integer(row, 'ordinal'),
    id: text(row, 'id'),
    invoice: text(row, 'invoice'),
    total: amountIn(row, 'total'),
    createdAt: integer(row, 'created_at'),
  };
}
