// Issues, pays and voids invoices, and cancels the invoices of a deleted block.
import { type Amount, isZero, negate, smaller, subtract, sum, wholeSeconds } from '../../credits/exact.ts';
import { type Database, integer, integerOrNull } from '../../database/driver.ts';
import type { Clock } from '../ledger/posting.ts';
import { balanceOf, changeBalance, creditAll, invoiceTransactions } from './balance.ts';
import { insertInvoice, invoicesOfBlock, noteInvoice, type StoredInvoice } from './invoices.ts';

const selectIssuance = `SELECT customer, json_extract(details, '$.auto_issuance') AS auto_issuance
  FROM ledgers JOIN customers ON customers.ordinal = ledgers.customer WHERE ledgers.ordinal = ?`;

/**
 * Stores a new invoice, and issues it at once if the customer's invoices are issued automatically.
 * Model: the account issues invoices of credits automatically, whatever their date, unless the customer's
 * `auto_issuance` is false (Orb docs: invoice issuance).
 * @returns whether issuing the invoice also paid it, because nothing is left to pay
 */
export function keepInvoice(
  database: Database,
  ledger: number,
  { invoice, freshId }: { readonly invoice: StoredInvoice['invoice']; readonly freshId: Clock['freshId'] },
): boolean {
  const row = database.prepare(selectIssuance).get(ledger);
  if (row === undefined) throw new RangeError(`there is no ledger ${ledger}`);
  const customer = integer(row, 'customer');
  insertInvoice(database, { customer, ordinal: null }, invoice);
  // Model: an invoice that is paid at once is issued first, and then marked as paid in the name of the caller.
  if (invoice.status !== 'draft') noteInvoice(database, invoice.id, 'invoice.issued');
  if (invoice.status === 'paid') noteInvoice(database, invoice.id, 'invoice.manually_marked_as_paid');
  if (invoice.status !== 'draft' || integerOrNull(row, 'auto_issuance') === 0) return false;
  return issue(database, { invoice, customer }, { now: invoice.createdAt, freshId });
}

/**
 * Issues a draft (contract: issue). Positive money in the customer's balance is deducted from the amount due, and a
 * negative balance is added (Orb docs: customer balance).
 * Model: an invoice of which nothing is left to pay is paid when it is issued, also if the balance paid it.
 * @returns whether the invoice is paid
 */
export function issue(
  database: Database,
  { invoice, customer }: Pick<StoredInvoice, 'invoice' | 'customer'>,
  clock: Clock,
): boolean {
  const applied = smaller(balanceOf(database, customer), invoice.total);
  const by = negate(applied);
  changeBalance(database, { customer, by, action: 'applied_to_invoice', invoice: invoice.id }, clock);
  const isPaid = isZero(subtract(invoice.total, applied));
  const at = wholeSeconds(clock.now);
  database
    .prepare('UPDATE invoices SET status = ?, issued_at = ?, paid_at = ? WHERE id = ?')
    .run(isPaid ? 'paid' : 'issued', at, isPaid ? at : null, invoice.id);
  noteInvoice(database, invoice.id, 'invoice.issued');
  return isPaid;
}

/** Voids an issued invoice and returns the money that it took from the balance (contract: void). */
export function voidInvoice(
  database: Database,
  { invoice: { id }, customer }: Pick<StoredInvoice, 'invoice' | 'customer'>,
  clock: Clock,
): void {
  const by = appliedTo(database, id);
  changeBalance(database, { customer, by, action: 'return_from_voiding', invoice: id }, clock);
  const at = wholeSeconds(clock.now);
  database.prepare(`UPDATE invoices SET status = 'void', voided_at = ? WHERE id = ?`).run(at, id);
  noteInvoice(database, id, 'invoice.manually_marked_as_void');
}

/** The money that an invoice took from its customer's balance; negative if it added a debt. */
export function appliedTo(database: Database, id: string): Amount {
  const taken = invoiceTransactions(database, id).filter(({ action }) => action === 'applied_to_invoice');
  return sum(taken.map(({ starting, ending }) => subtract(starting, ending)));
}

/**
 * Cancels the invoices of a deleted block (contract: DELETE /credit_blocks/{block_id}): deletes a draft, voids an
 * issued invoice, and issues a credit note over the total of a paid one.
 */
export function cancelInvoices(database: Database, blockId: string, clock: Clock): void {
  for (const stored of invoicesOfBlock(database, blockId)) {
    const { invoice, customer } = stored;
    switch (invoice.status) {
      case 'draft':
        database.prepare('DELETE FROM invoices WHERE id = ?').run(invoice.id);
        break;
      case 'issued':
        voidInvoice(database, stored, clock);
        break;
      case 'paid':
        creditAll(database, { ...invoice, customer }, clock);
        break;
      case 'void':
    }
  }
}
