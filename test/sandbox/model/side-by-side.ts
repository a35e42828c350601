// Takes the sandbox and the naive ledger through the same steps, and compares what they say.

import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Answer, TestSandbox } from '../sandbox-at.ts';
import {
  answeredEntry,
  BlockNames,
  type Document,
  expectedBlock,
  expectedEntry,
  toldBlock,
} from './documents.ts';
import { exact, parseKeepingDigits, shown, writeKeepingDigits } from './exact.ts';
import { dateAt, day, dayBegins, plusDays } from './local-midnight.ts';
import { type Block, type Body, type Entry, NaiveLedger } from './naive-ledger.ts';
import { currencies, type DayFrom, type Edge, type Life, type Step } from './steps.ts';

const errorBase = 'https://docs.withorb.com/reference/error-responses#';
const smallest = exact('0.000000000000000001');
const keptFor = 48 * 3_600_000;

interface Sent {
  readonly key: string;
  readonly said: Body;
  readonly body: string;
  readonly answer: Answer;
  readonly at: number;
}

type Posting = Extract<Step, { description: string | null }>;

export class SideBySide {
  readonly #sandbox: TestSandbox;
  readonly #zone: string;
  readonly #customer: string;
  readonly #model: NaiveLedger;
  readonly #names = new BlockNames();
  #now: number;
  #count = 0;
  #last: Sent | undefined;
  readonly #unpaid: { readonly id: string; readonly sale: Block }[] = [];

  constructor(
    sandbox: TestSandbox,
    { zone, customer, now }: { zone: string; customer: string; now: number },
  ) {
    this.#sandbox = sandbox;
    this.#zone = zone;
    this.#customer = customer;
    this.#model = new NaiveLedger(zone);
    this.#now = now;
  }

  async begin(): Promise<void> {
    this.#sandbox.at(new Date(this.#now).toISOString());
    const customer = {
      name: 'N',
      email: 'n@example.com',
      external_customer_id: this.#customer,
      timezone: this.#zone,
      currency: 'USD',
    };
    strictEqual((await this.#sandbox.post('/customers', customer)).status, 201);
  }

  async take(step: Step): Promise<void> {
    this.#count += 1;
    if (step.do === 'wait') return this.#goTo(this.#now + step.by);
    if (step.do === 'until') return this.#goTo(this.#momentOf(step.what) + step.by);
    if (step.do === 'look') return this.#look(step);
    if (step.do === 'invoice') return this.#settleInvoice(step);
    if (step.do === 'usage') return this.#use(step);
    if (step.do === 'again') return this.#again(step.changed);
    if (step.do === 'refused') return this.#post(this.#badBody(step));
    return this.#post(this.#bodyOf(step));
  }

  /** Every entry and every block of every currency. */
  async compareAll(): Promise<void> {
    for (const currency of currencies) {
      for (const all of [true, false]) await this.#compareBlocks(currency, all);
      await this.#compareEntries(this.#model.entries(currency, this.#now), { currency }, 1000);
    }
  }

  async #goTo(instant: number): Promise<void> {
    // What was due and that nobody has seen happen is undone by a clock set back; so let it be seen.
    if (instant < this.#now) await this.compareAll();
    // The API reckons in the whole seconds that it shows.
    this.#now = Math.floor(instant / 1000) * 1000;
    this.#sandbox.at(new Date(instant).toISOString());
  }

  #momentOf(what: 'due' | 'midnight' | 'committed' | string): number {
    const midnight = dayBegins(plusDays(this.#today(), 1), this.#zone);
    if (what === 'due') return this.#model.nextDue(this.#now) ?? midnight;
    const last = this.#model.entries('credits', this.#now).at(-1);
    return what === 'committed' && last !== undefined ? last.at + day / 2 : midnight;
  }

  async #post(body: Body, key = `${this.#customer}-${this.#count}`): Promise<void> {
    const text = this.#wireBody(body);
    const answer = await this.#send(text, key);
    const predicted = this.#model.post(body, this.#now);
    if ('status' in predicted) {
      const { status, type } = JSON.parse(answer.text);
      deepStrictEqual({ status, type }, { status: predicted.status, type: errorBase + predicted.type });
      strictEqual(answer.status, predicted.status);
      return;
    }
    strictEqual(answer.status, 201, answer.text);
    const answered = answeredEntry(parseKeepingDigits(answer.text), predicted, this.#names);
    deepStrictEqual(answered, expectedEntry(predicted, this.#now));
    this.#last = { key, said: body, body: text, answer, at: this.#now };
    const [invoice] = JSON.parse(answer.text).created_invoices ?? [];
    if (invoice?.status === 'issued') this.#unpaid.push({ id: invoice.id, sale: predicted.block });
  }

  async #settleInvoice({ which, becomes }: Extract<Step, { do: 'invoice' }>): Promise<void> {
    const [unpaid] = this.#unpaid.splice(which % Math.max(this.#unpaid.length, 1), 1);
    if (unpaid === undefined) return;
    const { id, sale } = unpaid;
    const isPaid = becomes === 'paid';
    const path = `/invoices/${id}/${isPaid ? 'mark_paid' : 'void'}`;
    const body = isPaid ? { payment_received_date: '2026-01-01' } : '';
    const { status, json } = await this.#sandbox.post(path, body);
    deepStrictEqual({ status, became: json.status }, { status: 200, became: becomes });
    if (isPaid) this.#model.pay(sale, this.#now);
    else this.#model.withdraw(sale, this.#now);
    await this.compareAll();
  }

  async #use({
    amount,
    item,
    price,
    currency,
    hoursAgo,
    twice,
  }: Extract<Step, { do: 'usage' }>): Promise<void> {
    const at = this.#now - hoursAgo * 3_600_000;
    const event = {
      external_customer_id: this.#customer,
      event_name: 'sandbox.usage',
      timestamp: new Date(at).toISOString(),
      properties: {
        credits: `#${amount}`,
        price_id: price,
        currency,
        ...(item === null ? {} : { item_id: item }),
      },
      idempotency_key: `${this.#customer}-${this.#count}`,
    };
    const isOld = hoursAgo > 12;
    for (const _ of twice ? [1, 2] : [1]) {
      const { status, text } = await this.#sandbox.post('/ingest', writeKeepingDigits({ events: [event] }));
      strictEqual(status, isOld ? 400 : 200, text);
    }
    if (!isOld) this.#model.use({ currency, amount: exact(amount), item, price, at }, this.#now);
  }

  #send(body: string, key: string): Promise<Answer> {
    return this.#sandbox.post(`${this.#path()}/ledger_entry`, body, { 'idempotency-key': key });
  }

  /** The last write once more under its key: the same answer, a conflict, or a new write after 48 hours. */
  async #again(changed: boolean): Promise<void> {
    const age = this.#last === undefined ? -1 : this.#now - this.#last.at;
    if (this.#last === undefined || age < 0) return;
    const { key, said, body, answer } = this.#last;
    if (age > keptFor) return this.#post(said, key);
    if (age === keptFor) return;
    const second = await this.#send(changed ? body.replace('{', '{"description":"other",') : body, key);
    strictEqual(second.status, changed ? 409 : 201);
    if (changed) strictEqual(JSON.parse(second.text).type, `${errorBase}409-resource-conflict`);
    else strictEqual(second.text, answer.text);
  }

  #path(): string {
    return `/customers/external_customer_id/${this.#customer}/credits`;
  }

