// Finds the thresholds of alerts that a change of the balance crossed, so that a webhook is due.
import { type Amount, compare } from '../../credits/exact.ts';
import { alertStatuses, type Watch } from './alert.ts';

export interface Crossing<W extends Watch> {
  readonly alert: W;
  readonly threshold: Amount;
}

/**
 * The thresholds that are in alert at the new balance but not at the old balance. Their order is the order in which
 * the balance passed them: a falling balance is depleted at 0 before it drops below 0.
 * Model: only the balance after a write is reported, not a balance that it passed through between two writes.
 */
export function crossings<W extends Watch>(
  alerts: readonly W[],
  { before, after }: { readonly before: Amount; readonly after: Amount },
): readonly Crossing<W>[] {
  const crossed = alerts.flatMap((alert) => {
    const earlier = alertStatuses(alert, before);
    return alertStatuses(alert, after)
      .filter(({ inAlert }, index) => inAlert && earlier[index]?.inAlert !== true)
      .map(({ threshold }) => ({ alert, threshold }));
  });
  return crossed.sort(
    (one, other) =>
      compare(other.threshold, one.threshold) || Number(isDropped(one)) - Number(isDropped(other)),
  );
}

const isDropped = ({ alert }: Crossing<Watch>): boolean => alert.type === 'credit_balance_dropped';
