// The table of what automatic deductions were for.

/** Made by the first usage ever reported, so that a database without usage needs no migration. */
export const usageSchema = `
CREATE TABLE IF NOT EXISTS usage_entries (
  ledger INTEGER NOT NULL REFERENCES ledgers,
  sequence INTEGER NOT NULL,
  block TEXT NOT NULL,
  price TEXT NOT NULL,
  invoice TEXT NOT NULL,
  day TEXT NOT NULL,
  PRIMARY KEY (ledger, sequence)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS usage_entries_group ON usage_entries (ledger, block, price, invoice, day, sequence);
`;
