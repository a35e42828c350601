// What a record on PostgreSQL shows to whoever verifies it: texts, the history of each key, and the counters.
import type { Counter, Evidence, History, TextRow } from '../evidence.ts';
import type { Account, EventRow } from '../record.ts';
import type { PostgresConnection } from './connection.ts';
import { jsonLiteral, literal } from './literal.ts';
import { pageSize, pagesOf } from './pages.ts';
import { PlanPieces } from './plan-pieces.ts';
import type { Row } from './row.ts';
import * as ask from './selects.ts';
import { textNameOf } from './values.ts';

export class EvidenceReading extends PlanPieces implements Evidence {
  readonly #account: number;
  readonly #ofAccount: string;
  readonly #connection: PostgresConnection;

  constructor(account: Account, connection: PostgresConnection) {
    super(account, connection);
    this.#account = account.id;
    this.#ofAccount = `account = ${literal(account.id)}`;
    this.#connection = connection;
  }

  texts(): AsyncIterable<TextRow> {
    const page = (after: Row | undefined): string => {
      const next =
        after === undefined
          ? ''
          : ` and (seq, name) > (${after.number('seq')}, ${literal(after.text('name'))})`;
      return `select seq, name, encode(content, 'base64') as content from creditctl.fact_text
        where ${this.#ofAccount}${next} order by seq, name limit ${pageSize}`;
    };
    return pagesOf(this.#connection, page, (row) => ({
      seq: row.number('seq'),
      name: textNameOf(row.text('name')),
      text: row.bytes('content').toString('utf8'),
    }));
  }

  async *histories(): AsyncIterable<History> {
    let after = '';
    for (;;) {
      const rows = await this.#connection.rows(
        ask.selectWritesAlone(`w.${this.#ofAccount}${after} order by w.key limit ${pageSize}`),
      );
      const writes = rows.map(ask.writeOf);
      const events = await this.#eventsOfKeys(writes.map(({ key }) => key));
      yield* writes.map((write) => ({ write, events: events.get(write.key) ?? [] }));
      const last = writes.at(-1);
      if (last === undefined || writes.length < pageSize) return;
      after = ` and w.key > ${literal(last.key)}`;
    }
  }

  counters(): AsyncIterable<Counter> {
    const page = (after: Row | undefined): string => {
      const place = (['subject', 'currency', 'day'] as const).map((name) => literal(after?.text(name)));
      const next = after === undefined ? '' : ` and (subject, currency, day) > (${place.join(', ')})`;
      return `select subject, currency, day, trim_scale(total)::text as total from creditctl.counter
        where ${this.#ofAccount} and scope = 'person'${next} order by subject, currency, day limit ${pageSize}`;
    };
    return pagesOf(this.#connection, page, (row) => ({
      day: row.text('day'),
      currency: row.text('currency'),
      who: row.text('subject'),
      sum: row.text('total'),
    }));
  }

  async #eventsOfKeys(keys: readonly string[]): Promise<ReadonlyMap<string, readonly EventRow[]>> {
    const rows = await this.#connection.rows(ask.selectEventsOfKeys(this.#account, jsonLiteral(keys)));
    return grouped(rows);
  }
}

function grouped(rows: readonly Row[]): ReadonlyMap<string, readonly EventRow[]> {
  const found = new Map<string, EventRow[]>();
  for (const event of rows.map(ask.eventOf)) {
    const known = found.get(event.key);
    if (known === undefined) found.set(event.key, [event]);
    else known.push(event);
  }
  return found;
}
