// Implements the record of one account on PostgreSQL: each method is one statement, which the server commits automatically.
import { notApplied } from '../../errors.ts';
import { erasedFacts, spellingsOf } from '../customer-names.ts';
import type { Head, NewFact, WriteState } from '../facts.ts';
import type { KeyState, Write } from '../known-write.ts';
import type {
  Account,
  AccountRecord,
  AccountView,
  Appended,
  AppendOptions,
  CountFilter,
  WriteFilter,
  WriteWithTexts,
} from '../record.ts';
import { appendFacts, asItem } from './append.ts';
import type { PostgresConnection } from './connection.ts';
import { filterCondition } from './filters.ts';
import { pagesOf } from './pages.ts';
import { PostgresPlans } from './plan-pieces.ts';
import * as ask from './selects.ts';
import { jsonLiteral, literal, onlyRow, type Row, stateOf, uniqueId } from './values.ts';

export class PostgresAccountRecord extends PostgresPlans implements AccountRecord {
  readonly apiKey: string | null;
  readonly #view: AccountView;

  constructor(account: Account, connection: PostgresConnection, view: AccountView) {
    super(account, connection);
    this.apiKey = view.keyHash === undefined || view.keyHash === '' ? null : view.keyHash;
    this.#view = view;
  }

  async now(): Promise<number> {
    const row = await this.#one(`select floor(extract(epoch from clock_timestamp()) * 1000)::text as now`);
    return row.number('now');
  }

  async who(): Promise<string> {
    return (await this.#one('select session_user::text as who')).text('who');
  }

  async checkOwner(): Promise<void> {
    const row = await this.#one(
      `select pg_has_role(session_user, nspowner, 'MEMBER') as is_owner, nspowner::regrole::text as owner from pg_namespace where nspname = 'creditctl'`,
    );
    if (row.flag('is_owner')) return;
    const owner = row.text('owner');
    const text = `Only ${owner}, the owner of ${this.connection.name}, may do this; nothing was changed`;
    throw notApplied('refused', text, [`Connect as ${owner}`]);
  }

  append(facts: readonly NewFact[], options: AppendOptions = {}): Promise<Appended> {
    return appendFacts(
      facts,
      { ...options, account: this.account, watch: this.#view.watch },
      this.connection,
    );
  }

  async extendLease(
    { runner, keys = [], batch }: Parameters<AccountRecord['extendLease']>[0],
    leaseMs: number,
  ): Promise<void> {
    await this.connection.change(
      `select creditctl.extend_lease(${literal(this.account.id)}, ${jsonLiteral(runner)}, ${jsonLiteral(keys)}, ${literal(batch)}, ${literal(leaseMs)})`,
    );
  }

  async head(): Promise<Head> {
    const row = await this.#one(`select link, hash from creditctl.account where id = ${this.account.id}`);
    return { link: row.number('link'), hash: row.text('hash') };
  }

  async holds({ link, hash }: Head): Promise<boolean> {
    if (link === 0) return true;
    const found = `select from creditctl.link where ${this.ofAccount} and link = ${literal(link)} and encode(hash, 'hex') = ${literal(hash)}`;
    return (await this.connection.rows(found)).length > 0;
  }

  async age(): Promise<number> {
    const since = `clock_timestamp() - (select at from creditctl.link where ${this.ofAccount} and link = 1)`;
    const row = await this.#one(
      `select coalesce(floor(extract(epoch from ${since}) * 1000), 0)::text as age`,
    );
    return row.number('age');
  }

  async write(key: string): Promise<WriteWithTexts | undefined> {
    return (await this.#writes(`w.key = ${literal(key)}`))[0];
  }

  async equalWrites(fingerprint: string): Promise<readonly WriteWithTexts[]> {
    // Rows of batches have an empty fingerprint.
    const isEqual = `w.fingerprint = ${literal(fingerprint)} and w.fingerprint <> ''`;
    const rows = await this.connection.rows(
      ask.selectWritesByHand(`w.${this.ofAccount} and ${isEqual} order by w.noted_seq desc limit 1000`),
    );
    return rows.map(ask.writeWithTextsOf).toReversed();
  }

  writesNaming(id: string): Promise<readonly WriteWithTexts[]> {
    return this.#writes(
      `(w.entry = ${literal(id)} or w.request_id = ${literal(id)}) order by w.noted_seq desc`,
    );
  }

