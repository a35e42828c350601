// Defines the tables of the record on SQLite, created in numbered steps.
import type { Database } from '../../database/driver.ts';

/** Upgrades a file by one version, within the caller's transaction. */
export type SchemaStep = (database: Database) => void;

/**
 * Rows of `events` and `links` are never changed, rows of `texts` only erased; `writes`, `runs` and `counters` follow from
 * the events. Instants are milliseconds since the epoch, hashes are bytes, amounts are decimal text. `writes` is in note
 * order, so the index of each list ends with `noted`; links have the times of a range. `held` is 1 while the reservation
 * counts: settling a write does not change it, so the index by it stays too. The ends of Orb's ids are random, so an index
 * of the last 8 characters is enough, and smaller.
 *
 * Customers and ids come in random order, so each row of a batch would change another page of their indexes. Therefore
 * these indexes begin with a part number: a part is 32,768 events, and only the newest part changes. Each lookup searches
 * all parts; see `parts` in `current-tables.ts`.
 */
const firstTables = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  origin TEXT NOT NULL,
  mode TEXT NOT NULL,
  ledger TEXT UNIQUE
) STRICT;
CREATE TABLE account_keys (
  key_hash TEXT NOT NULL,
  origin TEXT NOT NULL,
  account INTEGER NOT NULL,
  PRIMARY KEY (key_hash, origin)
) STRICT, WITHOUT ROWID;
CREATE TABLE account_customers (
  account INTEGER NOT NULL,
  customer TEXT NOT NULL,
  noted_at INTEGER NOT NULL,
  PRIMARY KEY (account, customer)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  account INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  link INTEGER NOT NULL,
  at INTEGER NOT NULL,
  who TEXT NOT NULL,
  prev INTEGER NOT NULL,
  body TEXT NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (account, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_accepted ON events (account, seq) WHERE substr(body, 1, 18) = '{"kind":"accepted"';
CREATE INDEX events_policies ON events (account, seq) WHERE substr(body, 1, 20) = '{"kind":"policy_set"';
CREATE TABLE links (
  account INTEGER NOT NULL,
  link INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  at INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (account, link)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_time ON links (account, at, first, last);
CREATE TABLE texts (
  account INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  name TEXT NOT NULL,
  text BLOB NOT NULL,
  PRIMARY KEY (account, seq, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE writes (
  account INTEGER NOT NULL,
  noted INTEGER NOT NULL,
  key TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  state TEXT NOT NULL,
  ended INTEGER,
  version INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  named INTEGER NOT NULL,
  method TEXT NOT NULL,
  who TEXT NOT NULL,
  author TEXT,
  runner TEXT,
  api_key TEXT,
  noted_at INTEGER NOT NULL,
  ledger_at TEXT,
  lease_until INTEGER NOT NULL,
  customer TEXT,
  holder TEXT,
  currency TEXT,
  day TEXT,
  reserved TEXT,
  held INTEGER NOT NULL,
  batch TEXT,
  row INTEGER,
  noted_run INTEGER,
  run INTEGER,
  undoes TEXT,
  to_follow INTEGER NOT NULL,
  approved_by TEXT,
  ended_at INTEGER,
  ended_by TEXT,
  status INTEGER,
  request_id TEXT,
  replayed INTEGER NOT NULL,
  found INTEGER NOT NULL,
  entry TEXT,
  block TEXT,
  amount TEXT,
  acknowledged_at INTEGER,
  PRIMARY KEY (account, noted)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX writes_by_key ON writes (account, key);
CREATE INDEX writes_by_hand ON writes (account, noted) WHERE batch IS NULL;
CREATE INDEX writes_by_who ON writes (account, who, noted);
CREATE INDEX writes_by_customer ON writes (account, noted >> 15, customer, noted);
CREATE INDEX writes_by_batch ON writes (account, batch, noted) WHERE batch IS NOT NULL;
CREATE INDEX writes_by_state ON writes (account, state, noted) WHERE state <> 'settled';
CREATE INDEX writes_by_fingerprint ON writes (account, fingerprint, noted) WHERE fingerprint <> '';
CREATE INDEX writes_by_entry ON writes (account, noted >> 15, substr(entry, -8)) WHERE entry IS NOT NULL;
CREATE INDEX writes_by_request ON writes (account, noted >> 15, substr(request_id, -8)) WHERE request_id IS NOT NULL;
CREATE INDEX writes_by_undone ON writes (account, undoes, noted) WHERE undoes IS NOT NULL;
CREATE INDEX writes_by_reserved ON writes (account, noted >> 15, holder, day, currency, reserved) WHERE held = 1;

CREATE TABLE runs (
  account INTEGER NOT NULL,
  batch TEXT NOT NULL,
  run INTEGER NOT NULL,
  begun INTEGER NOT NULL,
  api_key TEXT,
  plan TEXT NOT NULL,
  rows INTEGER NOT NULL,
  is_undo INTEGER NOT NULL,
  who TEXT NOT NULL,
  author TEXT NOT NULL,
  runner TEXT NOT NULL,
  begun_at INTEGER NOT NULL,
  lease_until INTEGER NOT NULL,
  ended_at INTEGER,
  counts TEXT,
  approved_by TEXT NOT NULL,
  PRIMARY KEY (account, batch, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_newest ON runs (account, begun);

CREATE TABLE counters (
  account INTEGER NOT NULL,
  day TEXT NOT NULL,
  currency TEXT NOT NULL,
  who TEXT NOT NULL,
  sum TEXT NOT NULL,
  PRIMARY KEY (account, day, currency, who)
) STRICT, WITHOUT ROWID;

CREATE TABLE plans (
  account INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  pieces INTEGER NOT NULL,
  PRIMARY KEY (account, sha256)
) STRICT, WITHOUT ROWID;
CREATE TABLE plan_pieces (
  account INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  piece INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (account, sha256, piece)
) STRICT;
`;

/** A file of version n has run the first n steps. A released step never changes. */
export const steps: readonly SchemaStep[] = [(database) => database.exec(firstTables)];

/** The application id in the header of the file, "CrCt": it distinguishes a record from other SQLite files. */
export const applicationId = 0x43724374;
