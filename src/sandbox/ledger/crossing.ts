// Which thresholds of an alert a change of the balance has crossed, so that a webhook is due.
import type { Amount } from '../../credits/amount.ts';
import { alertStatuses, type Watch } from './alert.ts';

/**
 * The thresholds that are in alert at the new balance and were not at the old one.
 * Model: what a balance passed through between two writes is not told, only where it came to rest.
 */
export function crossedThresholds(
  watch: Watch,
  { before, after }: { readonly before: Amount; readonly after: Amount },
): readonly Amount[] {
  const earlier = alertStatuses(watch, before);
  return alertStatuses(watch, after)
    .filter(({ inAlert }, index) => inAlert && earlier[index]?.inAlert !== true)
    .map(({ threshold }) => threshold);
}
