// The table of what an operator has set on the embedded ledger itself: its clock and its faults.

/** Made by the first setting ever made, so that a database nobody has set anything on needs no migration. */
export const settingsSchema = `
CREATE TABLE IF NOT EXISTS settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
`;
