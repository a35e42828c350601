// Builds the API document of an alert (contract: Alert).
import { type Amount, formatInstant } from '../../credits/exact.ts';
import { type Json, type JsonObject, jsonNumber } from '../../wire/json.ts';
import { alertStatuses } from '../ledger/alert.ts';
import type { StoredAlert } from '../store/alerts.ts';
import type { StoredCustomer } from '../store/customers.ts';
import { minifiedCustomer } from './customer-document.ts';

/**
 * @param balance the balance of the customer's ledger in the alert's currency
 * @param written how an amount is written: a number in an answer, a text in an event
 */
export function alertDocument(
  alert: StoredAlert,
  { customer, balance }: { readonly customer: StoredCustomer; readonly balance: Amount },
  written: (amount: Amount) => Json = jsonNumber,
): JsonObject {
  const thresholds = alert.thresholds.map((value) => ({ value: written(value) }));
  return {
    id: alert.id,
    type: alert.type,
    created_at: formatInstant(alert.createdAt),
    enabled: alert.enabled,
    thresholds: thresholds.length > 0 ? thresholds : null,
    customer: minifiedCustomer(customer),
    plan: null,
    subscription: null,
    metric: null,
    license_type: null,
    currency: alert.currency,
    grouping_keys: null,
    price_filters: null,
    threshold_overrides: null,
    balance_alert_status: alertStatuses(alert, balance).map(({ threshold, inAlert }) => ({
      threshold_value: written(threshold),
      in_alert: inAlert,
    })),
  };
}
