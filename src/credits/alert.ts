// Defines the alert: a webhook is sent when a credit balance runs out, falls below a threshold or recovers (contract: Alert).
import type { Amount } from './exact.ts';

/** The alert types of a customer, who may have one of each type and currency (contract: CreateCustomerAlertRequestParams). */
export const creditAlertTypes = [
  'credit_balance_depleted',
  'credit_balance_dropped',
  'credit_balance_recovered',
] as const;
export type CreditAlertType = (typeof creditAlertTypes)[number];

/** Whether the balance is beyond one of the alert's thresholds now. */
export interface AlertStatus {
  readonly threshold_value: Amount;
  readonly in_alert: boolean;
}

/** An alert as the API returns it. */
export interface Alert {
  readonly id: string;
  /** One of `creditAlertTypes`, or a type that watches usage or cost. */
  readonly type: string;
  readonly created_at: string;
  readonly enabled: boolean;
  /** `null` for types without thresholds. */
  readonly thresholds: readonly { readonly value: Amount }[] | null;
  /** `null` for an alert of a plan. */
  readonly customer: { readonly id: string; readonly external_customer_id: string | null } | null;
  /** Pricing unit or ISO 4217 currency of the balance that is watched. */
  readonly currency: string | null;
  /** One status for each threshold; `null` if the API does not return the field. */
  readonly balance_alert_status: readonly AlertStatus[] | null;
}
