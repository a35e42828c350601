import { expect, test } from 'vitest';
import { alertsView, alertText, newAlertTitle } from '../../../src/commands/alerts/view.ts';
import type { Alert } from '../../../src/credits/alert.ts';
import { amount } from '../../../src/credits/exact.ts';
import { jsonNumber } from '../../../src/wire/json.ts';
import { cell } from '../../views/records.ts';

const status = (value: string, in_alert: boolean) => ({ threshold_value: amount(value), in_alert });

const alert = (changes: Partial<Alert> = {}): Alert => ({
  id: 'a1',
  type: 'credit_balance_dropped',
  created_at: '2026-05-05T17:17:06+00:00',
  enabled: true,
  thresholds: [{ value: amount('500') }, { value: amount('100') }],
  customer: { id: 'c1', external_customer_id: 'acme' },
  currency: 'credits',
  balance_alert_status: [status('500', true), status('100', false)],
  ...changes,
});

test.each<[Partial<Alert>, object]>([
  [{}, { text: '500 in alert, 100 ok', meaning: 'bad' }],
  [{ balance_alert_status: [status('500', false)] }, { text: '500 ok', meaning: 'good' }],
  [{ enabled: false }, { text: '500 in alert, 100 ok', meaning: 'muted' }],
  [
    { type: 'credit_balance_depleted', balance_alert_status: [status('0', true)] },
    { text: '0 in alert', meaning: 'bad' },
  ],
  [
    { type: 'credit_balance_recovered', balance_alert_status: [status('0', true)] },
    { text: '0 in alert', meaning: 'good' },
  ],
  [
    { type: 'credit_balance_recovered', balance_alert_status: [status('0', false)] },
    { text: '0 ok', meaning: 'muted' },
  ],
  [{ balance_alert_status: null }, { text: '' }],
])('the state of an alert with %j is shown as %j', (changes, shown) =>
  expect(cell(alertsView, 'balance_alert_status', alert(changes)).shown).toEqual(shown));

test('an alert that is off stands out, and says so in words', () => {
  expect(cell(alertsView, 'enabled', alert()).shown).toEqual({ text: 'yes' });
  expect(cell(alertsView, 'enabled', alert({ enabled: false }))).toEqual({
    text: 'false',
    shown: { text: 'no', meaning: 'warning' },
  });
});

test('what is not there is an empty cell', () => {
  const bare = alert({ thresholds: null, customer: null, currency: null });
  for (const name of ['thresholds', 'customer.id', 'customer.external_customer_id', 'currency'])
    expect(cell(alertsView, name, bare).text).toBe('');
  expect(cell(alertsView, 'thresholds', alert()).text).toBe('500, 100');
});

test('one alert in a line', () => {
  expect(alertText(alert())).toBe('credit_balance_dropped in credits, 500 in alert, 100 ok, enabled');
  expect(alertText(alert({ currency: null, balance_alert_status: null, enabled: false }))).toBe(
    'credit_balance_dropped, disabled',
  );
});

test('what a new alert is for', () => {
  const dropped = {
    type: 'credit_balance_dropped',
    currency: 'credits',
    thresholds: [{ value: jsonNumber('500') }, { value: jsonNumber('0.5') }],
  };
  expect(newAlertTitle(dropped, 'acme')).toBe(
    'Create an alert for when the credits of acme drop below 500, 0.5',
  );
  expect(newAlertTitle({ type: 'credit_balance_depleted', currency: 'USD' }, 'acme')).toBe(
    'Create an alert for when acme has no USD left',
  );
  expect(newAlertTitle({ type: 'credit_balance_recovered', currency: 'credits' }, 'id:x')).toBe(
    'Create an alert for when id:x has credits again',
  );
});
