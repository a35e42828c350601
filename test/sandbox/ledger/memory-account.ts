// An account held in memory, as plainly as can be: the core's decisions are applied to a list of blocks.
import { type Amount, amount, isPositive } from '../../../src/credits/exact.ts';
import { type Account, settleDue } from '../../../src/sandbox/ledger/account.ts';
import { decide } from '../../../src/sandbox/ledger/decide.ts';
import type { Invoice } from '../../../src/sandbox/ledger/invoice.ts';
import {
  type Amendment,
  type Block,
  type Command,
  type Decrement,
  deductionKey,
  type Entry,
  type ExpirationChange,
  type Increment,
  isDrawable,
  isExpired,
  isRefusal,
  nextDueAt,
  type VoidBlock,
} from '../../../src/sandbox/ledger/model.ts';
import {
  emptyHead,
  type LedgerHead,
  ledgerTime,
  type Movement,
} from '../../../src/sandbox/ledger/posting.ts';
import { replayWithout } from '../../../src/sandbox/ledger/replay.ts';
import { Replenishment, type TopUp } from '../../../src/sandbox/ledger/top-up.ts';

export const instant = (text: string): number => Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
export const day = (text: string) => ({ startsAt: instant(text), endsAt: instant(text) + 86_400_000 });

export class MemoryAccount {
  head: LedgerHead;
  blocks: Block[] = [];
  entries: Entry[] = [];
  invoices: Invoice[] = [];
  now: number;
  invoicingCurrency: string | null = 'USD';
  topUp: TopUp | null = null;
  #ids = 0;

  constructor(start = '2026-01-10', currency = 'credits') {
    this.now = instant(start);
    this.head = emptyHead(currency);
  }

  /** What the API would answer with, or the name of the refusal. */
  do(command: Command): Entry | string {
    this.settle();
    const decision = decide(this.#view(), command, { now: this.now, freshId: this.#freshId });
    if (isRefusal(decision)) return decision.refused;
    this.#apply(decision);
    return decision.answer;
  }

  /** The entries that appeared because of a command, one line each. */
  lines(command: Command): string[] {
    const before = this.entries.length;
    const answer = this.do(command);
    return typeof answer === 'string' ? [answer] : this.entries.slice(before).map(line);
  }

  /** Moves the clock and settles; the entries that appeared, one line each. */
  until(text: string): string[] {
    const before = this.entries.length;
    this.now = instant(text);
    this.settle();
    return this.entries.slice(before).map(line);
  }

  settle(): void {
    const until = ledgerTime(this.head, this.now);
    const due = this.blocks
      .map((block, ordinal) => ({ block, ordinal }))
      .filter(({ block }) => (nextDueAt(block) ?? Number.POSITIVE_INFINITY) <= until);
    if (due.length > 0)
      this.#apply(settleDue(this.head, { due, until, replenishment: this.#replenishment() }, this.#freshId));
  }

  /** The ledger as if a block had never been, one line an entry. The account itself stays as it is. */
  without(blockId: string): {
    readonly lines: string[];
    readonly balances: string[];
    readonly entries: Entry[];
  } {
    const history = {
      currency: this.head.currency,
      entries: this.entries,
      blocks: this.blocks,
      usage: new Map(),
    };
    const replayed = replayWithout(history, blockId, { now: this.now, freshId: this.#freshId });
    return {
      lines: replayed.entries.map(line),
      balances: replayed.blocks.map(({ id, balance }) => `${id} ${balance}`),
      entries: replayed.entries,
    };
  }

  balances(): string[] {
    return this.blocks.map(({ id, balance }) => `${id} ${balance}`);
  }

  #freshId = (): string => {
    this.#ids += 1;
    return `#${this.#ids}`;
  };

  #replenishment = (): Replenishment | null => {
    const awaited = this.blocks.filter(
      ({ source, status }) => source === 'top_up' && status === 'pending_payment',
    );
    return this.topUp === null
      ? null
      : new Replenishment(
          this.topUp,
          awaited.map(({ id }) => id),
          this.invoicingCurrency,
        );
  };

  #apply(movement: Movement): void {
    const changed = new Map(movement.changed.map((block) => [block.id, block]));
    this.blocks = [...this.blocks.map((block) => changed.get(block.id) ?? block), ...movement.created];
    this.entries.push(...movement.entries);
    this.invoices.push(...movement.invoices);
    this.head = movement.head;
  }

  #view(): Account {
    const ordered = this.blocks
      .filter(({ counted }) => counted)
      .map((block, index) => ({ block, key: `${deductionKey(block)} ${String(index).padStart(6, '0')}` }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ block }) => block);
    return {
      head: this.head,
      invoicingCurrency: this.invoicingCurrency,
      addedUnits: () => ['tokens'],
      block: (id) => (id === 'in euros' ? 'other-currency' : this.blocks.find((block) => block.id === id)),
      drawable: () => ordered.filter(isDrawable),
      lastInOrder: (at) => [...ordered].reverse().filter((block) => !isExpired(block, at)),
      holdingCredits: (expiresAt) =>
        this.blocks.filter((block) => isPositive(block.balance) && block.expiresAt === expiresAt),
      lapsed: () => [],
      overage: () => [],
      replenishment: this.#replenishment,
    };
  }
}

/** `decrement 20: 100 → 80` */
export function line(entry: Entry): string {
  return `${entry.type} ${entry.amount}: ${entry.starting} → ${entry.ending}`;
}

const plain = { description: null, metadata: {} };
const amountOf = (text: string): Amount => amount(text);

export function grant(text: string, more: Partial<Increment> = {}): Increment {
  const defaults = { effectiveAt: null, expiresAt: null, costBasis: null, filters: [], invoice: null };
  return { ...plain, ...defaults, type: 'increment', amount: amountOf(text), ...more };
}

export function take(text: string): Decrement {
  return { ...plain, type: 'decrement', amount: amountOf(text) };
}

export function move(target: string, more: Partial<ExpirationChange> = {}): ExpirationChange {
  const defaults = { amount: null, blockId: null, expiresAt: null };
  return { ...plain, ...defaults, type: 'expiration_change', target: day(target), ...more };
}

export function voidOf(blockId: string, text: string): VoidBlock {
  return { ...plain, type: 'void', blockId, amount: amountOf(text), reason: null };
}

export function giveBack(blockId: string, text: string): Amendment {
  return { ...plain, type: 'amendment', blockId, amount: amountOf(text) };
}
