// Defines the tables and indexes of a record on PostgreSQL. SQL alone.

/** The version of the schema that this program creates. Each change of the schema increases it by 1. */
export const schemaForm = 1;
/**
 * The oldest schema version whose programs may still write to this schema, and the creditctl version of such a program. A
 * running program reads it only when it opens the record, so raising it must also change the signature of `append_kept`.
 */
export const oldestForm = 1;
export const oldestProgram = '0.1.0';

/**
 * The key, attempt and hash of an event follow from its body. The events of a key follow from its latest event, because
 * each event names its predecessor (`prev`). Columns or indexes for these would be a third of a batch row's size. Long ids
 * are indexed by their hashes. Number columns come first, so that alignment wastes no bytes.
 *
 * Facts are in `event` and `link`, their texts in `fact_text`. All other tables follow from the facts and change in the
 * same transaction. `is_back` marks a link with an earlier time than a previous link, after a clock was set back; the
 * other links are in time order. Keys and names compare by bytes, so that no system collation decides what is equal.
 */
export const tables = `
-- The change that a fact makes to the counters of a day.
create type creditctl.moved as (
  customer text, who text, currency text, day text, utc_day text, amount numeric
);

create table creditctl.record (
  one boolean primary key default true check (one),
  id text not null,
  salt text not null,
  form integer not null,
  oldest_form integer not null,
  oldest_program text not null
);

create table creditctl.account (
  id integer generated always as identity primary key,
  origin text collate "C" not null,
  mode text not null check (mode in ('live', 'test', 'sandbox')),
  ledger text collate "C" unique,
  link bigint not null default 0,
  hash text not null default repeat('0', 64),
  seq bigint not null default 0,
  latest timestamptz not null default '-infinity'
) with (fillfactor = 50);

create table creditctl.account_key (
  origin text collate "C" not null,
  key_hash text collate "C" not null,
  account integer not null references creditctl.account,
  primary key (origin, key_hash)
);

create table creditctl.account_customer (
  account integer not null references creditctl.account,
  customer text collate "C" not null,
  place bigint generated always as identity,
  primary key (account, customer)
);

create table creditctl.event (
  seq bigint not null,
  link bigint not null,
  prev bigint not null,
  account integer not null,
  kind text collate "C" not null,
  who text collate "C" not null,
  body text collate "C" not null,
  primary key (account, seq)
);
create index event_accepted on creditctl.event (account, seq) where kind = 'accepted';
create index event_policy on creditctl.event (account, seq) where kind = 'policy_set';

create table creditctl.link (
  link bigint not null,
  first bigint not null,
  last bigint not null,
  at timestamptz not null,
  account integer not null,
  is_back boolean not null,
  hash bytea not null,
  client uuid not null,
  primary key (account, link)
);
create unique index link_of_client on creditctl.link (client);
create index link_by_time on creditctl.link (account, at, link) where not is_back;
create index link_back on creditctl.link (account, at) where is_back;

create table creditctl.fact_text (
  account integer not null,
  seq bigint not null,
  name text collate "C" not null,
  content bytea not null,
  primary key (account, seq, name)
);

create table creditctl.write (
  noted_seq bigint not null,
  version bigint not null,
  noted_at timestamptz not null,
  lease_until timestamptz not null,
  ended_at timestamptz,
  acknowledged_at timestamptz,
  ended_seq bigint,
  account integer not null,
  attempt integer not null,
  status integer,
  noted_run integer,
  run integer,
  row_number integer,
  to_follow integer not null,
  named boolean not null,
  replayed boolean not null default false,
  found boolean not null default false,
  key text collate "C" not null,
  state text collate "C" not null,
  fingerprint text collate "C" not null,
  method text not null,
  who text collate "C" not null,
  author jsonb,
  runner jsonb,
  ledger_at text,
  customer text collate "C",
  reserve_customer text collate "C",
  currency text collate "C",
  day text collate "C",
  reserved text,
  batch text collate "C",
  undoes text collate "C",
  undone_by text collate "C",
  approved_by jsonb,
  policy text,
  api_key text,
  ended_by text collate "C",
  request_id text collate "C",
  entry text collate "C",
  block text collate "C",
  amount text,
  primary key (key, account)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
create index write_in_order on creditctl.write (account, noted_seq);
create index write_by_hand on creditctl.write (account, noted_seq) where batch is null;
create index write_of_person on creditctl.write (account, who, noted_seq) where batch is null;
create index write_of_customer on creditctl.write (account, hashtext(customer), noted_seq);
create index write_of_holder on creditctl.write (account, hashtext(reserve_customer), noted_seq)
  where reserve_customer is not null;
create index write_of_batch on creditctl.write (account, hashtext(batch), noted_seq) where batch is not null;
create index write_open on creditctl.write (account, noted_seq) where state in ('noted', 'unknown');
create index write_not_done on creditctl.write (account, state, noted_seq) where state in ('refused', 'absent', 'unsent');
create index write_equal on creditctl.write (account, fingerprint, noted_seq) where fingerprint <> '';
create index write_entry on creditctl.write using hash (entry) where entry is not null;
create index write_request on creditctl.write using hash (request_id) where request_id is not null;
create index write_undoes on creditctl.write (account, undoes, noted_seq) where undoes is not null;

create table creditctl.batch_run (
  account integer not null,
  batch text collate "C" not null,
  run integer not null,
  seq bigint not null,
  plan text not null,
  rows integer not null,
  undo boolean not null,
  who text collate "C" not null,
  author jsonb not null,
  runner jsonb not null,
  approved_by jsonb,
  policy text,
  api_key text,
  begun_at timestamptz not null,
  lease_until timestamptz not null,
  ended_at timestamptz,
  counts jsonb,
  primary key (account, batch, run)
);

create table creditctl.counter (
  account integer not null,
  scope text collate "C" not null,
  subject text collate "C" not null,
  currency text collate "C" not null,
  day text collate "C" not null,
  total numeric not null,
  primary key (account, scope, subject, currency, day)
) with (fillfactor = 50);

create table creditctl.plan (
  account integer not null,
  sha256 text collate "C" not null,
  upload uuid not null,
  pieces integer not null,
  primary key (account, sha256)
);

create table creditctl.plan_piece (
  account integer not null,
  upload uuid not null,
  piece integer not null,
  content bytea not null,
  primary key (account, upload, piece)
);
`;
