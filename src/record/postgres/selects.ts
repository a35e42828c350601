// Builds the SELECTs of writes, runs and events on PostgreSQL, and decodes their rows. Pure.
import { parsePlainJson } from '../../wire/json.ts';
import { eventHash } from '../chained-fact.ts';
import type { EventRow, FactAuthor, FactRunner, LinkRow, Reservation } from '../facts.ts';
import type { BatchRunRow, KeyState, Write } from '../known-write.ts';
import type { Account, WriteWithTexts } from '../record.ts';
import { authorOf, Fields, literal, type Row, runnerOf, stateOf, textsOf } from './values.ts';

/** An instant as RFC 3339 in UTC, with milliseconds. */
const instant = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const reserved = "case when w.state in ('noted', 'unknown', 'settled') then w.reserved end as reserved";

/** While a batch run works, its lease also holds its rows. */
const leaseUntil = `${instant(
  'case when w.runner is null and r.ended_at is null then greatest(w.lease_until, r.lease_until) else w.lease_until end',
)} as lease_until`;

/** A row of a batch has the author, API key and command of the run that noted it, and the runner of its latest run. */
const writeColumns = `
  w.key, w.attempt, w.state, w.version, w.fingerprint, w.named, w.method, w.who,
  coalesce(w.author, n.author) as author, coalesce(w.runner, r.runner) as runner, ${instant('w.noted_at')} as noted_at,
  w.ledger_at, ${leaseUntil}, w.customer, w.reserve_customer, w.currency, ${reserved}, w.day,
  w.batch, w.run, w.row_number, w.undoes, w.to_follow, w.undone_by, coalesce(w.approved_by, n.approved_by) as approved_by,
  coalesce(w.api_key, n.api_key) as api_key, ${instant('w.ended_at')} as ended_at, w.ended_by, w.status, w.request_id,
  w.replayed, w.found, w.entry, w.block, w.amount, ${instant('w.acknowledged_at')} as acknowledged_at, w.noted_seq`;

/** With one array of sequence numbers, the server uses the index. With OR, it reads all texts of the account per write. */
const writeTexts = `(
  select jsonb_object_agg(t.name, encode(t.content, 'base64')) from creditctl.fact_text t
    where t.account = w.account and t.seq = any (array[w.noted_seq, w.ended_seq, n.seq])) as texts`;

const writeTables = `creditctl.write w
  left join creditctl.batch_run n on n.account = w.account and n.batch = w.batch and n.run = w.noted_run
  left join creditctl.batch_run r on r.account = w.account and r.batch = w.batch and r.run = w.run`;

/** The same columns for writes by hand, without joins: this halves the planning time. */
const byHandTables = `creditctl.write w
  cross join (select null::jsonb as author, null::jsonb as approved_by, null::text as api_key, null::bigint as seq) n
  cross join (select null::jsonb as runner, null::timestamptz as ended_at, null::timestamptz as lease_until) r`;

/** @param rest the text after WHERE */
export const selectWrites = (rest: string): string =>
  `select ${writeColumns}, ${writeTexts} from ${writeTables} where ${rest}`;

export const selectWritesByHand = (rest: string): string =>
  `select ${writeColumns}, ${writeTexts} from ${byHandTables} where ${rest}`;

export const selectWritesAlone = (rest: string): string =>
  `select ${writeColumns}, w.ended_seq, w.noted_run, w.reserved as noted_reserve from ${writeTables} where ${rest}`;

/** A row without its run has an empty author, so that it can still be shown and verified. */
const authorOrNone = (fields: Fields | null): FactAuthor =>
  fields === null ? { os_user: '', host: '' } : authorOf(fields);
const runnerOrNone = (fields: Fields | null): FactRunner =>
  fields === null ? { machine: '', pid: 0 } : runnerOf(fields);

export function writeOf(row: Row): Write {
  return {
    noted: row.number('noted_seq'),
    key: row.text('key'),
    attempt: row.number('attempt'),
    state: stateOf(row.text('state')),
    version: row.number('version'),
    fingerprint: row.text('fingerprint'),
    isNamed: row.flag('named'),
    method: row.text('method'),
    who: row.text('who'),
    author: authorOrNone(row.maybeObject('author')),
    runner: runnerOrNone(row.maybeObject('runner')),
    notedAt: row.text('noted_at'),
    ledgerAt: row.maybeText('ledger_at'),
    leaseUntil: row.text('lease_until'),
    customer: row.maybeText('customer'),
    currency: row.maybeText('currency'),
    reserved: row.maybeText('reserved'),
    day: row.maybeText('day'),
    batch: row.maybeText('batch'),
    run: row.maybeNumber('run'),
    row: row.maybeNumber('row_number'),
    undoes: row.maybeText('undoes'),
    toFollow: row.number('to_follow'),
    undoneBy: row.maybeText('undone_by'),
    approvedBy: row.texts('approved_by'),
    apiKey: row.maybeText('api_key'),
    endedAt: row.maybeText('ended_at'),
    endedBy: row.maybeText('ended_by'),
    status: row.maybeNumber('status'),
    requestId: row.maybeText('request_id'),
    isReplayed: row.flag('replayed'),
    isFound: row.flag('found'),
    entry: row.maybeText('entry'),
    block: row.maybeText('block'),
    amount: row.maybeText('amount'),
    acknowledgedAt: row.maybeText('acknowledged_at'),
  };
}

/** A row of `selectWritesAlone`, with the columns that no list shows. */
export const storedWriteOf = (row: Row) => ({
  ...writeOf(row),
  ended: row.maybeNumber('ended_seq'),
  notedRun: row.maybeNumber('noted_run'),
  reserves: reservesIn(row, row.maybeText('noted_reserve')),
});

