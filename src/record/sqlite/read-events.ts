// Reads the chain of a record on SQLite: events and links in order, page by page, and the events of one key.
import { setImmediate } from 'node:timers/promises';
import { bytes, type Database, integer, type Row, text, type Value } from '../../database/driver.ts';
import { notApplied } from '../../errors.ts';
import { isKeyed, readBody } from '../chained-fact.ts';
import type { EventRow, LinkRow, LostSpan } from '../facts.ts';
import { instantText } from '../known-write.ts';
import type { Account } from '../record.ts';
import type { Counter, Evidence, History, TextRow } from '../verify-chain.ts';
import { hexOf } from './append.ts';
import { foundWrites, textOfRow, textsOf } from './read-writes.ts';

const pageSize = 250;

/** The chain of one account, and the tables that verification compares with it. */
export class SqliteChain implements Evidence {
  readonly account: Account;
  protected readonly database: Database;

  constructor(database: Database, account: Account) {
    this.account = account;
    this.database = database;
  }

  /** The rows of a statement whose first value is the account. */
  protected all(sql: string, ...values: readonly Value[]): readonly Row[] {
    return this.database.prepare(sql).all(this.account.id, ...values);
  }

  events(): AsyncGenerator<EventRow> {
    const select = 'SELECT * FROM events WHERE account = ? AND seq > ? ORDER BY seq LIMIT ?';
    return pages(
      0,
      ({ seq }) => seq,
      (after) => this.all(select, after, pageSize).map(eventOf),
    );
  }

  links(from = 1): AsyncGenerator<LinkRow> {
    const select = `SELECT l.*, e.at AS event_at FROM links AS l
      LEFT JOIN events AS e ON e.account = l.account AND e.seq = l.first
      WHERE l.account = ? AND l.link >= ? ORDER BY l.link LIMIT ?`;
    return pages(
      from,
      ({ link }) => link + 1,
      (next) => this.all(select, next, pageSize).map(linkOf),
    );
  }

  /** The loss began after the link before the seen head, or before the accepting link if that comes first. */
  async lostSpan(): Promise<LostSpan | undefined> {
    const [row] = this.all(
      `SELECT min(coalesce(b.at, 0)) AS since, max(e.at) AS until FROM events AS e INDEXED BY events_accepted
       LEFT JOIN links AS b ON b.account = e.account AND b.link = min(e.link, e.body ->> '$.seen_link') - 1
       WHERE e.account = ? AND substr(e.body, 1, 18) = '{"kind":"accepted"' HAVING count(*) > 0`,
    );
    return row && { since: integer(row, 'since'), until: integer(row, 'until') };
  }

  texts(): AsyncGenerator<TextRow> {
    const select =
      'SELECT * FROM texts WHERE account = ? AND (seq, name) > (?, ?) ORDER BY seq, name LIMIT ?';
    return pages(
      { seq: 0, name: '' },
      ({ seq, name }) => ({ seq, name }),
      ({ seq, name }) =>
        this.all(select, seq, name, pageSize).map((row) => ({
          seq: integer(row, 'seq'),
          name: text(row, 'name'),
          text: textOfRow(row),
        })),
    );
  }

  /** In the order in which the latest attempts were noted. */
  histories(): AsyncGenerator<History & { readonly noted: number }> {
    const { database, account } = this;
    return pages(
      0,
      (last) => last.noted,
      (after) =>
        database.read(() =>
          foundWrites(database, account.id, {
            index: null,
            sql: 'w.noted > ? ORDER BY w.noted LIMIT ?',
            values: [after, pageSize],
          }).map(({ current, write, isHeldRight }) => {
            const { key, noted, version, ended, notedRun, reserves } = current;
            if (!isHeldRight) throw changedByHand(key);
            const events = eventsUpTo(database, account.id, version);
            return { noted, write: { ...write, ended, notedRun, reserves }, events };
          }),
        ),
    );
  }

  async *counters(): AsyncGenerator<Counter> {
    const rows = this.all("SELECT day, currency, who, sum FROM counters WHERE account = ? AND sum <> '0'");
    for (const row of rows)
      yield {
        day: text(row, 'day'),
        currency: text(row, 'currency'),
        who: text(row, 'who'),
        sum: text(row, 'sum'),
      };
  }

  /** All events of a key, oldest first, with their texts; an erased text is `null`. */
  async eventsOf(key: string) {
    return this.database.read(() => {
      const [row] = this.all('SELECT version FROM writes WHERE account = ? AND key = ?', key);
      const events = eventsUpTo(this.database, this.account.id, row ? integer(row, 'version') : 0);
      const seqs = events.map(({ seq }) => seq);
      const kept = textsOf(this.database, this.account.id, seqs);
      return events.map((event) => {
        const texts: Record<string, string | null> = {};
        for (const name of Object.keys(readBody(event.body).texts))
          texts[name] = kept.get(event.seq)?.[name] ?? null;
        return { ...event, texts };
      });
    });
  }
}

const changedByHand = (key: string): Error =>
  notApplied('refused', `the row of the write ${key} was changed by hand`, ['creditctl history verify']);

/** Reads page after page, until a page is not full. Between two pages, signals such as that of Ctrl-C arrive. */
async function* pages<Place, Of>(
  first: Place,
  after: (last: Of) => Place,
  read: (place: Place) => readonly Of[],
): AsyncGenerator<Of> {
  for (let place = first; ; ) {
    const rows = read(place);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageSize) return;
    place = after(last);
    await setImmediate();
  }
}

/** The events of a key, oldest first, found backwards by `prev`. @param version sequence number of the latest event */
export function eventsUpTo(database: Database, account: number, version: number): readonly EventRow[] {
  const one = database.prepare('SELECT * FROM events WHERE account = ? AND seq = ?');
  const events: EventRow[] = [];
  for (let seq = version; seq > 0; ) {
    const row = one.get(account, seq);
    if (row === undefined) break;
    const event = eventOf(row);
    events.push(event);
    // A `prev` that is not smaller was changed by hand; following it could loop forever.
    seq = event.prev < seq ? event.prev : 0;
  }
  return events.reverse();
}

/** Decodes an event. Kind, key and attempt come from its body, which alone has them. */
function eventOf(row: Row): EventRow {
  const body = text(row, 'body');
  return {
    seq: integer(row, 'seq'),
    link: integer(row, 'link'),
    at: instantText(integer(row, 'at')),
    who: text(row, 'who'),
    ...subjectOf(body),
    prev: integer(row, 'prev'),
    body,
    hash: hexOf(bytes(row, 'hash')),
  };
}

/** Kind, key and attempt of a body. An invalid body yields empty ones, so the event's hash no longer matches. */
function subjectOf(body: string): Pick<EventRow, 'kind' | 'key' | 'attempt'> {
  try {
    const { fact } = readBody(body);
    return isKeyed(fact)
      ? { kind: fact.kind, key: fact.key, attempt: fact.attempt }
      : { kind: fact.kind, key: '', attempt: 0 };
  } catch {
    return { kind: '', key: '', attempt: 0 };
  }
}

/** Decodes a link. If its time differs from its first event's time, the hash is emptied, so that verification fails. */
const linkOf = (row: Row): LinkRow => ({
  link: integer(row, 'link'),
  first: integer(row, 'first'),
  last: integer(row, 'last'),
  hash: row.at === row.event_at ? hexOf(bytes(row, 'hash')) : '',
});
