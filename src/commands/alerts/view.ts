// Defines the view of alerts: type, thresholds and current state.
import type { Alert, AlertStatus } from '../../credits/alert.ts';
import type { Meaning, Shown, View } from '../../output/view.ts';
import { externalIdColumn, instantColumn } from '../../views/column-kinds.ts';
import { isJsonObject, type Json, type JsonObject, numberText } from '../../wire/json.ts';

/** State of each threshold: `500 in alert, 100 ok`. The words carry the meaning, and colour only speeds up reading. */
function statusText(statuses: readonly AlertStatus[]): string {
  return statuses.map((each) => `${each.threshold_value} ${each.in_alert ? 'in alert' : 'ok'}`).join(', ');
}

function shownStatus({ type, enabled, balance_alert_status: statuses }: Alert): Shown {
  if (statuses === null) return { text: '' };
  return { text: statusText(statuses), meaning: enabled ? statusMeaning(type, statuses) : 'muted' };
}

/** A recovered balance is good news; a dropped or depleted balance is bad news. */
function statusMeaning(type: string, statuses: readonly AlertStatus[]): Meaning {
  const inAlert = statuses.some(({ in_alert }) => in_alert);
  if (type === 'credit_balance_recovered') return inAlert ? 'good' : 'muted';
  return inAlert ? 'bad' : 'good';
}

const thresholdsText = ({ thresholds }: Alert): string =>
  (thresholds ?? []).map(({ value }) => value).join(', ');

export const alertsView: View<Alert> = {
  columns: [
    { name: 'id', header: 'alert', text: ({ id }) => id },
    { name: 'type', text: ({ type }) => type },
    {
      name: 'enabled',
      hideRank: 3,
      text: ({ enabled }) => String(enabled),
      show: ({ enabled }) => (enabled ? { text: 'yes' } : { text: 'no', meaning: 'warning' }),
    },
    {
      name: 'balance_alert_status',
      header: 'state',
      hideRank: 1,
      text: ({ balance_alert_status }) => statusText(balance_alert_status ?? []),
      show: shownStatus,
    },
    { name: 'thresholds', hideRank: 4, text: thresholdsText },
    { name: 'currency', hideRank: 2, isUnit: true, text: ({ currency }) => currency ?? '' },
    instantColumn({ name: 'created_at', header: 'created', hideRank: 5 }, ({ created_at }) => created_at),
    { name: 'customer.id', header: 'customer id', hideRank: 7, text: ({ customer }) => customer?.id ?? '' },
    externalIdColumn(6),
  ],
  usual: ['id', 'type', 'enabled', 'balance_alert_status', 'thresholds', 'currency', 'created_at'],
  fields: [
    'id',
    'type',
    'created_at',
    'enabled',
    'thresholds',
    'customer',
    'customer.id',
    'customer.external_customer_id',
    'currency',
    'balance_alert_status',
    'plan',
    'subscription',
    'metric',
    'license_type',
    'grouping_keys',
    'price_filters',
    'threshold_overrides',
  ],
  none: 'no alerts',
};

/** One alert in a line: `credit_balance_dropped in credits, 500 in alert, enabled`. */
export function alertText(alert: Alert): string {
  const { type, currency, enabled, balance_alert_status: statuses } = alert;
  return [
    currency === null ? type : `${type} in ${currency}`,
    ...(statuses === null ? [] : [statusText(statuses)]),
    enabled ? 'enabled' : 'disabled',
  ].join(', ');
}

/** Title of a new alert. @param body of the request @param who the customer, as typed */
export function newAlertTitle({ type, currency, thresholds }: JsonObject, who: string): string {
  if (type === 'credit_balance_depleted')
    return `Create an alert for when ${who} has no ${String(currency)} left`;
  if (type === 'credit_balance_recovered')
    return `Create an alert for when ${who} has ${String(currency)} again`;
  const values = Array.isArray(thresholds) ? (thresholds as readonly Json[]) : [];
  const texts = values.map((each) => (isJsonObject(each) ? numberText(each.value) : undefined) ?? '');
  return `Create an alert for when the ${String(currency)} of ${who} drop below ${texts.join(', ')}`;
}
