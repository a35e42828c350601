// Appends facts to the record of one account in one transaction: finds conflicts, checks caps, updates tables, adds a link.
import { type Amount, add, amount, compare, isPositive, sum } from '../../credits/exact.ts';
import { bytes, type Database, integer, type Value } from '../../database/driver.ts';
import { insertRows } from '../../database/insert-rows.ts';
import { bodyOf, chainStart, eventHash, isKeyed, linkHash, textNames } from '../chained-fact.ts';
import { type CurrentWrite, runBegun, runEnded, writeAfter } from '../current-write.ts';
import type { Fact, Head, NewFact, Noted } from '../facts.ts';
import { instantText, utcDay } from '../known-write.ts';
import type { Appended, AppendOptions, CapCheck, HeadWatch } from '../record.ts';
import {
  type CapPlace,
  CounterChanges,
  currentWritesOf,
  heldUnder,
  OpenWriteCache,
  policyVersion,
  putRun,
  runAt,
  runsOf,
} from './current-tables.ts';
import { putWrites } from './put-rows.ts';

export interface Appending extends AppendOptions {
  readonly facts: readonly NewFact[];
  readonly watch?: HeadWatch | undefined;
  /** This process's open writes, cached. */
  readonly cache?: OpenWriteCache;
}

/** Call this within `database.write`, so that either all facts are on the disk or none. */
export function appendFacts(
  database: Database,
  place: CapPlace,
  { facts, caps = [], watch, cache = new OpenWriteCache() }: Appending,
): Appended {
  const { account } = place;
  if (facts.length === 0) throw new TypeError('nothing to append');
  const seen = watch?.seen();
  if (watch !== undefined && seen !== undefined && !hasLink(database, account, seen)) throw watch.lost(seen);
  const head = headOf(database, account);
  const before = cache.of(head, keysOf(facts), (keys) => currentWritesOf(database, account, keys));
  const moved = movedOn(database, account, { facts, before });
  if (moved.length > 0) return { kind: 'conflict', keys: moved };
  for (const cap of caps) {
    const used = add(heldUnder(database, place, cap), amount(cap.elsewhere));
    const wanted = sum(facts.map(({ fact }) => fact).flatMap((fact) => wantedUnder(cap, fact, place)));
    if (isPositive(wanted) && compare(add(used, wanted), amount(cap.limit)) > 0)
      return { kind: 'over', cap, used };
  }
  return addAll(database, place, { facts, before, head, cache });
}

const keysOf = (facts: readonly NewFact[]): readonly string[] => [
  ...new Set(facts.flatMap(({ fact }) => (isKeyed(fact) ? [fact.key] : []))),
];

interface Decided {
  readonly facts: readonly NewFact[];
  /** The current writes of the keys at the start of the transaction. */
  readonly before: ReadonlyMap<string, CurrentWrite>;
  readonly head: LastLink;
  readonly cache: OpenWriteCache;
}

/**
 * The names that changed since the caller read them: keys, a batch of which another process began this run or a later
 * run, or `policy` if another process set this version.
 */
function movedOn(
  database: Database,
  account: number,
  { facts, before }: Pick<Decided, 'facts' | 'before'>,
): readonly string[] {
  const overtaken = overtakenBatches(database, account, { facts, before });
  if (overtaken.length > 0) return overtaken;
  return facts.flatMap(({ fact, after, equalAfter }) => {
    if (fact.kind === 'batch_begun')
      return fact.run > runsOf(database, account, fact.batch) ? [] : [fact.batch];
    if (fact.kind === 'policy_set')
      return fact.version === policyVersion(database, account) + 1 ? [] : ['policy'];
    if (
      fact.kind === 'noted' &&
      equalAfter !== undefined &&
      hasEqual(database, account, { fact, equalAfter })
    )
      return [fact.key];
    if (!isKeyed(fact) || after === undefined) return [];
    return (before.get(fact.key)?.version ?? null) === after ? [] : [fact.key];
  });
}

/** The batches whose rows a run notes or takes although a later run of the batch has begun. */
function overtakenBatches(
  database: Database,
  account: number,
  { facts, before }: Pick<Decided, 'facts' | 'before'>,
): readonly string[] {
  const working = new Map<string, number>();
  for (const { fact } of facts) {
    if ((fact.kind !== 'noted' && fact.kind !== 'taken') || fact.run === undefined) continue;
    const batch = fact.kind === 'noted' ? fact.batch : before.get(fact.key)?.batch;
    if (batch != null) working.set(batch, fact.run);
  }
  return [...working].flatMap(([batch, run]) => (runsOf(database, account, batch) > run ? [batch] : []));
}

