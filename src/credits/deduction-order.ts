// Which blocks a decrement may draw on, and in which order it does.
import type { CreditBlock } from './customer.ts';
import { type Amount, compare, type Instant, parseInstant, zero } from './exact.ts';

/** Whether a decrement may draw on a block at an instant: active, effective and not expired. */
export function isDrawable(block: CreditBlock, at: Instant): boolean {
  return block.status === 'active' && startOf(block) <= at && at < endOf(block);
}

/**
 * Blocks with item filters first, then the soonest to expire (never-expiring last), the lower cost basis, the older.
 * @param newestFirst blocks as the API lists them
 */
export function inDeductionOrder(newestFirst: readonly CreditBlock[]): readonly CreditBlock[] {
  const oldestFirst = [...newestFirst].reverse();
  return oldestFirst.sort(
    (a, b) =>
      filterRank(a) - filterRank(b) || compareNumbers(endOf(a), endOf(b)) || compare(costOf(a), costOf(b)),
  );
}

const startOf = (block: CreditBlock): number => instantOr(block.effective_date, Number.NEGATIVE_INFINITY);
const endOf = (block: CreditBlock): number => instantOr(block.expiry_date, Number.POSITIVE_INFINITY);
const costOf = (block: CreditBlock): Amount => block.per_unit_cost_basis ?? zero;
const filterRank = (block: CreditBlock): number => (block.filters.length > 0 ? 0 : 1);
const compareNumbers = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

function instantOr(text: string | null, otherwise: number): number {
  return text === null ? otherwise : (parseInstant(text) ?? otherwise);
}
