// A second, deliberately simple model of one customer's credit ledger, written from the documents alone.
// It looks at everything each time, and knows neither indexes nor transactions.
import { exact, shown } from './exact.ts';
import { dateAt, dayBegins } from './local-midnight.ts';

export interface Filter {
  readonly field: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export interface Block {
  /** Counts the blocks of the customer from 1, in the order of their creation. */
  readonly number: number;
  readonly currency: string;
  balance: bigint;
  readonly initial: bigint;
  readonly effective: number;
  readonly expires: number | null;
  readonly cost: bigint | null;
  readonly filters: readonly Filter[];
  status: 'active' | 'pending_payment';
  /** The block whose invoice pays for these credits; null if none does. */
  sale: number | null;
  /** What was decremented and not given back. */
  used: bigint;
  /** What a void asked for, whether it was left or used by then. */
  voided: bigint;
  /** Of the used credits, those that a void refunded. */
  refunded: bigint;
  /** What went to a block with another expiry. */
  moved: bigint;
  /** Waits for its effective date, counts in the balance, or has expired. */
  state: 'waiting' | 'in force' | 'expired';
}

export interface Entry {
  readonly type: string;
  readonly sequence: number;
  readonly at: number;
  start: bigint;
  end: bigint;
  amount: bigint;
  readonly currency: string;
  /** Undefined for an entry that the ledger makes by itself: its wording is documented nowhere. */
  readonly description: string | null | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly block: Block;
  readonly newExpiry?: number | null;
  readonly voided?: bigint;
  readonly reason?: string | null;
  /** How many invoices the entry raised. */
  readonly invoices?: number;
  /** Of an automatic deduction. */
  readonly usage?: Use;
}

/** What was used. */
export interface Use {
  readonly item: string | null;
  readonly price: string;
  /** The day in the customer's zone. */
  readonly day: string;
  /** What its block had no credits for and no later grant has paid, if that block is in debt. */
  owed: bigint;
  /** The block that is in debt for it. */
  bearer: Block;
}

/** A request's body; amounts are text such as `#1.5`, which is sent as a number. */
export interface Body {
  readonly entry_type: string;
  readonly amount?: string | null;
  readonly currency?: string;
  readonly description?: string | null | undefined;
  readonly metadata?: Readonly<Record<string, string | null>> | null;
  readonly effective_date?: string | null;
  readonly expiry_date?: string | null;
  readonly target_expiry_date?: string;
  readonly per_unit_cost_basis?: string | null;
  readonly filters?: readonly Filter[];
  readonly invoice_settings?: Readonly<Record<string, unknown>>;
  /** The number of a block, or a text that names none. */
  readonly block?: number | string;
  readonly void_reason?: 'refund' | null;
}

export interface Refused {
  readonly status: number;
  readonly type: string;
}

/** Usage as it is reported. */
export interface Reported {
  readonly currency: string;
  readonly amount: bigint;
  readonly item: string | null;
  readonly price: string;
  readonly at: number;
}

interface Owing {
  readonly currency: string;
  readonly left: bigint;
  readonly may: (block: Block) => boolean;
  readonly now: number;
}

interface UseTold {
  readonly currency: string;
  readonly price: string;
  readonly day: string;
  readonly item: string | null;
  readonly now: number;
  /** What each block owes for it. */
  readonly owed: ReadonlyMap<Block, bigint>;
}

/** How long an entry may still change. */
const grace = 12 * 3_600_000;

/** What a request says about its entries. */
interface Given {
  readonly currency: string;
  readonly description?: string | null | undefined;
  readonly metadata?: Body['metadata'];
}

const invalid: Refused = { status: 400, type: '400-request-validation-errors' };
const impossible: Refused = { status: 400, type: '400-constraint-violation' };
const notFound: Refused = { status: 404, type: '404-resource-not-found' };

export class NaiveLedger {
  readonly blocks: Block[] = [];
  readonly #entries: Entry[] = [];
  readonly #zone: string;

  constructor(zone: string) {
    this.#zone = zone;
  }

