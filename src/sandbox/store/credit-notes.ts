// Stores credit notes, which refund a paid invoice as money in the customer's balance.
import type { Amount, Instant } from '../../credits/exact.ts';
import { amountIn, type Database, integer, type Row, text } from '../../database/driver.ts';
import type { Clock } from '../ledger/posting.ts';
import { changeBalance } from './balance.ts';
import { newestRows, type PageFilter } from './pages.ts';

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
  database
    .prepare('INSERT INTO credit_notes (id, invoice, total, created_at) VALUES (?, ?, ?, ?)')
    .run(id, invoice.id, invoice.total, clock.now);
  const { customer, total: by } = invoice;
  changeBalance(
    database,
    { customer, by, action: 'credit_note_applied', invoice: invoice.id, creditNote: id },
    clock,
  );
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
export function newestCreditNotes(
  database: Database,
  filter: PageFilter,
  limit: number,
): readonly CreditNote[] {
  return newestRows(database, { select: notesNewest }, filter, limit).map(creditNote);
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
