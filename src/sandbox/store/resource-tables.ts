// Schema steps 2 and 10: adds hierarchies and deletion of customers, the data of a replay, top-ups and alerts.
import { type Database, integer, text } from '../../database/driver.ts';

/** Adds the tables and columns, and fills the columns from other data of version 1. */
export function addResources(database: Database): void {
  database.exec(tables);
  database.exec(hierarchies);
  database.exec(invoicedCustomers);
  database.exec(continuations);
  linkMovedBlocks(database);
}

const tables = `
ALTER TABLE customers ADD COLUMN parent INTEGER REFERENCES customers;
ALTER TABLE customers ADD COLUMN deleted_at INTEGER;
CREATE INDEX customers_children ON customers (parent) WHERE parent IS NOT NULL;
DROP INDEX customers_newest;
CREATE INDEX customers_newest ON customers (created_at) WHERE deleted_at IS NULL;

-- The block that the entry made beside the one it names.
ALTER TABLE entries ADD COLUMN new_block TEXT;
-- 1 if the entry belongs to the same command as the entry before it.
ALTER TABLE entries ADD COLUMN continues INTEGER NOT NULL DEFAULT 0;

ALTER TABLE invoices ADD COLUMN customer INTEGER REFERENCES customers;
ALTER TABLE invoices ADD COLUMN top_up TEXT;
ALTER TABLE invoices ADD COLUMN voided_at INTEGER;
CREATE INDEX invoices_customer ON invoices (customer);
CREATE INDEX invoices_top_up ON invoices (top_up) WHERE top_up IS NOT NULL;

CREATE TABLE credit_notes (
  ordinal INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  invoice TEXT NOT NULL,
  total TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX credit_notes_invoice ON credit_notes (invoice);

CREATE TABLE top_ups (
  ordinal INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  customer INTEGER NOT NULL REFERENCES customers,
  ledger INTEGER NOT NULL REFERENCES ledgers,
  threshold TEXT NOT NULL,
  amount TEXT NOT NULL,
  cost_basis TEXT NOT NULL,
  auto_collection INTEGER NOT NULL,
  net_terms INTEGER NOT NULL,
  memo TEXT,
  require_payment INTEGER NOT NULL,
  expires_after INTEGER,
  expires_unit TEXT,
  active_from INTEGER NOT NULL,
  -- When it has to be looked at though nothing is posted: once it becomes active.
  due_at INTEGER,
  created_at INTEGER NOT NULL,
  ended_at INTEGER
);
CREATE UNIQUE INDEX top_ups_active ON top_ups (ledger) WHERE ended_at IS NULL;
CREATE INDEX top_ups_newest ON top_ups (customer) WHERE ended_at IS NULL;
CREATE INDEX blocks_awaited ON blocks (ledger) WHERE source = 'top_up' AND status = 'pending_payment' AND sign = 1;

CREATE TABLE alerts (
  ordinal INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  customer INTEGER NOT NULL REFERENCES customers,
  currency TEXT NOT NULL,
  type TEXT NOT NULL,
  thresholds TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
);
CREATE UNIQUE INDEX alerts_kind ON alerts (customer, currency, type) WHERE deleted_at IS NULL;
CREATE INDEX alerts_newest ON alerts (customer, created_at) WHERE deleted_at IS NULL;
`;

/** Schema step 10. A purchase pauses the top-up until its invoice is paid or voided, even if its block is empty. */
export const awaitedBlocks = `
DROP INDEX blocks_awaited;
CREATE INDEX blocks_awaited ON blocks (ledger) WHERE source = 'top_up' AND status = 'pending_payment';
`;

/** Version 1 stored a relationship only in the details of the customer whose request named the other one. */
const hierarchies = `
UPDATE customers SET parent = named.parent
  FROM (SELECT child.ordinal AS child, parent.ordinal AS parent
    FROM customers child JOIN customers parent ON parent.id = json_extract(child.details, '$.hierarchy.parent.id')) named
  WHERE customers.ordinal = named.child;
UPDATE customers SET parent = named.parent
  FROM (SELECT parent.ordinal AS parent, json_extract(child.value, '$.id') AS child
    FROM customers parent, json_each(parent.details, '$.hierarchy.children') child) named
  WHERE customers.id = named.child AND customers.parent IS NULL;
UPDATE customers SET details = json_remove(details, '$.hierarchy');
`;

const invoicedCustomers = `
UPDATE invoices SET customer =
  (SELECT ledgers.customer FROM blocks JOIN ledgers ON ledgers.ordinal = blocks.ledger WHERE blocks.id = invoices.block);
`;

/** A void always writes two entries; equal decrements of one second from block to block came from one command. */
const continuations = `
UPDATE entries SET continues = 1 WHERE type = 'void';
UPDATE entries SET new_block =
  (SELECT next.block FROM entries next WHERE next.ledger = entries.ledger AND next.sequence = entries.sequence + 1)
  WHERE type = 'void_initiated';
UPDATE entries SET continues = 1 WHERE type = 'decrement' AND EXISTS (
  SELECT 1 FROM entries before WHERE before.ledger = entries.ledger AND before.sequence = entries.sequence - 1
    AND before.type = 'decrement' AND before.created_at = entries.created_at AND before.block <> entries.block
    AND before.description IS entries.description AND before.metadata = entries.metadata);
`;

/**
 * Finds the block that each change of an expiry created: the next block that no earlier entry names, because blocks
 * are numbered in the order in which entries created them.
 */
function linkMovedBlocks(database: Database): void {
  const ledgers = database
    .prepare(`SELECT DISTINCT ledger FROM entries WHERE type = 'expiration_change'`)
    .all();
  const link = database.prepare('UPDATE entries SET new_block = ? WHERE ledger = ? AND sequence = ?');
  for (const row of ledgers) {
    const ledger = integer(row, 'ledger');
    const blocks = database.prepare('SELECT id FROM blocks WHERE ledger = ? ORDER BY ordinal').all(ledger);
    const entries = database
      .prepare('SELECT sequence, type, block FROM entries WHERE ledger = ? ORDER BY sequence')
      .all(ledger);
    let made = 0;
    for (const entry of entries) {
      const next = blocks[made];
      if (next === undefined) break;
      const isMove = text(entry, 'type') === 'expiration_change';
      if (isMove) link.run(text(next, 'id'), ledger, integer(entry, 'sequence'));
      if (isMove || text(entry, 'block') === text(next, 'id')) made += 1;
    }
  }
}
