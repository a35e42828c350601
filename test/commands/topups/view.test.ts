import { expect, test } from 'vitest';
import { newTopUpPreview } from '../../../src/commands/topups/prompts.ts';
import { lastingText, topUpsView, topUpText } from '../../../src/commands/topups/view.ts';
import { amount } from '../../../src/credits/exact.ts';
import type { TopUp } from '../../../src/credits/top-up.ts';
import { type JsonObject, jsonNumber, writeJson } from '../../../src/wire/json.ts';
import { cell, now } from '../../views/records.ts';

const topUp = (changes: Partial<TopUp> = {}): TopUp => ({
  id: 't1',
  currency: 'credits',
  threshold: amount('100'),
  amount: amount('500'),
  per_unit_cost_basis: amount('0.2'),
  invoice_settings: { auto_collection: true, net_terms: 30, memo: null, require_successful_payment: false },
  expires_after: 6,
  expires_after_unit: 'month',
  ...changes,
});

test.each([
  ['threshold', '100', { text: '100' }],
  ['expires_after', '6', { text: '6 months' }],
  ['expires_after_unit', 'month', { text: 'month' }],
  ['invoice_settings.net_terms', '30', { text: '30' }],
  ['invoice_settings.auto_collection', 'true', { text: 'yes' }],
  ['invoice_settings.require_successful_payment', 'false', { text: 'no' }],
  ['invoice_settings.memo', '', { text: '' }],
])('%s is %s to a program and %j to a person', (name, text, shown) =>
  expect(cell(topUpsView, name, topUp())).toEqual({ text, shown }));

test('credits that never expire say so', () => {
  const forever = topUp({ expires_after: null, expires_after_unit: null });
  expect(cell(topUpsView, 'expires_after', forever)).toEqual({
    text: '',
    shown: { text: 'never', meaning: 'muted' },
  });
  expect(topUpText(forever)).toBe('500 credits at or below 100, for 0.2 each, which never expire');
  expect(topUpText({ ...forever, amount: amount('1') })).toMatch(/^1 credit at or below/);
  expect(lastingText(topUp({ expires_after: 1, expires_after_unit: 'day' }))).toBe('1 day');
});

const body: JsonObject = {
  currency: 'credits',
  threshold: '100',
  amount: '500',
  per_unit_cost_basis: '0.2',
  invoice_settings: { auto_collection: false, net_terms: jsonNumber('30') },
};
const ground = { replaced: undefined, available: amount('100'), now, money: 'USD' };

test('a balance at the threshold means that credits are bought at once', () => {
  const { lines, document } = newTopUpPreview('Top up', body, ground);
  expect(lines).toEqual([
    'Top up',
    '  balance    100 credits now, so the first purchase happens immediately',
    '  invoice    100 USD each time, due 30 days after issue',
    '  credits    never expire',
    '  replaces   nothing',
  ]);
  expect(writeJson(document)).toBe(
    '{"balance":100,"buys_at_once":true,"invoice_total":"100","replaces":null,"notes":[]}',
  );
});

test('a balance above it, or a start that is to come, does not', () => {
  expect(newTopUpPreview('Top up', body, { ...ground, available: amount('100.01') }).lines[1]).toBe(
    '  balance    100.01 credits now',
  );
  const later = { ...body, active_from: '2026-06-02T00:00:00-07:00' };
  expect(newTopUpPreview('Top up', later, ground).document.buys_at_once).toBe(false);
  expect(newTopUpPreview('Top up', later, ground).lines).toContain(
    '  active     from 2026-06-02T00:00:00-07:00',
  );
  const begun = { ...body, active_from: '2026-05-31T00:00:00-07:00' };
  expect(newTopUpPreview('Top up', begun, ground).document.buys_at_once).toBe(true);
});

test('real money other than that of the invoices will be refused', () => {
  const { lines, document } = newTopUpPreview('Top up', { ...body, currency: 'EUR' }, ground);
  const note = 'The API will refuse this: the customer is invoiced in USD, not in EUR.';
  expect(lines.at(-1)).toBe(`  note       ${note}`);
  expect(document.notes).toEqual([note]);
});

test('terms of payment, expiry and the top-up that gives way are shown', () => {
  const settings = {
    auto_collection: true,
    net_terms: jsonNumber('0'),
    require_successful_payment: true,
  };
  const rich = {
    ...body,
    invoice_settings: settings,
    expires_after: jsonNumber('1'),
    expires_after_unit: 'day',
  };
  const replaced = { record: topUp(), document: { id: 't1' } };
  const { lines, document } = newTopUpPreview('Top up', rich, { ...ground, replaced });
  expect(lines.slice(2)).toEqual([
    '  invoice    100 USD each time, due immediately, collected automatically',
    '  credits    expire after 1 day; usable after the invoice is paid',
    '  replaces   t1: 500 credits at or below 100, for 0.2 each, which expire after 6 months',
  ]);
  expect(document.replaces).toEqual({ id: 't1' });
});
