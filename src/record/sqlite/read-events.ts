// Reads the chain: events and links in their order, page by page, and the events of one key.
import type { Database, Row } from '../../database/driver.ts';
import { bytes, integer, text } from '../../database/row.ts';
import { readBody } from '../fact-body.ts';
import type { EventRow, LinkRow } from '../record.ts';
import { instantText } from '../standing-as-write.ts';
import { hexOf } from './append.ts';
import { textsOf } from './read-writes.ts';

const pageSize = 1000;

export async function* eventsFrom(
  database: Database,
  account: number,
  from: number,
): AsyncGenerator<EventRow> {
  const page = database.prepare('SELECT * FROM events WHERE account = ? AND seq >= ? ORDER BY seq LIMIT ?');
  for (let next = from; ; ) {
    const rows = page.all(account, next, pageSize).map(eventOf);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    next = last.seq + 1;
  }
}

export async function* linksFrom(database: Database, account: number, from: number): AsyncGenerator<LinkRow> {
  const page = database.prepare('SELECT * FROM links WHERE account = ? AND link >= ? ORDER BY link LIMIT ?');
  for (let next = from; ; ) {
    const rows = page.all(account, next, pageSize).map(linkOf);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    next = last.link + 1;
  }
}

/** The events that lead to this one, oldest first: each names the one before it. @param version the latest */
export function eventsUpTo(database: Database, account: number, version: number): readonly EventRow[] {
  const one = database.prepare('SELECT * FROM events WHERE account = ? AND seq = ?');
  const events: EventRow[] = [];
  for (let seq = version; seq > 0; ) {
    const row = one.get(account, seq);
    if (row === undefined) break;
    const event = eventOf(row);
    events.push(event);
    // An event that names a later one was changed by hand; following it might never end.
    seq = event.prev < seq ? event.prev : 0;
  }
  return events.reverse();
}

/** Every event of a key, oldest first, with its texts: `null` where one was erased. */
export function eventsWithTexts(database: Database, account: number, key: string) {
  const row = database.prepare('SELECT version FROM writes WHERE account = ? AND key = ?').get(account, key);
  const events = eventsUpTo(database, account, row === undefined ? 0 : integer(row, 'version'));
  const kept = textsOf(
    database,
    account,
    events.map(({ seq }) => seq),
  );
  return events.map((event) => {
    const texts: Record<string, string | null> = {};
    for (const name of Object.keys(readBody(event.body).texts))
      texts[name] = kept.get(event.seq)?.[name] ?? null;
    return { ...event, texts };
  });
}

const eventOf = (row: Row): EventRow => ({
  seq: integer(row, 'seq'),
  link: integer(row, 'link'),
  at: instantText(integer(row, 'at')),
  who: text(row, 'who'),
  kind: text(row, 'kind'),
  key: text(row, 'key'),
  attempt: integer(row, 'attempt'),
  prev: integer(row, 'prev'),
  body: text(row, 'body'),
  hash: hexOf(bytes(row, 'hash')),
});

const linkOf = (row: Row): LinkRow => ({
  link: integer(row, 'link'),
  first: integer(row, 'first'),
  last: integer(row, 'last'),
  hash: hexOf(bytes(row, 'hash')),
});
