// Documents as the contract shows them, for answers that a test plans.

const id = '4QYWy9UbDY8yXKKd';

export const customer = (changes: object = {}) => ({
  id,
  external_customer_id: 'acme',
  name: 'Acme Corp',
  email: 'billing@acme.example.com',
  timezone: 'America/Los_Angeles',
  currency: 'USD',
  balance: '0.00',
  created_at: '2026-01-01T00:00:00+00:00',
  metadata: {},
  ...changes,
});

export const block = (changes: object = {}) => ({
  id: 'block1',
  balance: 40,
  effective_date: '2026-01-01T00:00:00+00:00',
  expiry_date: '2027-01-31T08:00:00+00:00',
  per_unit_cost_basis: null,
  status: 'active',
  maximum_initial_balance: 100,
  filters: [],
  credit_block_source: 'manual',
  metadata: {},
  ...changes,
});

export const entry = (changes: object = {}) => ({
  id: 'entry1',
  ledger_sequence_number: 1,
  entry_type: 'increment',
  entry_status: 'committed',
  customer: { id, external_customer_id: 'acme' },
  starting_balance: 0,
  ending_balance: 100,
  amount: 100,
  currency: 'credits',
  created_at: '2026-11-23T12:00:00+00:00',
  description: null,
  metadata: {},
  credit_block: { id: 'block1', expiry_date: null, per_unit_cost_basis: null, filters: [] },
  ...changes,
});

export const topUp = (changes: object = {}) => ({
  id: 'topUp1',
  currency: 'credits',
  threshold: '100',
  amount: '500',
  per_unit_cost_basis: '0.2',
  invoice_settings: {
    auto_collection: false,
    net_terms: 30,
    memo: null,
    require_successful_payment: false,
  },
  expires_after: 12,
  expires_after_unit: 'month',
  ...changes,
});

export const alert = (changes: object = {}) => ({
  id: 'alert1',
  type: 'credit_balance_dropped',
  created_at: '2026-11-23T12:00:00+00:00',
  enabled: true,
  thresholds: [{ value: 500 }, { value: 100 }],
  customer: { id, external_customer_id: 'acme' },
  plan: null,
  subscription: null,
  metric: null,
  currency: 'credits',
  balance_alert_status: [
    { threshold_value: 500, in_alert: true },
    { threshold_value: 100, in_alert: false },
  ],
  ...changes,
});

export const page = (data: readonly object[], next: string | null = null) => ({
  data,
  pagination_metadata: { has_more: next !== null, next_cursor: next },
});
