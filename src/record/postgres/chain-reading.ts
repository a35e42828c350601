// Reads the chain of an account on PostgreSQL, and the tables that verification compares with it.
import { notApplied } from '../../errors.ts';
import { parsePlainJson } from '../../wire/json.ts';
import type { EventRow, LinkRow, TextName } from '../facts.ts';
import type { Account, AccountRecord } from '../record.ts';
import type { Counter, Evidence, History, TextRow } from '../verify-chain.ts';
import type { PostgresConnection } from './connection.ts';
import { pageSize, pagesOf } from './pages.ts';
import * as ask from './selects.ts';
import { eventTextsOf, Fields, jsonLiteral, literal, type Row } from './values.ts';

/** The customers are checked in parts, so that no statement sums all writes. */
const parts = 16;

export class PostgresChain implements Evidence {
  readonly account: Account;
  protected readonly ofAccount: string;
  protected readonly connection: PostgresConnection;

  constructor(account: Account, connection: PostgresConnection) {
    this.account = account;
    this.ofAccount = `account = ${literal(account.id)}`;
    this.connection = connection;
  }

  async eventsOf(key: string) {
    const rows = await this.connection.rows(
      ask.selectEventsOfKeys(this.account.id, jsonLiteral([key]), ask.eventTexts),
    );
    return rows.map((row) => ({
      ...ask.eventOf(row),
      texts: eventTextsOf(new Fields('body', parsePlainJson(row.text('body'))), row.maybeObject('texts')),
    }));
  }

  events(): AsyncIterable<EventRow> {
    const page = (after: Row | undefined): string =>
      ask.selectEvents(`e.${this.ofAccount} and e.seq > ${after?.number('seq') ?? 0} order by e.seq`);
    return pagesOf(this.connection, page, ask.eventOf);
  }

  links(from = 1): AsyncIterable<LinkRow> {
    const page = (after: Row | undefined): string =>
      `select link, first, last, encode(hash, 'hex') as hash from creditctl.link where ${this.ofAccount}
        and link >= ${(after?.number('link') ?? from - 1) + 1} order by link`;
    return pagesOf(this.connection, page, ask.linkOf);
  }

  async lostSpan() {
    const time = (of: string) => `floor(extract(epoch from ${of}) * 1000)::text`;
    const [row] = await this.connection.rows(
      `select ${time("min(coalesce(b.at, 'epoch'))")} as since, ${time('max(l.at)')} as until from creditctl.event e
        join creditctl.link l on l.account = e.account and l.link = e.link
        left join creditctl.link b on b.account = e.account
          and b.link = least(e.link, (e.body::jsonb ->> 'seen_link')::bigint) - 1
        where e.${this.ofAccount} and e.kind = 'accepted' having count(*) > 0`,
    );
    return row && { since: row.number('since'), until: row.number('until') };
  }

  async text(seq: number, name: TextName): Promise<string | undefined> {
    const [row] = await this.connection.rows(
      `select encode(content, 'base64') as content from creditctl.fact_text where ${this.ofAccount} and seq = ${literal(seq)} and name = ${literal(name)}`,
    );
    return row?.bytes('content').toString('utf8');
  }

  async batchRuns({ batch, who }: Parameters<AccountRecord['batchRuns']>[0]) {
    const conditions = [
      `r.${this.ofAccount}`,
      ...(batch === undefined ? [] : [`r.batch = ${literal(batch)}`]),
      ...(who === undefined ? [] : [`r.who = ${literal(who)}`]),
    ];
    return (await this.connection.rows(ask.selectRuns(conditions.join(' and ')))).map(ask.runOf);
  }

  async policy() {
    const [row] = await this.connection.rows(
      `select e.body${ask.eventTexts} from creditctl.event e
        where e.${this.ofAccount} and e.kind = 'policy_set' order by e.seq desc limit 1`,
    );
    if (row === undefined) return undefined;
    const fact = new Fields('body', parsePlainJson(row.text('body')));
    const { policy } = eventTextsOf(fact, row.maybeObject('texts'));
    if (typeof policy !== 'string')
      throw notApplied('refused', "The record is damaged: the team's policy has no text", [
        'Restore it from a backup',
      ]);
    return { version: fact.number('version'), sha256: fact.text('sha256'), text: policy };
  }

  texts(): AsyncIterable<TextRow> {
    const page = (after: Row | undefined): string => {
      const next =
        after === undefined
          ? ''
          : ` and (seq, name) > (${after.number('seq')}, ${literal(after.text('name'))})`;
      return `select seq, name, encode(content, 'base64') as content from creditctl.fact_text
        where ${this.ofAccount}${next} order by seq, name`;
    };
    return pagesOf(this.connection, page, (row) => ({
      seq: row.number('seq'),
      name: row.text('name'),
      text: row.bytes('content').toString('utf8'),
    }));
  }

  async *histories(): AsyncIterable<History> {
    let after = '';
    for (;;) {
      const rows = await this.connection.rows(
        ask.selectWritesAlone(`w.${this.ofAccount}${after} order by w.key limit ${pageSize}`),
      );
      const writes = rows.map(ask.storedWriteOf);
      const events = await this.#eventsOfKeys(writes.map(({ key }) => key));
      yield* writes.map((write) => ({ write, events: events.get(write.key) ?? [] }));
      const last = writes.at(-1);
      if (last === undefined || writes.length < pageSize) break;
      after = ` and w.key > ${literal(last.key)}`;
    }
    for (let part = -parts / 2; part < parts / 2; part += 1) await this.#checkCounters(part);
  }

  /** Compares the counters of a part of the customers with their writes, and the team's with those of the persons. */
  async #checkCounters(part: number): Promise<void> {
    const [first, size] = [part * (2 ** 32 / parts), 2 ** 32 / parts];
    const isIn = (subject: string): string =>
      `${this.ofAccount} and hashtext(${subject}) between ${first} and ${first + size - 1}`;
    const whose = "case scope when 'customer' then subject else '' end";
    const [row] = await this.connection.rows(
      `select subject, currency, day from (
        select reserve_customer as subject, currency, day, reserved::numeric as amount from creditctl.write
          where ${isIn('reserve_customer')} and reserve_customer is not null and state in ('noted', 'unknown', 'settled')
        union all
        select ${whose}, currency, day, case scope when 'person' then total else -total end from creditctl.counter
          where ${isIn(whose)}
      ) counted group by subject, currency, day having sum(amount) <> 0 limit 1`,
    );
    if (row === undefined) return;
    const [subject, currency, day] = (['subject', 'currency', 'day'] as const).map((name) => row.text(name));
    const name = `the counter of ${subject || 'the team'} for ${currency} on ${day}`;
    throw notApplied('refused', `${name} has another sum than its writes`);
  }

  counters(): AsyncIterable<Counter> {
    const page = (after: Row | undefined): string => {
      const place = (['subject', 'currency', 'day'] as const).map((name) => literal(after?.text(name)));
      const next = after === undefined ? '' : ` and (subject, currency, day) > (${place.join(', ')})`;
      return `select subject, currency, day, trim_scale(total)::text as total from creditctl.counter
        where ${this.ofAccount} and scope = 'person'${next} order by subject, currency, day`;
    };
    return pagesOf(this.connection, page, (row) => ({
      day: row.text('day'),
      currency: row.text('currency'),
      who: row.text('subject'),
      sum: row.text('total'),
    }));
  }

  async #eventsOfKeys(keys: readonly string[]): Promise<ReadonlyMap<string, readonly EventRow[]>> {
    const rows = await this.connection.rows(ask.selectEventsOfKeys(this.account.id, jsonLiteral(keys)));
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
