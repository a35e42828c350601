// Schema step 1: creates customers, ledgers, blocks, entries, invoices and stored answers; files of version 1 exist, so never change it.

/**
 * Every query of a command is a look-up in one of these indexes, so that its cost does not grow with the ledger.
 * Amounts are canonical decimal text; an amount that SQL compares has an order-preserving key beside it.
 * Instants are whole milliseconds since the epoch.
 */
export const firstTables = `
CREATE TABLE customers (
  ordinal INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  external_id TEXT UNIQUE,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  timezone TEXT NOT NULL,
  currency TEXT,
  created_at INTEGER NOT NULL,
  details TEXT NOT NULL
);
CREATE INDEX customers_newest ON customers (created_at);

CREATE TABLE ledgers (
  ordinal INTEGER PRIMARY KEY,
  customer INTEGER NOT NULL REFERENCES customers,
  currency TEXT NOT NULL,
  balance TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  last_at INTEGER,
  UNIQUE (customer, currency)
);

CREATE TABLE blocks (
  ordinal INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  ledger INTEGER NOT NULL REFERENCES ledgers,
  balance TEXT NOT NULL,
  initial TEXT NOT NULL,
  effective_at INTEGER NOT NULL,
  expires_at INTEGER,
  cost_basis TEXT,
  status TEXT NOT NULL,
  counted INTEGER NOT NULL,
  filters TEXT NOT NULL,
  source TEXT NOT NULL,
  decremented TEXT NOT NULL,
  voided TEXT NOT NULL,
  -- What follows from the columns above, for the indexes below.
  sign INTEGER NOT NULL,
  deduction_key TEXT NOT NULL,
  due_at INTEGER
);
CREATE INDEX blocks_newest ON blocks (ledger);
CREATE INDEX blocks_effective ON blocks (ledger, effective_at);
CREATE INDEX blocks_open ON blocks (ledger) WHERE sign <> 0;
CREATE INDEX blocks_open_effective ON blocks (ledger, effective_at) WHERE sign <> 0;
CREATE INDEX blocks_expiry ON blocks (ledger, expires_at) WHERE sign = 1;
CREATE INDEX blocks_drawable ON blocks (ledger, deduction_key) WHERE sign = 1 AND counted = 1;
CREATE INDEX blocks_counted ON blocks (ledger, deduction_key) WHERE counted = 1;
CREATE INDEX blocks_due ON blocks (ledger, due_at) WHERE due_at IS NOT NULL;

CREATE TABLE entries (
  ledger INTEGER NOT NULL REFERENCES ledgers,
  sequence INTEGER NOT NULL,
  id TEXT NOT NULL,
  type TEXT NOT NULL,
  amount TEXT NOT NULL,
  amount_key TEXT NOT NULL,
  starting TEXT NOT NULL,
  ending TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  description TEXT,
  metadata TEXT NOT NULL,
  block TEXT NOT NULL,
  new_block_expires_at INTEGER,
  void_amount TEXT,
  void_reason TEXT,
  invoice TEXT,
  PRIMARY KEY (ledger, sequence)
) WITHOUT ROWID;
CREATE INDEX entries_type ON entries (ledger, type, sequence);
CREATE INDEX entries_time ON entries (ledger, created_at, sequence);

-- The largest amount of each type among a run of neighbouring entries, to skip whole runs below a minimum.
CREATE TABLE amount_peaks (
  ledger INTEGER NOT NULL REFERENCES ledgers,
  run INTEGER NOT NULL,
  type TEXT NOT NULL,
  peak TEXT NOT NULL,
  PRIMARY KEY (ledger, run, type)
) WITHOUT ROWID;

CREATE TABLE invoices (
  ordinal INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  block TEXT NOT NULL,
  currency TEXT NOT NULL,
  status TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  invoice_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  quantity TEXT NOT NULL,
  unit_price TEXT NOT NULL,
  total TEXT NOT NULL,
  item_id TEXT NOT NULL,
  line_item_id TEXT NOT NULL,
  price_id TEXT NOT NULL,
  memo TEXT,
  auto_collection INTEGER NOT NULL
);
CREATE INDEX invoices_block ON invoices (block);

CREATE TABLE idempotency (
  key TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (created_at);
`;