export const writeWithTextsOf = (row: Row): WriteWithTexts => ({
  ...writeOf(row),
  texts: textsOf(row.maybeObject('texts')),
});

export const selectKeyStates = (account: number, keys: string): string =>
  `select w.key, w.state, w.attempt, w.version, ${instant('w.noted_at')} as noted_at, w.ledger_at,
    ${leaseUntil}, coalesce(w.runner, r.runner) as runner, w.run, r.plan, w.row_number,
    coalesce(w.api_key, n.api_key) as api_key, w.reserve_customer, w.currency, w.day,
    ${reserved}, w.amount
  from jsonb_array_elements_text(${keys}) as k (key) join ${writeTables.replace('creditctl.write w', `creditctl.write w on w.account = ${literal(account)} and w.key = k.key`)}`;

export function keyStateOf(row: Row): KeyState {
  return {
    state: stateOf(row.text('state')),
    attempt: row.number('attempt'),
    version: row.number('version'),
    notedAt: row.text('noted_at'),
    ledgerAt: row.maybeText('ledger_at'),
    leaseUntil: row.text('lease_until'),
    runner: runnerOrNone(row.maybeObject('runner')),
    run: row.maybeNumber('run'),
    plan: row.maybeText('plan'),
    row: row.maybeNumber('row_number'),
    apiKey: row.maybeText('api_key'),
    reserves: reservesIn(row, row.maybeText('reserved')),
    amount: row.maybeText('amount'),
  };
}

function reservesIn(row: Row, amount: string | null): Reservation | null {
  if (amount === null) return null;
  const [customer, currency, day] = [row.text('reserve_customer'), row.text('currency'), row.text('day')];
  return { customer, currency, day, amount };
}

export const selectRuns = (rest: string): string =>
  `select r.seq, r.batch, r.run, r.plan, r.rows, r.undo, r.who, r.author, r.runner, ${instant('r.begun_at')} as begun_at,
    ${instant('r.lease_until')} as lease_until, ${instant('r.ended_at')} as ended_at, r.counts, r.approved_by, (
      select jsonb_object_agg(t.name, encode(t.content, 'base64')) from creditctl.fact_text t
        where t.account = r.account and t.seq = r.seq) as texts, (
      select e.body::jsonb ->> 'ledger_at' from creditctl.event e
        where e.account = r.account and e.seq = r.seq) as ledger_at
  from creditctl.batch_run r where ${rest} order by r.seq desc`;

export function runOf(row: Row): BatchRunRow {
  const counts = row.maybeObject('counts');
  const texts = textsOf(row.maybeObject('texts'));
  return {
    begun: row.number('seq'),
    batch: row.text('batch'),
    run: row.number('run'),
    plan: row.text('plan'),
    rows: row.number('rows'),
    isUndo: row.flag('undo'),
    who: row.text('who'),
    author: authorOf(row.object('author')),
    runner: runnerOf(row.object('runner')),
    command: texts.command,
    results: texts.results,
    signatures: texts.signatures,
    begunAt: row.text('begun_at'),
    ledgerAt: row.maybeText('ledger_at'),
    leaseUntil: row.text('lease_until'),
    endedAt: row.maybeText('ended_at'),
    counts: counts === null ? null : countsOf(counts),
    approvedBy: row.texts('approved_by'),
  };
}

const countsOf = (counts: Fields): BatchRunRow['counts'] => ({
  succeeded: counts.number('succeeded'),
  failed: counts.number('failed'),
  unknown: counts.number('unknown'),
  unprocessed: counts.number('unprocessed'),
});

export const selectEvents = (rest: string, more = ''): string =>
  `select e.seq, e.link, coalesce(${instant('l.at')}, '') as at, e.who, e.kind, e.prev, e.body${more} from creditctl.event e
    left join creditctl.link l on l.account = e.account and l.link = e.link where ${rest}`;

/** The events of keys, found backwards from the latest event by `prev`. @param keys as a JSON literal */
export const selectEventsOfKeys = (account: number, keys: string, more = ''): string =>
  `with recursive history as (
    select e.* from jsonb_array_elements_text(${keys}) as k (key)
      join creditctl.write w on w.key = k.key and w.account = ${literal(account)}
      join creditctl.event e on e.account = w.account and e.seq = w.version
    union all
    select e.* from history h join creditctl.event e on e.account = h.account and e.seq = h.prev and h.prev < h.seq
  ) ${selectEvents('true', more).replace('creditctl.event e', 'history e')} order by e.seq`;

/** The texts of an event, as one more column. */
export const eventTexts = `, (
  select jsonb_object_agg(t.name, encode(t.content, 'base64')) from creditctl.fact_text t
    where t.account = e.account and t.seq = e.seq) as texts`;

export function eventOf(row: Row): EventRow {
  const body = row.text('body');
  const fact = new Fields('body', parsePlainJson(body));
  const event = {
    seq: row.number('seq'),
    at: row.text('at'),
    who: row.text('who'),
    kind: row.text('kind'),
    key: fact.maybeText('key') ?? '',
    attempt: fact.has('attempt') ? fact.number('attempt') : 0,
    prev: row.number('prev'),
    body,
  };
  return { ...event, link: row.number('link'), hash: eventHash(event) };
}

export const linkOf = (row: Row): LinkRow => ({
  link: row.number('link'),
  first: row.number('first'),
  last: row.number('last'),
  hash: row.text('hash'),
});

export function accountOf(row: Row): Account {
  const mode = row.text('mode');
  return {
    id: row.number('id'),
    origin: row.text('origin'),
    mode: mode === 'live' || mode === 'test' ? mode : 'sandbox',
    ledger: row.maybeText('ledger'),
  };
}
