// Schema step 6: adds when invoices were issued and paid, and each customer's money balance.

export const paymentTables = `
ALTER TABLE invoices ADD COLUMN issued_at INTEGER;
ALTER TABLE invoices ADD COLUMN paid_at INTEGER;
UPDATE invoices SET issued_at = created_at WHERE status <> 'draft';
UPDATE invoices SET paid_at = created_at WHERE status = 'paid';
CREATE INDEX invoices_newest ON invoices (invoice_at);
DROP INDEX invoices_customer;
CREATE INDEX invoices_customer ON invoices (customer, invoice_at);

ALTER TABLE customers ADD COLUMN balance TEXT NOT NULL DEFAULT '0';

CREATE TABLE balance_transactions (
  ordinal INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  customer INTEGER NOT NULL REFERENCES customers,
  action TEXT NOT NULL,
  description TEXT,
  starting TEXT NOT NULL,
  ending TEXT NOT NULL,
  invoice TEXT,
  credit_note TEXT,
  created_at INTEGER NOT NULL
);
CREATE INDEX balance_transactions_customer ON balance_transactions (customer);
CREATE INDEX balance_transactions_invoice ON balance_transactions (invoice) WHERE invoice IS NOT NULL;
`;
