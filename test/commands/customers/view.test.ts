import { expect, test } from 'vitest';
import { customersView } from '../../../src/commands/customers/view.ts';
import type { Customer } from '../../../src/credits/customer.ts';
import { cell } from '../../views/records.ts';

const customer: Customer = {
  id: '9VJGi3JckeMWqjpP',
  external_customer_id: null,
  name: 'Acme',
  email: 'ap@acme.example',
  timezone: 'Asia/Tokyo',
  currency: null,
  created_at: '2026-01-02T03:04:05+00:00',
  metadata: { plan: 'pro' },
};

test.each([
  ['external_customer_id', '', ''],
  ['id', '9VJGi3JckeMWqjpP', '9VJGi3JckeMWqjpP'],
  ['name', 'Acme', 'Acme'],
  ['timezone', 'Asia/Tokyo', 'Asia/Tokyo'],
  ['currency', '', ''],
  ['created_at', '2026-01-02T03:04:05+00:00', '2026-01-02 03:04Z'],
  ['metadata', '{"plan":"pro"}', 'plan=pro'],
])('%s is %j for a pipe and %j for a person', (name, text, shown) => {
  expect(cell(customersView, name, customer)).toEqual({ text, shown: { text: shown } });
});