  /** The entries of a currency, oldest first, as they are at an instant. */
  entries(currency: string, now: number): readonly Entry[] {
    this.#passTo(now, currency);
    return this.#entries.filter((entry) => entry.currency === currency);
  }

  /** The blocks of a currency, newest first. */
  list(currency: string, now: number, all: boolean): readonly Block[] {
    this.#passTo(now, currency);
    const own = this.blocks.filter((block) => block.currency === currency);
    return own.filter((block) => all || (block.state !== 'expired' && block.balance !== 0n)).reverse();
  }

  /** Everything that will still happen to the blocks by itself, and when. */
  nextDue(now: number): number | undefined {
    const dues = this.blocks.flatMap((block) => [
      ...(block.state === 'waiting' ? [block.effective] : []),
      ...(block.state !== 'expired' && block.expires !== null ? [block.expires] : []),
    ]);
    return dues.filter((due) => due > now).sort((a, b) => a - b)[0];
  }

  /** The entry that POST …/ledger_entry answers with, or the refusal. */
  post(body: Body, now: number): Entry | Refused {
    const currency = body.currency ?? 'credits';
    const wrong = shapeOf(body);
    if (wrong !== undefined) return wrong;
    this.#passTo(now, currency);
    const before = this.#entries.length;
    const refused = this.#make({ ...body, currency }, Math.max(now, this.#last(currency)?.at ?? now));
    if (refused !== undefined) return refused;
    const made = this.#entries.slice(before).filter(({ type }) => type !== 'credit_block_expiry');
    const isFirst = body.entry_type === 'void' || body.entry_type === 'increment';
    const answer = isFirst ? made[0] : made.at(-1);
    if (answer === undefined) throw new Error(`${body.entry_type} made no entry`);
    this.#passTo(now, currency);
    return answer;
  }

