// Which blocks usage may draw on: by the day it belongs to, and by the item that was used.
import { type Instant, isZero } from '../../credits/exact.ts';
import type { Block } from './model.ts';

/** What decides it. */
export interface Eligibility {
  /** `null` if it is not said what was used. */
  readonly itemId: string | null;
  readonly dayStartsAt: Instant;
}

/**
 * Deductions take effect at the beginning of their day: a block must be effective before that, and not expired by then
 * (contract: increment). One that only bears a debt holds no credits that could be too young.
 * Model: usage that names no item draws on any block, as a decrement does.
 */
export function coversDay(block: Block, { itemId, dayStartsAt }: Eligibility): boolean {
  if (block.effectiveAt >= dayStartsAt && !isZero(block.initial)) return false;
  if (block.expiresAt !== null && block.expiresAt <= dayStartsAt) return false;
  if (itemId === null) return true;
  return block.filters.every(({ operator, values }) => values.includes(itemId) === (operator === 'includes'));
}
