// Sorts blocks in the order in which a decrement draws on them.
import { type CreditBlock, endOf } from './customer.ts';
import { type Amount, compare, zero } from './exact.ts';

/**
 * Blocks with item filters first, then the soonest to expire (never-expiring last), the lower cost basis, the older.
 * @param newestFirst blocks as the API lists them
 */
export function inDeductionOrder(newestFirst: readonly CreditBlock[]): readonly CreditBlock[] {
  const oldestFirst = [...newestFirst].reverse();
  return oldestFirst.sort(
    (a, b) =>
      filterRank(a) - filterRank(b) ||
      compareNumbers(lapseOf(a), lapseOf(b)) ||
      compare(costOf(a), costOf(b)),
  );
}

const lapseOf = (block: CreditBlock): number => endOf(block) ?? Number.POSITIVE_INFINITY;
const costOf = (block: CreditBlock): Amount => block.per_unit_cost_basis ?? zero;
const filterRank = (block: CreditBlock): number => (block.filters.length > 0 ? 0 : 1);
const compareNumbers = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);
