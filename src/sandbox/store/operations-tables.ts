// Schema step 3: creates the operator's settings and the usage behind automatic deductions.

export const operationsTables = `
-- The clock and the faults.
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE usage_entries (
  ledger INTEGER NOT NULL REFERENCES ledgers,
  sequence INTEGER NOT NULL,
  block TEXT NOT NULL,
  item TEXT,
  price TEXT NOT NULL,
  invoice TEXT NOT NULL,
  day TEXT NOT NULL,
  day_starts_at INTEGER NOT NULL,
  PRIMARY KEY (ledger, sequence)
) WITHOUT ROWID;
CREATE INDEX usage_entries_group ON usage_entries (ledger, block, price, invoice, day, sequence);
`;