  async writesBeginning(prefix: string, max: number): Promise<readonly Write[]> {
    // 1114111 is the last code point of Unicode, so each key with the prefix sorts between these two bounds.
    const range = `w.key >= ${literal(prefix)} and w.key <= ${literal(prefix)} || chr(1114111)`;
    const rows = await this.connection.rows(
      ask.selectWritesAlone(`w.${this.ofAccount} and ${range} order by w.key limit ${literal(max)}`),
    );
    return rows.map(ask.writeOf);
  }

  writes(filter: WriteFilter): AsyncIterable<WriteWithTexts> {
    const condition = filterCondition(this.account.id, filter);
    const page = (after: Row | undefined): string => {
      const next = after === undefined ? '' : ` and w.noted_seq < ${after.number('noted_seq')}`;
      return ask.selectWrites(`${condition}${next} order by w.noted_seq desc`);
    };
    return pagesOf(this.connection, page, ask.writeWithTextsOf);
  }

  async countWrites(filter: CountFilter): Promise<ReadonlyMap<WriteState, number>> {
    const condition = filterCondition(this.account.id, filter);
    const rows = await this.connection.rows(
      `select w.state, count(*) as count from creditctl.write w where ${condition} group by w.state`,
    );
    return new Map(rows.map((row) => [stateOf(row.text('state')), row.number('count')]));
  }

  async keyStates(keys: readonly string[]): Promise<ReadonlyMap<string, KeyState>> {
    const rows = await this.connection.rows(ask.selectKeyStates(this.account.id, jsonLiteral(keys)));
    return new Map(rows.map((row) => [row.text('key'), ask.keyStateOf(row)]));
  }

  async reserved({ scope, customer = '', currency, day }: Parameters<AccountRecord['reserved']>[0]) {
    if (scope === 'customer' && day === undefined) throw new TypeError('the cap of a customer names the day');
    const subject = { customer: literal(customer), person: 'session_user::text', team: "''" }[scope];
    const today = `to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD')`;
    const row = await this.#one(
      `select coalesce(trim_scale(sum(total)), 0)::text as total from creditctl.counter where ${this.ofAccount}
        and scope = ${literal(scope)} and subject = ${subject} and currency = ${literal(currency)}
        and day = ${day === undefined ? today : literal(day)}`,
    );
    return row.text('total');
  }

  async customers(max: number): Promise<readonly string[]> {
    const rows = await this.connection.rows(
      `select customer from creditctl.account_customer where ${this.ofAccount} order by place limit ${literal(max)}`,
    );
    return rows.map((row) => row.text('customer'));
  }

  async erase(names: readonly string[], plans: ReadonlyMap<string, string> = new Map(), since?: Head) {
    const { customers, holders } = spellingsOf(names);
    const facts = erasedFacts(names, plans).map((fact) => ({ ...asItem(fact), since: since?.link }));
    const given = [customers, holders, Object.fromEntries(plans), facts].map(jsonLiteral).join(', ');
    const erasing = `select creditctl.erase(${literal(this.account.id)}, ${literal(uniqueId())}, ${given}) as count`;
    const rows = await this.connection.asOutcome(() => this.connection.change(erasing));
    return onlyRow(erasing, rows).maybeNumber('count') ?? undefined;
  }

  async #one(statement: string): Promise<Row> {
    return onlyRow(statement, await this.connection.rows(statement));
  }

  async #writes(rest: string): Promise<readonly WriteWithTexts[]> {
    const rows = await this.connection.rows(ask.selectWrites(`w.${this.ofAccount} and ${rest}`));
    return rows.map(ask.writeWithTextsOf);
  }
}
