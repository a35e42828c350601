// Schema step 7: creates the prices of events, and the keys of ingested events so that no event is ingested twice.

export const ingestTables = `
CREATE TABLE prices (
  ordinal INTEGER PRIMARY KEY,
  event TEXT NOT NULL UNIQUE,
  id TEXT NOT NULL,
  item TEXT NOT NULL,
  credits TEXT NOT NULL,
  -- The property whose value is paid for; where it is null, each event is one unit.
  property TEXT,
  currency TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX prices_item ON prices (item);

CREATE TABLE ingested_events (
  key TEXT PRIMARY KEY,
  -- When the usage occurred: an older event is refused, so its key need not be kept for longer than the grace period.
  occurred_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX ingested_events_age ON ingested_events (occurred_at);
`;
