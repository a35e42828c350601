// Schema step 8: adds the block that carries the debt of each automatic deduction, and the amount that a later block took over.

export const overageTables = `
ALTER TABLE usage_entries ADD COLUMN bearer TEXT NOT NULL DEFAULT '';
ALTER TABLE usage_entries ADD COLUMN covered TEXT NOT NULL DEFAULT '0';
UPDATE usage_entries SET bearer = block;
-- Debts that were left to another block before this step.
UPDATE usage_entries SET bearer = entries.new_block FROM entries
  WHERE entries.ledger = usage_entries.ledger AND entries.block = usage_entries.bearer
    AND entries.type = 'expiration_change' AND entries.new_block_expires_at IS NULL;
CREATE INDEX usage_entries_bearer ON usage_entries (ledger, bearer, day_starts_at);
CREATE INDEX blocks_debts ON blocks (ledger) WHERE sign = -1;
`;
