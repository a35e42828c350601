// What moved the balance of a ledger: granted, used, expired, voided, amended and the rest, by period.
import { changeOf, instantOf, type LedgerEntry } from '../credits/customer.ts';
import {
  type Amount,
  add,
  type Instant,
  isZero,
  multiply,
  negate,
  subtract,
  zero,
} from '../credits/exact.ts';
import type { Period, Periods } from './periods.ts';

/** The kinds that lower a balance count positively, as people speak of them. */
export const movementKinds = ['granted', 'used', 'expired', 'voided', 'amended', 'other'] as const;
export type MovementKind = (typeof movementKinds)[number];

/**
 * What moved a balance in a span of time, in credits. Opening + granted + amended − used − expired − voided + other =
 * closing. `other` is what became effective after it was granted, and what changed without an entry.
 */
export interface MovementSums extends Readonly<Record<MovementKind, Amount>> {
  /** How many of the entries may still change. */
  readonly pending: number;
  /**
   * The same in money: each entry's credits times the cost basis of its block. Free credits count 0, and so does what
   * changed without an entry: there is no block to say what it cost.
   */
  readonly values: Readonly<Record<MovementKind, Amount>>;
}

export interface MovementRow extends MovementSums {
  readonly period: Period;
  /** `null` for entries that do not say, and for changes without an entry. */
  readonly group: string | null;
  /** Of the whole period, whatever the group. */
  readonly opening: Amount;
  readonly closing: Amount;
}

export interface MovementsResult {
  readonly opening: Amount;
  readonly closing: Amount;
  /** In order of time; a period without an entry has none. */
  readonly rows: readonly MovementRow[];
}

export interface MovementsOptions {
  readonly periods: Periods;
  /** Entries created at or after this instant are not counted. */
  readonly before?: Instant | undefined;
  /** Blocks whose credits began to count after they were granted: an increment that changes the balance says so. */
  readonly waited: ReadonlySet<string>;
}

interface Move {
  readonly at: Instant;
  readonly kind: MovementKind;
  readonly change: Amount;
  /** `undefined` for a change without an entry. */
  readonly entry?: LedgerEntry;
  readonly group?: string | null;
}

type Draft = { -readonly [Kind in MovementKind]: Amount } & {
  pending: number;
  readonly values: { -readonly [Kind in MovementKind]: Amount };
};

/**
 * Takes the entries of one ledger, newest first, and keeps only sums. A balance that changes between two entries is
 * dated as the later one, so that what was counted once is not counted elsewhere later.
 */
export class Movements {
  readonly #options: MovementsOptions;
  readonly #drafts = new Map<string, { period: Period; change: Amount; groups: Map<string | null, Draft> }>();
  #opening = zero;
  #newer: LedgerEntry | undefined;

  constructor(options: MovementsOptions) {
    this.#options = options;
  }

  /** @param group what its sums are kept apart by; `null` if it belongs to none */
  add(entry: LedgerEntry, group: string | null = null): void {
    if (this.#newer !== undefined) this.#jump(this.#newer, entry.ending_balance);
    this.#newer = entry;
    this.#move({
      at: instantOf(entry),
      kind: kindOf(entry, this.#options.waited),
      change: changeOf(entry),
      entry,
      group,
    });
  }

  end(): MovementsResult {
    if (this.#newer !== undefined) this.#jump(this.#newer, zero);
    let balance = this.#opening;
    const rows: MovementRow[] = [];
    const drafts = [...this.#drafts.values()].sort((a, b) => inOrder(a.period.name, b.period.name));
    for (const { period, change, groups } of drafts) {
      const closing = add(balance, change);
      const sorted = [...groups].sort(([a], [b]) => inOrder(a ?? '', b ?? ''));
      for (const [group, sums] of sorted) rows.push({ period, group, opening: balance, closing, ...sums });
      balance = closing;
    }
    return { opening: this.#opening, closing: balance, rows };
  }

  #jump(entry: LedgerEntry, ended: Amount): void {
    if (entry.starting_balance === ended) return;
    this.#move({ at: instantOf(entry), kind: 'other', change: subtract(entry.starting_balance, ended) });
  }

  #move({ at, kind, change, entry, group = null }: Move): void {
    const { periods, before = Number.POSITIVE_INFINITY } = this.#options;
    const period = at >= before ? 'later' : periods.of(at);
    if (period === 'later') return;
    if (period === 'earlier') {
      this.#opening = add(this.#opening, change);
      return;
    }
    const known = this.#drafts.get(period.name) ?? { period, change: zero, groups: new Map() };
    this.#drafts.set(period.name, known);
    const draft = known.groups.get(group) ?? emptyDraft();
    known.groups.set(group, draft);
    if (entry !== undefined && entry.entry_status !== 'committed') draft.pending += 1;
    if (isZero(change)) return;
    known.change = add(known.change, change);
    const size = lowers.has(kind) ? negate(change) : change;
    draft[kind] = add(draft[kind], size);
    const costBasis = entry?.credit_block.per_unit_cost_basis ?? null;
    if (costBasis !== null) draft.values[kind] = add(draft.values[kind], multiply(size, costBasis));
  }
}

const emptyDraft = (): Draft => ({
  granted: zero,
  used: zero,
  expired: zero,
  voided: zero,
  amended: zero,
  other: zero,
  pending: 0,
  values: { granted: zero, used: zero, expired: zero, voided: zero, amended: zero, other: zero },
});

/** The sums of a span in which nothing moved. */
export const noMovements = (): MovementSums => emptyDraft();

const lowers: ReadonlySet<MovementKind> = new Set(['used', 'expired', 'voided']);

const kinds: Readonly<Record<string, MovementKind>> = {
  increment: 'granted',
  decrement: 'used',
  credit_block_expiry: 'expired',
  // It leaves the balance as it is, except where credits are moved to a day that is over.
  expiration_change: 'expired',
  void_initiated: 'voided',
  void: 'voided',
  amendment: 'amended',
};

/** What entries of a type do to a balance. */
export const movementKindOf = (type: string): MovementKind => kinds[type] ?? 'other';

/** What an entry did to the balance. @param waited as in `MovementsOptions` */
export function kindOf(entry: LedgerEntry, waited: MovementsOptions['waited']): MovementKind {
  const kind = movementKindOf(entry.entry_type);
  return kind === 'granted' && waited.has(entry.credit_block.id) ? 'other' : kind;
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export type Grouping =
  | { readonly by: 'type' }
  | { readonly by: 'description' }
  | { readonly by: 'metadata'; readonly key: string };

/** What only the record of writes knows of an entry: who wrote it, and who approved that. */
export const recordedGroups = ['who', 'approved_by'] as const;
export type RecordedGroup = (typeof recordedGroups)[number];

/** Reads `type`, `description` or `metadata.<key>`; the key may have dots. `undefined` for anything else. */
export function readGrouping(text: string): Grouping | undefined {
  if (text === 'type' || text === 'description') return { by: text };
  const key = /^metadata\.(.+)$/s.exec(text)?.[1];
  return key === undefined ? undefined : { by: 'metadata', key };
}

/** The group of an entry; `null` if it does not say. */
export function groupOf(entry: LedgerEntry, grouping: Grouping): string | null {
  switch (grouping.by) {
    case 'type':
      return entry.entry_type;
    case 'description':
      return entry.description;
    case 'metadata':
      return Object.hasOwn(entry.metadata, grouping.key) ? (entry.metadata[grouping.key] ?? null) : null;
  }
}
