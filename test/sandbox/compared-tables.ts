// The rows of an embedded ledger as far as a copy has to equal its source.
import { onTestFinished } from 'vitest';
import { openDatabase } from '../../src/database/driver.ts';

/** By table; texts that a copy disguises, and ordinals, are left out. */
export async function tablesOf(db: string): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const database = await openDatabase(db);
  onTestFinished(() => database.close());
  const of =
    'JOIN ledgers ON ledgers.ordinal = t.ledger JOIN customers ON customers.ordinal = ledgers.customer';
  const whose = `customers.id AS whose, ledgers.currency AS unit`;
  const tables: Readonly<Record<string, string>> = {
    customers: `SELECT t.id, t.external_id, t.timezone, t.currency, t.created_at, t.balance, above.id AS parent
      FROM customers t LEFT JOIN customers above ON above.ordinal = t.parent ORDER BY t.ordinal`,
    blocks: `SELECT ${whose}, t.id, t.balance, t.initial, t.effective_at, t.expires_at, t.cost_basis, t.status, t.counted,
      t.filters, t.source, t.ceiling, t.sign, t.deduction_key, t.due_at FROM blocks t ${of} ORDER BY whose, unit, t.ordinal`,
    entries: `SELECT ${whose}, t.sequence, t.id, t.type, t.amount, t.amount_key, t.starting, t.ending, t.created_at, t.block,
      t.new_block, t.continues, t.new_block_expires_at, t.void_amount, t.void_reason, t.invoice
      FROM entries t ${of} ORDER BY whose, unit, t.sequence`,
    peaks: `SELECT ${whose}, run, type, peak FROM amount_peaks t ${of} ORDER BY whose, unit, run, type`,
    usage: `SELECT ${whose}, t.sequence, t.block, t.price, t.invoice, t.day, t.day_starts_at FROM usage_entries t ${of} ORDER BY 1, 2, 3`,
    ledgers: `SELECT ${whose}, ledgers.balance, ledgers.sequence, last_at FROM ledgers
      JOIN customers ON customers.ordinal = ledgers.customer ORDER BY 1, 2`,
    invoices: `SELECT t.ordinal, t.id, customers.id AS whose, block, t.currency, status, t.created_at, issued_at, paid_at, voided_at,
      invoice_at, due_at, quantity, unit_price, total, item_id, line_item_id, price_id, auto_collection, top_up
      FROM invoices t JOIN customers ON customers.ordinal = t.customer ORDER BY 1`,
    topUps: `SELECT ${whose}, t.id, threshold, amount, cost_basis, auto_collection, net_terms, memo, require_payment,
      expires_after, expires_unit FROM top_ups t ${of} WHERE ended_at IS NULL ORDER BY t.id`,
    alerts: `SELECT t.id, customers.id AS whose, t.currency, type, thresholds, enabled, t.created_at
      FROM alerts t JOIN customers ON customers.ordinal = t.customer WHERE t.deleted_at IS NULL ORDER BY t.id`,
    money: `SELECT t.id, customers.id AS whose, action, starting, ending, invoice, credit_note, t.created_at
      FROM balance_transactions t JOIN customers ON customers.ordinal = t.customer ORDER BY t.ordinal`,
    units: `SELECT value FROM settings WHERE name = 'units'`,
  };
  return Object.fromEntries(Object.entries(tables).map(([name, sql]) => [name, database.prepare(sql).all()]));
}
