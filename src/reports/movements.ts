// Adds up what moved the balance of a ledger, by period: granted, used, expired, voided, amended and other.
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

/** The kinds of movements. Those that lower a balance are counted as positive numbers, too. */
export const movementKinds = ['granted', 'used', 'expired', 'voided', 'amended', 'other'] as const;
export type MovementKind = (typeof movementKinds)[number];

/**
 * What moved a balance in a span of time, in credits. Opening + granted + amended − used − expired − voided + other =
 * closing. `other` is credits that became effective after their grant, and changes without an entry.
 */
export interface MovementSums extends Readonly<Record<MovementKind, Amount>> {
  /** The number of pending entries, which may still change. */
  readonly pending: number;
  /**
   * The sums in money: each entry's credits times the cost basis of its block. Free credits count 0, and so do changes
   * without an entry, because no block says what their credits cost.
   */
  readonly values: Readonly<Record<MovementKind, Amount>>;
}

export interface MovementRow extends MovementSums {
  readonly period: Period;
  /** `null` for entries without a group, and for changes without an entry. */
  readonly group: string | null;
  /** The balance before the whole period, the same for each group. */
  readonly opening: Amount;
  readonly closing: Amount;
}

export interface MovementsResult {
  readonly opening: Amount;
  readonly closing: Amount;
  /** In order of time; a period without entries has no row. */
  readonly rows: readonly MovementRow[];
}

export interface MovementsOptions {
  readonly periods: Periods;
  /** Entries created at or after this instant are not counted. */
  readonly before?: Instant | undefined;
  /** Blocks whose credits began to count after their grant: the increment that changes the balance counts as `other`. */
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
 * Takes the entries of one ledger, newest first, and keeps only sums. A change between two entries gets the date of the
 * later entry, so that a later run does not count the change in another period.
 */
export class Movements {
  readonly #options: MovementsOptions;
  readonly #drafts = new Map<string, { period: Period; change: Amount; groups: Map<string | null, Draft> }>();
  #opening = zero;
  #newer: LedgerEntry | undefined;

  constructor(options: MovementsOptions) {
    this.#options = options;
  }

  /** @param group the group to whose sums the entry is added; `null` for none */
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
  // An expiration change leaves the balance as it is, unless it moves credits to a past day.
  expiration_change: 'expired',
  void_initiated: 'voided',
  void: 'voided',
  amendment: 'amended',
};

/** The kind of movement that entries of a type are. */
export const movementKindOf = (type: string): MovementKind => kinds[type] ?? 'other';

/** The kind of movement that an entry is. @param waited as in `MovementsOptions` */
export function kindOf(entry: LedgerEntry, waited: MovementsOptions['waited']): MovementKind {
  const kind = movementKindOf(entry.entry_type);
  return kind === 'granted' && waited.has(entry.credit_block.id) ? 'other' : kind;
}

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export type Grouping =
  | { readonly by: 'type' }
  | { readonly by: 'description' }
  | { readonly by: 'metadata'; readonly key: string };

/** Groups that only the record of writes knows: who wrote an entry, and who approved the write. */
export const recordedGroups = ['who', 'approved_by'] as const;
export type RecordedGroup = (typeof recordedGroups)[number];

/** Reads `type`, `description` or `metadata.<key>`; the key may have dots. `undefined` for anything else. */
export function readGrouping(text: string): Grouping | undefined {
  if (text === 'type' || text === 'description') return { by: text };
  const key = /^metadata\.(.+)$/s.exec(text)?.[1];
  return key === undefined ? undefined : { by: 'metadata', key };
}

/** The group of an entry; `null` if the entry has none. */
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
