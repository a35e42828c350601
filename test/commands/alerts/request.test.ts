import { expect, test } from 'vitest';
import {
  type AlertDraft,
  alertArgs,
  alertBody,
  alertDeletion,
  alertRequest,
  alertSwitch,
  alertsQuery,
  alertType,
  missingAlertFields,
  shortAlertType,
} from '../../../src/commands/alerts/request.ts';
import { writeJson } from '../../../src/wire/json.ts';

const acme = { by: 'external', id: 'acme' } as const;

const bodyOf = (draft: AlertDraft) => {
  const made = alertBody(draft);
  return 'body' in made ? writeJson(made.body) : made;
};

test.each<[AlertDraft, string]>([
  [{ type: 'depleted' }, '{"type":"credit_balance_depleted","currency":"credits"}'],
  [
    { type: 'credit_balance_recovered', currency: 'USD' },
    '{"type":"credit_balance_recovered","currency":"USD"}',
  ],
  [
    { type: 'dropped', threshold: ['500', '0.10'] },
    '{"type":"credit_balance_dropped","currency":"credits","thresholds":[{"value":500},{"value":0.1}]}',
  ],
])('%j becomes %s', (draft, body) => expect(bodyOf(draft)).toBe(body));

test('thresholds keep every digit', () =>
  expect(bodyOf({ type: 'dropped', threshold: ['12345678901234567.8'] })).toContain('12345678901234567.8'));

test.each<[AlertDraft, readonly string[]]>([
  [{}, ['--type is missing: one of depleted, dropped, recovered']],
  [{ type: 'dropped' }, ['--threshold is missing: an alert of type dropped needs it']],
  [{ type: 'low' }, ['--type must be one of depleted, dropped, recovered: "low"']],
  [{ type: 'depleted', threshold: ['5'] }, ['--threshold cannot be used with depleted, only with dropped']],
  [{ type: 'dropped', threshold: ['5', '5.0'] }, ['--threshold is given twice: 5']],
  [
    { type: 'dropped', threshold: ['1,000', 'x'] },
    [
      '--threshold must not have separators: "1,000"; write 1000, or 1.000 if the comma is a decimal point; for several thresholds, repeat --threshold',
      '--threshold is not a decimal number: "x"; write one such as 100 or 0.25',
    ],
  ],
  [{ currency: '' }, ['--type is missing: one of depleted, dropped, recovered', '--currency is empty']],
])('%j: %j', (draft, problems) => {
  const made = alertBody(draft);
  expect('problems' in made && made.problems.map((each) => `${each.where} ${each.problem}`)).toEqual(
    problems,
  );
});

test('only what was not said counts as missing', () => {
  expect(missingAlertFields({})).toEqual(['type']);
  expect(missingAlertFields({ type: 'dropped' })).toEqual(['threshold']);
  expect(missingAlertFields({ type: 'recovered' })).toEqual([]);
  expect(missingAlertFields({ type: 'dropped', threshold: ['1'] })).toEqual([]);
});

test('a type has a short name and a full one', () => {
  expect(alertType('dropped')).toBe('credit_balance_dropped');
  expect(alertType('credit_balance_dropped')).toBe('credit_balance_dropped');
  expect(alertType('usage_exceeded')).toBeUndefined();
  expect(shortAlertType('credit_balance_depleted')).toBe('depleted');
});

test('requests go to the paths of the contract', () => {
  expect(alertsQuery(acme)).toEqual({
    method: 'GET',
    path: '/alerts',
    query: [['external_customer_id', 'acme']],
  });
  expect(alertsQuery({ by: 'id', id: 'x' }).query).toEqual([['customer_id', 'x']]);
  expect(alertRequest(acme, {})).toEqual({
    method: 'POST',
    path: '/alerts/external_customer_id/acme',
    body: {},
  });
  expect(alertRequest({ by: 'id', id: 'a/b' }, {}).path).toBe('/alerts/customer_id/a%2Fb');
  expect(alertSwitch('a 1', 'enable')).toEqual({ method: 'POST', path: '/alerts/a%201/enable' });
  expect(alertSwitch('a1', 'disable').path).toBe('/alerts/a1/disable');
  expect(alertDeletion('a1')).toEqual({ method: 'DELETE', path: '/alerts/a1' });
});

test('the words say all of a draft', () =>
  expect(alertArgs(acme, { type: 'dropped', currency: 'USD', threshold: ['5', '1'] })).toEqual([
    ...['alerts', 'create', 'acme', '--type', 'dropped', '--currency', 'USD'],
    ...['--threshold', '5', '--threshold', '1'],
  ]));
