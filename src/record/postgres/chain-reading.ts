// What is read from the chain of a record on PostgreSQL: events, links, texts, the policy; and the runs of batches.
import { CreditctlError } from '../../errors.ts';
import { parsePlainJson } from '../../wire/json.ts';
import type { TextName } from '../facts.ts';
import type { Account, AccountRecord, EventRow, LinkRow } from '../record.ts';
import type { PostgresConnection } from './connection.ts';
import { literal } from './literal.ts';
import { PlanPieces } from './plan-pieces.ts';
import { Fields, type Row } from './row.ts';
import * as ask from './selects.ts';
import { eventTextsOf } from './values.ts';

/** Rows of a page: few enough for flat memory, and enough that the way to the server costs little. */
export const pageSize = 500;

export class ChainReading extends PlanPieces {
  readonly #ofAccount: string;
  readonly #connection: PostgresConnection;

  constructor(account: Account, connection: PostgresConnection) {
    super(account, connection);
    this.#ofAccount = `account = ${literal(account.id)}`;
    this.#connection = connection;
  }

  async eventsOf(key: string) {
    const rows = await this.#connection.rows(
      ask.selectEvents(`e.${this.#ofAccount} and e.key = ${literal(key)} order by e.seq`, ask.eventTexts),
    );
    return rows.map((row) => ({
      ...ask.eventOf(row),
      texts: eventTextsOf(new Fields('body', parsePlainJson(row.text('body'))), row.maybeObject('texts')),
    }));
  }

  events(from = 1): AsyncIterable<EventRow> {
    const page = (next: number): string =>
      ask.selectEvents(`e.${this.#ofAccount} and e.seq >= ${next} order by e.seq limit ${pageSize}`);
    return this.#pages(from, page, (row) => [row.number('seq'), ask.eventOf(row)]);
  }

  links(from = 1): AsyncIterable<LinkRow> {
    const page = (next: number): string =>
      `select link, first, last, encode(hash, 'hex') as hash from creditctl.link
        where ${this.#ofAccount} and link >= ${next} order by link limit ${pageSize}`;
    return this.#pages(from, page, (row) => [row.number('link'), ask.linkOf(row)]);
  }

  async text(seq: number, name: TextName): Promise<string | undefined> {
    const [row] = await this.#connection.rows(
      `select encode(content, 'base64') as content from creditctl.fact_text where ${this.#ofAccount} and seq = ${literal(seq)} and name = ${literal(name)}`,
    );
    return row?.bytes('content').toString('utf8');
  }

  async batchRuns({ batch, who }: Parameters<AccountRecord['batchRuns']>[0]) {
    const conditions = [
      `r.${this.#ofAccount}`,
      ...(batch === undefined ? [] : [`r.batch = ${literal(batch)}`]),
      ...(who === undefined ? [] : [`r.who = ${literal(who)}`]),
    ];
    return (await this.#connection.rows(ask.selectRuns(conditions.join(' and ')))).map(ask.runOf);
  }

  async policy() {
    const [row] = await this.#connection.rows(
      ask.selectEvents(
        `e.${this.#ofAccount} and e.kind = 'policy_set' order by e.seq desc limit 1`,
        ask.eventTexts,
      ),
    );
    if (row === undefined) return undefined;
    const fact = new Fields('body', parsePlainJson(row.text('body')));
    const { policy } = eventTextsOf(fact, row.maybeObject('texts'));
    if (typeof policy !== 'string')
      throw new CreditctlError('refused', "The record is damaged: the team's policy has no text", {
        applied: 'no',
      });
    return { version: fact.number('version'), sha256: fact.text('sha256'), text: policy };
  }

  async *#pages<Of>(
    from: number,
    page: (next: number) => string,
    read: (row: Row) => readonly [number, Of],
  ): AsyncIterable<Of> {
    for (let next = from; ; ) {
      const rows = (await this.#connection.rows(page(next))).map(read);
      for (const [, item] of rows) yield item;
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageSize) return;
      next = last[0] + 1;
    }
  }
}
