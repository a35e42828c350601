// Text that sorts as amounts do, so that a database can compare exact decimals without turning them into floating point.
import type { Amount } from '../../credits/exact.ts';

/**
 * The key of an amount that is not negative: the length of its whole part, then its digits.
 * `0.5` < `9.99` < `10` as numbers and as keys. Throws a RangeError on a negative amount.
 */
export function ascendingKey(amount: Amount): string {
  if (amount.startsWith('-')) throw new RangeError(`no ascending key for a negative amount: ${amount}`);
  const point = amount.indexOf('.');
  const wholeDigits = point === -1 ? amount.length : point;
  return `${String(wholeDigits).padStart(3, '0')}${amount}`;
}