const hasEqual = (
  database: Database,
  account: number,
  { fact, equalAfter }: { readonly fact: Noted; readonly equalAfter: number },
): boolean =>
  database
    .prepare(
      `SELECT 1 AS is_there FROM writes INDEXED BY writes_by_fingerprint WHERE account = ? AND fingerprint = ?
       AND fingerprint <> '' AND noted > ? AND NOT named AND state IN ('noted', 'unknown') LIMIT 1`,
    )
    .get(account, fact.fingerprint ?? '', equalAfter) !== undefined;

/** The credits that a fact reserves under a cap. */
function wantedUnder(cap: CapCheck, fact: Fact, { at }: CapPlace): readonly Amount[] {
  if (fact.kind !== 'noted' || fact.reserves === undefined) return [];
  const { customer, currency, day } = fact.reserves;
  const isUnder =
    cap.scope === 'customer'
      ? customer === cap.customer && day === cap.day
      : countedDay(fact, at) === (cap.day ?? utcDay(at));
  return isUnder && currency === cap.currency ? [amount(fact.reserves.amount)] : [];
}

const countedDay = ({ ledger_at }: Noted, at: number): string =>
  utcDay(ledger_at === undefined ? at : Date.parse(ledger_at));

function addAll(
  database: Database,
  { account, who, at }: CapPlace,
  { facts, before, head, cache }: Decided,
): Appended {
  const [link, instant] = [head.link + 1, instantText(at)];
  const counters = new CounterChanges();
  const changed = new Map<string, CurrentWrite>();
  const events: Value[][] = [];
  const hashes = facts.map((newFact, index) => {
    const { fact } = newFact;
    const seq = head.last + 1 + index;
    const [key, attempt] = isKeyed(fact) ? [fact.key, fact.attempt] : ['', 0];
    const was = changed.get(key) ?? before.get(key);
    const prev = was?.version ?? 0;
    const { kind } = fact;
    const body = bodyOf(newFact);
    const hash = eventHash({ seq, at: instant, who, kind, key, attempt, prev, body });
    events.push([seq, prev, body, Buffer.from(hash, 'hex')]);
    for (const name of textNames(newFact.texts))
      database
        .prepare('INSERT INTO texts (account, seq, name, text) VALUES (?, ?, ?, ?)')
        .run(account, seq, name, Buffer.from(newFact.texts?.[name] ?? ''));
    if (isKeyed(fact)) {
      const after = writeAfter(was, { seq, at, who, fact });
      changed.set(key, after);
      counters.note(was, after);
    } else changeRuns(database, account, { seq, at, who, fact });
    return hash;
  });
  const columns = ['seq', 'prev', 'body', 'hash'];
  insertRows(database, { table: 'events', common: { account, link, at, who }, columns, rows: events });
  putWrites(database, account, { before, after: changed });
  counters.write(database, account);
  const [first, last] = [head.last + 1, head.last + facts.length];
  const hash = linkHash(head, hashes);
  database
    .prepare('INSERT INTO links (account, link, first, last, at, hash) VALUES (?, ?, ?, ?, ?, ?)')
    .run(account, link, first, last, at, Buffer.from(hash, 'hex'));
  cache.keep({ link, hash }, changed);
  return {
    kind: 'appended',
    head: { link, hash },
    at: instant,
    versions: facts.map((_, index) => first + index),
  };
}

function changeRuns(
  database: Database,
  account: number,
  event: { readonly seq: number; readonly at: number; readonly who: string; readonly fact: Fact },
): void {
  const { fact } = event;
  if (fact.kind === 'batch_begun') {
    const runs = runsOf(database, account, fact.batch);
    putRun(database, account, runBegun({ ...event, fact }, runs));
  }
  if (fact.kind === 'batch_ended')
    putRun(database, account, runEnded(runAt(database, account, fact), { ...event, fact }));
}

/** The last link, with the sequence number of the last event. */
interface LastLink extends Head {
  readonly last: number;
}

export function headOf(database: Database, account: number): LastLink {
  const row = database
    .prepare('SELECT link, last, hash FROM links WHERE account = ? ORDER BY link DESC LIMIT 1')
    .get(account);
  if (row === undefined) return { ...chainStart, last: 0 };
  return { link: integer(row, 'link'), hash: hexOf(bytes(row, 'hash')), last: integer(row, 'last') };
}

export function hasLink(database: Database, account: number, { link, hash }: Head): boolean {
  if (link === chainStart.link) return true;
  const row = database.prepare('SELECT hash FROM links WHERE account = ? AND link = ?').get(account, link);
  return row !== undefined && hexOf(bytes(row, 'hash')) === hash;
}

export const hexOf = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');
