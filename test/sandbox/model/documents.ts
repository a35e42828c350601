// What the API said, in the terms of the naive ledger: every field of an entry and of a block.
import { exact } from './exact.ts';
import type { Block, Entry } from './naive-ledger.ts';

/** A document whose numbers are text; the test fails where a field is not what it is taken for. */
// biome-ignore lint/suspicious/noExplicitAny: documents of many shapes
export type Document = any;

/** Real ids by the naive ledger's numbers of blocks; each pair is made once and then holds. */
export class BlockNames {
  readonly #numbers = new Map<string, number>();
  readonly #ids = new Map<number, string>();

  /** The number of a block, which is the expected one if neither has been seen before. */
  numberOf(id: string, expected: number): number {
    if (!this.#numbers.has(id) && !this.#ids.has(expected)) {
      this.#numbers.set(id, expected);
      this.#ids.set(expected, id);
    }
    return this.#numbers.get(id) ?? -1;
  }

  idOf(number: number): string | undefined {
    return this.#ids.get(number);
  }
}

const instant = (text: string | null): number | null => (text === null ? null : Date.parse(text));
const decimal = (text: string | null): bigint | null => (text === null ? null : exact(text));
/** The API has whole seconds. */
const seconds = (at: number): number => Math.floor(at / 1000) * 1000;
const secondsOrNull = (at: number | null): number | null => (at === null ? null : seconds(at));

const grace = 12 * 3_600_000;

export function expectedEntry(entry: Entry, now: number): object {
  return {
    type: entry.type,
    sequence: String(entry.sequence),
    status: now - entry.at >= grace ? 'committed' : 'pending',
    at: seconds(entry.at),
    start: entry.start,
    end: entry.end,
    amount: entry.amount,
    currency: entry.currency,
    description: entry.description,
    metadata: entry.metadata,
    block: entry.block.number,
    blockExpires: secondsOrNull(entry.block.expires),
    blockCost: entry.block.cost,
    blockFilters: entry.block.filters,
    newExpiry: entry.newExpiry === undefined ? undefined : secondsOrNull(entry.newExpiry),
    voided: entry.voided,
    reason: entry.reason,
    invoices: entry.invoices ?? 0,
    price: entry.type === 'decrement' ? (entry.usage?.price ?? null) : undefined,
  };
}

export function answeredEntry(document: Document, expected: Entry, names: BlockNames): object {
  return {
    type: document.entry_type,
    sequence: document.ledger_sequence_number,
    status: document.entry_status,
    at: instant(document.created_at),
    start: exact(document.starting_balance),
    end: exact(document.ending_balance),
    amount: exact(document.amount),
    currency: document.currency,
    description: expected.description === undefined ? undefined : document.description,
    metadata: document.metadata,
    block: names.numberOf(document.credit_block.id, expected.block.number),
    blockExpires: instant(document.credit_block.expiry_date),
    blockCost: decimal(document.credit_block.per_unit_cost_basis),
    blockFilters: document.credit_block.filters,
    newExpiry:
      document.new_block_expiry_date === undefined ? undefined : instant(document.new_block_expiry_date),
    voided: document.void_amount === undefined ? undefined : exact(document.void_amount),
    reason: document.void_reason,
    invoices: document.created_invoices?.length ?? 0,
    price: document.price_id,
  };
}

export function expectedBlock(block: Block): object {
  return {
    number: block.number,
    balance: block.balance,
    initial: block.initial,
    effective: seconds(block.effective),
    expires: secondsOrNull(block.expires),
    cost: block.cost,
    filters: block.filters,
    status: block.status,
    source: 'manual',
    metadata: {},
  };
}

export function toldBlock(document: Document, expected: Block, names: BlockNames): object {
  return {
    number: names.numberOf(document.id, expected.number),
    balance: exact(document.balance),
    initial: decimal(document.maximum_initial_balance),
    effective: instant(document.effective_date),
    expires: instant(document.expiry_date),
    cost: decimal(document.per_unit_cost_basis),
    filters: document.filters,
    status: document.status,
    source: document.credit_block_source,
    metadata: document.metadata,
  };
}
