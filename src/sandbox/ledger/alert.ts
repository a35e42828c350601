// Determines when each alert on a credit balance is in alert.
import { type Amount, compare, isPositive, zero } from '../../credits/exact.ts';

/** The alerts that a customer may have, one of each type in a currency (contract: CreateCustomerAlertRequestParams). */
export const alertTypes = [
  'credit_balance_depleted',
  'credit_balance_dropped',
  'credit_balance_recovered',
] as const;
export type AlertType = (typeof alertTypes)[number];

/** The condition of a balance that an alert watches for. */
export interface Watch {
  readonly type: AlertType;
  /** Used by `credit_balance_dropped`; the other types only store them. */
  readonly thresholds: readonly Amount[];
  readonly enabled: boolean;
}

export interface AlertStatus {
  readonly threshold: Amount;
  readonly inAlert: boolean;
}

/**
 * The status of an alert at a balance. Model: the status follows from the balance alone, whatever changed the balance:
 * depleted is in alert while nothing is left, recovered while something is, dropped while the balance is below a
 * threshold (contract: alerts; the contract's text says "at or below"). A disabled alert is never in alert.
 */
export function alertStatuses({ type, thresholds, enabled }: Watch, balance: Amount): readonly AlertStatus[] {
  switch (type) {
    case 'credit_balance_depleted':
      return [{ threshold: zero, inAlert: enabled && !isPositive(balance) }];
    case 'credit_balance_recovered':
      return [{ threshold: zero, inAlert: enabled && isPositive(balance) }];
    case 'credit_balance_dropped':
      return thresholds.map((threshold) => ({
        threshold,
        inAlert: enabled && compare(balance, threshold) < 0,
      }));
  }
}
