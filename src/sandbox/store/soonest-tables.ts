// Schema step 11: indexes due times over all ledgers, because a server looks for the earliest twice a second.

export const soonestTables = `
CREATE INDEX blocks_soonest ON blocks (due_at, ledger) WHERE due_at IS NOT NULL;
CREATE INDEX top_ups_soonest ON top_ups (due_at, ledger) WHERE ended_at IS NULL AND due_at IS NOT NULL;
`;