  /** The invoice of a block is paid: what waits for that becomes active, wherever it is by now. */
  pay(sale: Block, now: number): void {
    const { currency } = sale;
    this.#passTo(now, currency);
    const at = Math.max(now, this.#last(currency)?.at ?? now);
    for (const block of this.blocks) {
      if (block.sale !== sale.number || block.status === 'active') continue;
      block.status = 'active';
      // An empty block does not begin by itself, but a payment puts it in force.
      if (block.state === 'waiting' && isWithinLife(block, at)) block.state = 'in force';
      if (block.state !== 'in force' || block.balance === 0n) continue;
      const given = { description: undefined, metadata: {}, currency };
      this.#write(given, { type: 'increment', at, amount: block.balance, block, change: block.balance });
    }
  }

  /** The invoice of a block is voided before it was paid: what is left of its credits is voided. */
  withdraw(sale: Block, now: number): void {
    const { currency } = sale;
    this.#passTo(now, currency);
    const at = Math.max(now, this.#last(currency)?.at ?? now);
    for (const block of this.blocks.filter((each) => each.sale === sale.number && each.balance > 0n)) {
      const amount = `#${shown(block.initial - block.voided - block.moved)}`;
      const body = { entry_type: 'void', amount, block: block.number, currency, description: undefined };
      if (this.#void(body, at) !== undefined) throw new Error(`block ${block.number} cannot be voided`);
    }
  }

  /** Usage of an instant: drawn from what its day could draw on, and added to the entry of its kind that is pending. */
  use({ currency, amount, item, price, at: used }: Reported, clock: number): void {
    this.#passTo(clock, currency);
    const now = Math.max(clock, this.#last(currency)?.at ?? clock);
    const day = dateAt(used, this.#zone);
    const begins = dayBegins(day, this.#zone);
    const may = (block: Block): boolean => covers(block, begins, item);
    const lapses = this.#entries.filter(
      (entry) =>
        entry.type === 'credit_block_expiry' &&
        entry.currency === currency &&
        now - entry.at < grace &&
        entry.start !== entry.end &&
        may(entry.block),
    );
    const credits = this.#drawable(currency).filter((block) => may(block) && block.balance > 0n);
    const order = [...lapses.map(({ block }) => block), ...credits].sort(drawnBefore);
    const taken = new Map<Block, bigint>();
    let left = amount;
    for (const block of order) {
      const lapse = lapses.find((entry) => entry.block === block);
      const has = lapse === undefined ? block.balance : lapse.amount;
      const some = left < has ? left : has;
      if (some === 0n) continue;
      if (lapse === undefined) block.balance -= some;
      else this.#grow(lapse, -some);
      block.used += some;
      left -= some;
      taken.set(block, some);
    }
    const owed = new Map(left > 0n ? [[this.#owe({ currency, left, may, now }, taken), left]] : []);
    this.#tellUse([...taken], { currency, price, day, item, now, owed });
  }

  /** What nothing is left for is a debt of the last block that could have paid, which then comes last. */
  #owe({ currency, left, may, now }: Owing, taken: Map<Block, bigint>): Block {
    const able = this.#drawable(currency).filter(may).sort(drawnBefore);
    const bearer = able.at(-1) ?? this.#debtBlock(currency, now);
    const some = (taken.get(bearer) ?? 0n) + left;
    bearer.balance -= left;
    bearer.used += left;
    taken.delete(bearer);
    taken.set(bearer, some);
    return bearer;
  }

  #tellUse(
    taken: readonly (readonly [Block, bigint])[],
    { currency, price, day, item, now, owed }: UseTold,
  ): void {
    const kind = (entry: Entry): boolean =>
      entry.currency === currency && entry.usage?.price === price && entry.usage.day === day;
    const before = [...this.#entries];
    for (const [block, amount] of taken) {
      const known = before.filter((entry) => kind(entry) && entry.block === block).at(-1);
      if (known?.usage === undefined || now - known.at >= grace) continue;
      this.#grow(known, amount);
      known.usage.owed += owed.get(block) ?? 0n;
    }
    for (const [block, amount] of taken) {
      const known = before.filter((entry) => kind(entry) && entry.block === block).at(-1);
      if (known !== undefined && now - known.at < grace) continue;
      const usage = { item, price, day, owed: owed.get(block) ?? 0n, bearer: block };
      const given = { description: undefined, metadata: {}, currency };
      this.#write(given, { type: 'decrement', at: now, amount, block, change: -amount, usage });
    }
  }

  /** An entry that is pending grows, or shrinks below zero, and all after it follow. */
  #grow(grown: Entry, by: bigint): void {
    grown.amount += by;
    grown.end -= by;
    for (const entry of this.#entries) {
      if (entry.currency !== grown.currency || entry.sequence <= grown.sequence) continue;
      entry.start -= by;
      entry.end -= by;
    }
  }

  /** A grant for the past pays for usage that is a debt. */
  #payOverage(granted: Block, { currency, at }: { currency: string; at: number }): void {
    const given = { description: undefined, metadata: {}, currency };
    const relief = new Map<Block, bigint>();
    const before = granted.balance;
    for (const { usage } of this.#entries.filter((entry) => entry.currency === currency)) {
      if (usage === undefined || usage.bearer.balance >= 0n) continue;
      const begins = dayBegins(usage.day, this.#zone);
      if (granted.effective >= begins || !covers(granted, begins, usage.item)) continue;
      const paid = [granted.balance, usage.owed, -usage.bearer.balance].reduce((a, b) => (a < b ? a : b));
      if (paid <= 0n) continue;
      granted.balance -= paid;
      granted.used += paid;
      usage.owed -= paid;
      usage.bearer.balance += paid;
      usage.bearer.used -= paid;
      relief.set(usage.bearer, (relief.get(usage.bearer) ?? 0n) + paid);
    }
    for (const [block, paid] of relief)
      this.#write(given, { type: 'amendment', at, amount: paid, block, change: paid });
    const taken = before - granted.balance;
    if (taken > 0n)
      this.#write(given, { type: 'decrement', at, amount: taken, block: granted, change: -taken });
  }

  #debtBlock(currency: string, now: number): Block {
    return this.#newBlock({
      currency,
      balance: 0n,
      effective: now,
      expires: null,
      cost: null,
      filters: [],
      status: 'active',
      sale: null,
      state: 'in force',
    });
  }

  #make(body: Body & { currency: string }, now: number): Refused | undefined {
    if (body.entry_type === 'increment') return this.#increment(body, now);
    if (body.entry_type === 'decrement') return this.#decrement(body, now);
    if (body.entry_type === 'expiration_change') return this.#expirationChange(body, now);
    if (body.entry_type === 'void') return this.#void(body, now);
    return this.#amendment(body, now);
  }

  #increment(body: Body & { currency: string }, now: number): Refused | undefined {
    const amount = amountOf(body);
    const effective = this.#instant(body.effective_date) ?? now;
    const expires = this.#instant(body.expiry_date);
    if (expires !== null && expires <= effective) return impossible;
    const cost = body.per_unit_cost_basis ? exact(body.per_unit_cost_basis) : null;
    const settings = body.invoice_settings;
    // A price that rounds to no cent at all is nothing to wait for.
    const costs = cost !== null && amount * cost >= exact('0.005') * exact('1');
    const isAwaited =
      costs && settings?.require_successful_payment === true && settings.mark_as_paid !== true;
    const block = this.#newBlock({
      currency: body.currency,
      balance: amount,
      effective,
      expires,
      cost,
      filters: body.filters ?? [],
      status: isAwaited ? 'pending_payment' : 'active',
      sale: null,
      state: effective > now ? 'waiting' : 'in force',
    });
    if (settings !== undefined) block.sale = block.number;
    const counts = block.state === 'in force' && !isAwaited;
    this.#write(body, {
      type: 'increment',
      at: now,
      amount,
      block,
      change: counts ? amount : 0n,
      invoices: settings === undefined ? 0 : 1,
    });
    if (counts) this.#payOverage(block, { currency: body.currency, at: now });
    return undefined;
  }

  #decrement(body: Body & { currency: string }, now: number): undefined {
    let left = amountOf(body);
    const order = this.#drawable(body.currency).sort(drawnBefore);
    const last = order.at(-1) ?? this.#debtBlock(body.currency, now);
    for (const block of order.length > 0 ? order : [last]) {
      const has = block.balance > 0n ? block.balance : 0n;
      const taken = block === last ? left : left < has ? left : has;
      if (taken === 0n) continue;
      block.balance -= taken;
      block.used += taken;
      left -= taken;
      this.#write(body, { type: 'decrement', at: now, amount: taken, block, change: -taken });
    }
    return undefined;
  }

  #expirationChange(body: Body & { currency: string }, now: number): Refused | undefined {
    const source = this.#sourceOf(body);
    if ('type' in source) return source;
    const amount = body.amount == null ? source.balance : amountOf(body);
    const target = this.#instant(body.target_expiry_date) ?? 0;
    if (amount <= 0n || amount > source.balance || source.state === 'expired') return impossible;
    if ((body.target_expiry_date ?? '') < dateAt(source.effective, this.#zone)) return impossible;
    source.balance -= amount;
    source.moved += amount;
    this.#newBlock({ ...source, balance: amount, expires: target });
    this.#write(body, {
      type: 'expiration_change',
      at: now,
      amount,
      block: source,
      change: 0n,
      newExpiry: target,
    });
    return undefined;
  }

  /** The block that an expiry change is about. */
  #sourceOf(body: Body & { currency: string }): Block | Refused {
    const expires = this.#instant(body.expiry_date);
    if (body.block !== undefined) {
      const named = this.#named(body);
      if ('type' in named) return named;
      return body.expiry_date != null && named.expires !== expires ? impossible : named;
    }
    const own = this.list(body.currency, 0, false).filter(
      (block) => block.expires === expires && block.balance > 0n,
    );
    const [only] = own;
    return own.length === 1 && only !== undefined ? only : impossible;
  }

  #void(body: Body & { currency: string }, now: number): Refused | undefined {
    const source = this.#named(body);
    const asked = amountOf(body);
    if ('type' in source) return source;
    if (asked > source.initial - source.voided - source.moved) return impossible;
    const remaining = source.balance > 0n ? source.balance : 0n;
    const moved = asked < remaining ? asked : remaining;
    const counts = source.state === 'in force' && source.status === 'active';
    source.balance -= moved;
    source.voided += asked;
    source.refunded += asked - moved;
    const block = this.#newBlock({ ...source, balance: 0n, expires: now, state: 'expired' }, moved);
    block.voided = moved;
    const given = { at: now, voided: asked, reason: body.void_reason ?? null };
    this.#write(body, {
      ...given,
      type: 'void_initiated',
      amount: remaining,
      block: source,
      change: 0n,
      newExpiry: now,
    });
    this.#write(body, { ...given, type: 'void', amount: moved, block, change: counts ? -moved : 0n });
    return undefined;
  }

  #amendment(body: Body & { currency: string }, now: number): Refused | undefined {
    const block = this.#named(body);
    const amount = amountOf(body);
    if ('type' in block) return block;
    if (block.state === 'expired' || amount > block.used - block.refunded) return impossible;
    block.balance += amount;
    block.used -= amount;
    const counts = block.state === 'in force' && block.status === 'active';
    this.#write(body, { type: 'amendment', at: now, amount, block, change: counts ? amount : 0n });
    return undefined;
  }

  /** Lets blocks begin and expire, in the order in which that falls due. */
  #passTo(clock: number, currency: string): void {
    // A clock that was set back takes a ledger back to its last entry at most.
    const now = Math.max(clock, this.#last(currency)?.at ?? clock);
    for (const block of this.blocks) if (block.currency === currency) leaveNoTrace(block, now);
    for (;;) {
      const due = this.blocks
        .filter((block) => block.currency === currency)
        .flatMap((block) => dueOf(block, now));
      const [next] = due.sort((a, b) => a.at - b.at || a.block.number - b.block.number);
      if (next === undefined) return;
      const { block } = next;
      const at = Math.max(next.at, this.#last(currency)?.at ?? next.at);
      const given = { description: undefined, metadata: {}, currency };
      if (next.what === 'begins') {
        block.state = 'in force';
        if (block.balance !== 0n && block.status === 'active')
          this.#write(given, { type: 'increment', at, amount: block.balance, block, change: block.balance });
        continue;
      }
      this.#lapse(block, { ...given, at });
    }
  }

  /** Credits lapse with their block; a debt does not, and moves to a block that never expires. */
  #lapse(block: Block, given: Given & { at: number }): void {
    const counts = block.state === 'in force' && block.status === 'active';
    const amount = block.balance;
    block.state = 'expired';
    block.balance = 0n;
    if (amount > 0n)
      this.#write(given, {
        type: 'credit_block_expiry',
        at: given.at,
        amount,
        block,
        change: counts ? -amount : 0n,
      });
    if (amount >= 0n) return;
    const debt = this.#newBlock({ ...block, balance: amount, expires: null, state: 'in force' }, 0n);
    debt.used = -amount;
    for (const { usage } of this.#entries) if (usage?.bearer === block) usage.bearer = debt;
    this.#write(given, {
      type: 'expiration_change',
      at: given.at,
      amount: -amount,
      block,
      change: 0n,
      newExpiry: null,
    });
  }

  #drawable(currency: string): Block[] {
    return this.blocks.filter(
      (block) => block.currency === currency && block.state === 'in force' && block.status === 'active',
    );
  }

  /** A block of another currency is there, but no block for this request. */
  #named(body: Body & { currency: string }): Block | Refused {
    const block = this.blocks.find(({ number }) => number === body.block);
    if (block === undefined) return notFound;
    return block.currency === body.currency ? block : impossible;
  }

  #newBlock(
    block: Omit<Block, 'number' | 'initial' | 'used' | 'voided' | 'refunded' | 'moved'>,
    initial: bigint = block.balance,
  ): Block {
    const untouched = { used: 0n, voided: 0n, refunded: 0n, moved: 0n };
    const made = { ...block, ...untouched, initial, number: this.blocks.length + 1 };
    this.blocks.push(made);
    return made;
  }

  #last(currency: string): Entry | undefined {
    return this.#entries.filter((entry) => entry.currency === currency).at(-1);
  }

  #write(
    body: Given,
    {
      change,
      ...entry
    }: Omit<Entry, 'sequence' | 'start' | 'end' | 'currency' | 'description' | 'metadata'> & {
      change: bigint;
    },
  ): void {
    const last = this.#last(body.currency);
    const start = last?.end ?? 0n;
    const kept = Object.entries(body.metadata ?? {}).filter(
      (pair): pair is [string, string] => pair[1] !== null,
    );
    this.#entries.push({
      ...entry,
      sequence: (last?.sequence ?? 0) + 1,
      start,
      end: start + change,
      currency: body.currency,
      description: 'description' in body ? body.description : null,
      metadata: Object.fromEntries(kept),
    });
  }

  /** A date is the beginning of its day where the customer is. */
  #instant(text: string | null | undefined): number | null {
    if (text == null) return null;
    return text.length === 10 ? dayBegins(text, this.#zone) : Date.parse(text);
  }
}