  #wireBody({ block, ...body }: Body): string {
    if (block === undefined) return writeKeepingDigits(body);
    const id = typeof block === 'string' ? block : this.#names.idOf(block);
    return writeKeepingDigits({ ...body, block_id: id });
  }

  #today(): string {
    return dateAt(this.#now, this.#zone);
  }

  #dayText({ days, as }: DayFrom): string {
    const date = plusDays(this.#today(), days);
    return as === 'date' ? date : `${date}T10:30:00+02:00`;
  }

  /** A block of the currency whose id is known. */
  #pick(which: number, currency: string): Block | undefined {
    const known = this.#model.blocks.filter(
      (block) => block.currency === currency && this.#names.idOf(block.number) !== undefined,
    );
    return known[which % known.length];
  }

  #amountAt({ text, edge }: { text: string; edge: Edge | undefined }, block: Block | undefined): string {
    if (edge === undefined || block === undefined) return `#${text}`;
    const base = edge.endsWith('left') ? block.balance : edge.endsWith('used') ? block.used : block.initial;
    const value = edge.startsWith('more') ? base + smallest : base;
    return `#${value > 0n ? shown(value) : text}`;
  }

  #bodyOf(step: Posting): Body {
    const { currency, description, metadata } = step;
    const words = {
      entry_type: step.do,
      ...(currency === 'credits' ? {} : { currency }),
      ...(description === null ? {} : { description }),
      ...(metadata === null ? {} : { metadata }),
    };
    if (step.do === 'increment') return { ...words, ...this.#incrementOf(step) };
    if (step.do === 'decrement') {
      // All that is there, and a little more, are the interesting decrements.
      const end = this.#model.entries(currency, this.#now).at(-1)?.end ?? 0n;
      const whole = { initial: end, balance: end, used: end } as Block;
      return { ...words, amount: this.#amountAt(step.amount, whole) };
    }
    const block = this.#pick(step.which, currency);
    const named = block === undefined ? 'MissingBLock2345' : block.number;
    if (step.do === 'expiration_change') return { ...words, ...this.#changeOf(step, block) };
    const amount = this.#amountAt(step.amount, block);
    if (step.do === 'amendment') return { ...words, amount, block: named };
    return { ...words, amount, block: named, void_reason: step.reason };
  }

  #incrementOf(step: Extract<Step, { do: 'increment' }>): Partial<Body> {
    const costs = step.cost !== null && exact(step.cost) > 0n;
    const invoiced = step.invoice === 'as needed' ? costs : !costs;
    const settings = {
      auto_collection: false,
      net_terms: '#0',
      require_successful_payment: step.awaited,
      mark_as_paid: step.paid,
    };
    return {
      amount: `#${step.amount}`,
      ...(step.expires === null ? {} : { expiry_date: this.#dayText(step.expires) }),
      ...(step.effective === null ? {} : { effective_date: this.#dayText(step.effective) }),
      ...(step.cost === null ? {} : { per_unit_cost_basis: step.cost }),
      ...(invoiced ? { invoice_settings: settings } : {}),
      ...(step.filters.length === 0 ? {} : { filters: step.filters }),
    };
  }

  #changeOf(step: Extract<Step, { do: 'expiration_change' }>, block: Block | undefined): Partial<Body> {
    const date = block?.expires == null ? null : new Date(block.expires).toISOString();
    return {
      ...(step.amount === null ? {} : { amount: this.#amountAt(step.amount, block) }),
      ...(step.by === 'block' || step.by === 'both' || step.by === 'other date'
        ? { block: block?.number ?? 'MissingBLock2345' }
        : {}),
      ...(step.by === 'date' || step.by === 'both' ? { expiry_date: date } : {}),
      ...(step.by === 'other date' ? { expiry_date: '2031-03-03' } : {}),
      target_expiry_date: plusDays(this.#today(), step.target.days),
    };
  }

  #badBody({ how, which }: Extract<Step, { do: 'refused' }>): Body {
    if (how === 'zero') return { entry_type: 'decrement', amount: '#0.00' };
    if (how === 'negative') return { entry_type: 'increment', amount: '#-1.5' };
    if (how === 'no amount') return { entry_type: 'increment' };
    if (how === 'no block') return { entry_type: 'void', amount: '#1', block: 'MissingBLock2345' };
    if (how === 'negative cost')
      return { entry_type: 'increment', amount: '#1', per_unit_cost_basis: '-0.1' };
    const block = this.#pick(which, 'credits')?.number ?? 'MissingBLock2345';
    return { entry_type: 'amendment', amount: '#1', currency: 'message_credits', block };
  }

  async #look(step: Extract<Step, { do: 'look' }>): Promise<void> {
    const { currency, type, status, least, since, limit } = step;
    const all = this.#model.entries(currency, this.#now);
    const from = since === null ? undefined : all[since[1] % all.length];
    const edge = from === undefined ? undefined : Math.floor(from.at / 1000) * 1000;
    const wanted = all.filter(
      (entry) =>
        (type === null || entry.type === type) &&
        (status === null || (this.#now - entry.at >= day / 2 ? 'committed' : 'pending') === status) &&
        (least === null || entry.amount >= exact(least)) &&
        (edge === undefined || isWithin(entry.at, since?.[0] ?? '', edge)),
    );
    const query = {
      currency,
      ...(type === null ? {} : { entry_type: type }),
      ...(status === null ? {} : { entry_status: status }),
      ...(least === null ? {} : { minimum_amount: least }),
      ...(edge === undefined ? {} : { [`created_at[${since?.[0]}]`]: new Date(edge).toISOString() }),
    };
    await this.#compareEntries(wanted, query, limit);
  }

  async #compareEntries(oldestFirst: readonly Entry[], query: object, limit: number): Promise<void> {
    const documents = await this.#pages('/ledger', { ...query, limit: String(limit) });
    const expected = [...oldestFirst].reverse();
    deepStrictEqual(
      documents.map((each, index) =>
        answeredEntry(each, expected[index] ?? (expected[0] as Entry), this.#names),
      ),
      expected.map((entry) => expectedEntry(entry, this.#now)),
    );
  }

  async #compareBlocks(currency: string, all: boolean): Promise<void> {
    const documents = await this.#pages('', { currency, include_all_blocks: String(all), limit: '100' });
    const expected = this.#model.list(currency, this.#now, all);
    deepStrictEqual(
      documents.map((each, index) => toldBlock(each, expected[index] ?? (expected[0] as Block), this.#names)),
      expected.map(expectedBlock),
    );
  }

  async #pages(path: string, query: Readonly<Record<string, string>>): Promise<Document[]> {
    const documents: Document[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const answer = await this.#sandbox.get(
        this.#path() + path,
        cursor === '' ? query : { ...query, cursor },
      );
      strictEqual(answer.status, 200, answer.text);
      const page = parseKeepingDigits(answer.text) as Document;
      documents.push(...page.data);
      cursor = page.pagination_metadata.next_cursor;
    }
    return documents;
  }
}

function isWithin(at: number, range: string, edge: number): boolean {
  if (range === 'gte') return at >= edge;
  if (range === 'gt') return at > edge;
  return range === 'lt' ? at < edge : at <= edge;
}

/** Lives one life; each time as another customer of the same sandbox. */
export async function liveSideBySide(sandbox: TestSandbox, { zone, start, steps }: Life): Promise<void> {
  const pair = new SideBySide(sandbox, { zone, customer: `c-${randomUUID()}`, now: start });
  await pair.begin();
  for (const [index, step] of steps.entries()) {
    await pair.take(step);
    if (index % 5 === 4) await pair.compareAll();
  }
  await pair.compareAll();
}
