// An event as a webhook sends it (Orb SDK: webhooks). Amounts of credits are texts here, and numbers everywhere else.
import { type Amount, formatInstant, type Instant } from '../../credits/exact.ts';
import type { Json, JsonObject } from '../../wire/json.ts';
import { alertStatuses } from '../ledger/alert.ts';
import type { Block } from '../ledger/model.ts';
import type { StoredAlert } from '../store/alerts.ts';
import type { StoredCustomer } from '../store/customers.ts';
import { alertDocument } from './alert-document.ts';
import { blockDocument } from './block-document.ts';

export interface EventFacts {
  readonly id: string;
  readonly type: string;
  readonly createdAt: Instant;
}

/** @param subject the customer or invoice that it is about, by its name, and `properties` */
export const eventDocument = ({ id, type, createdAt }: EventFacts, subject: JsonObject): JsonObject => ({
  id,
  created_at: formatInstant(createdAt),
  type,
  ...subject,
});

/** The properties of an alert that fired. @param balance of the ledger when the transaction ends */
export function alertProperties(
  alert: StoredAlert,
  threshold: Amount | null,
  { customer, balance }: { readonly customer: StoredCustomer; readonly balance: Amount },
): JsonObject {
  const { thresholds } = alert;
  return {
    alert_configuration: {
      ...alertDocument(alert, { customer, balance }),
      thresholds: thresholds.length > 0 ? thresholds.map((value) => ({ value })) : null,
      balance_alert_status: alertStatuses(alert, balance).map((each) => ({
        threshold_value: each.threshold,
        in_alert: each.inAlert,
      })),
    },
    ...(alert.type === 'credit_balance_dropped' ? { balance_threshold: threshold } : {}),
    pricing_unit: pricingUnit(alert.currency),
  };
}

export function incrementProperties(block: Block, currency: string): JsonObject {
  return {
    block: { ...blockDocument(block), balance: block.balance, maximum_initial_balance: block.initial },
    pricing_unit: pricingUnit(currency),
  };
}

/** Model: a unit has no id and no symbol of its own here; its name stands for the id. */
const pricingUnit = (name: string): Json => ({ id: name, name, display_name: name, symbol: null });