function amountOf({ amount }: Body): bigint {
  return exact((amount ?? '').slice(1));
}

/** What is wrong with a body whatever the account. */
function shapeOf(body: Body): Refused | undefined {
  if (body.entry_type !== 'expiration_change' && body.amount == null) return invalid;
  if (body.amount != null && amountOf(body) <= 0n) return invalid;
  const cost = body.per_unit_cost_basis ?? null;
  if (cost !== null && exact(cost) < 0n) return invalid;
  if (cost !== null && exact(cost) > 0n && body.invoice_settings === undefined) return invalid;
  if (cost === null && body.invoice_settings !== undefined) return invalid;
  return undefined;
}

/** Whether a block can pay for usage of a day and an item; one that began with nothing bears the debt of any day. */
function covers(block: Block, begins: number, item: string | null): boolean {
  if (block.effective >= begins && block.initial > 0n) return false;
  if (block.expires !== null && block.expires <= begins) return false;
  return (
    item === null ||
    block.filters.every(({ operator, values }) => values.includes(item) === (operator === 'includes'))
  );
}

/** Filtered by item first, then the soonest expiry, the lowest cost, the oldest. */
function drawnBefore(a: Block, b: Block): number {
  const filtered = Number(b.filters.length > 0) - Number(a.filters.length > 0);
  const expiry = (a.expires ?? Number.MAX_VALUE) - (b.expires ?? Number.MAX_VALUE);
  const cost = (a.cost ?? 0n) - (b.cost ?? 0n);
  return filtered || expiry || (cost < 0n ? -1 : cost > 0n ? 1 : 0) || a.number - b.number;
}

const isWithinLife = ({ effective, expires }: Block, at: number): boolean =>
  effective <= at && (expires === null || expires > at);

/** What left no entry left no trace, if a clock is set back: an empty block, and one that waits for its payment, is as its dates say. */
function leaveNoTrace(block: Block, now: number): void {
  if (block.balance === 0n && block.state !== 'waiting')
    block.state = block.expires !== null && block.expires <= now ? 'expired' : 'in force';
  if (block.status === 'pending_payment' && block.state === 'in force' && block.effective > now)
    block.state = 'waiting';
}

function dueOf(block: Block, now: number): { what: 'begins' | 'ends'; at: number; block: Block }[] {
  // A block that ends when it would begin, or is empty by then, never begins.
  const ends = block.expires ?? Number.MAX_VALUE;
  if (block.state === 'waiting' && block.effective < ends && block.effective <= now && block.balance !== 0n)
    return [{ what: 'begins', at: block.effective, block }];
  return block.state !== 'expired' && ends <= now ? [{ what: 'ends', at: ends, block }] : [];
}
