// Documents as the contract shows them, for answers that a test plans.
import type { WireRequest } from '../../src/wire/json.ts';

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

export const invoice = (changes: object = {}) => ({
  id: 'inv1',
  invoice_number: 'JYEFHK-00001',
  status: 'issued',
  customer: { id, external_customer_id: 'acme' },
  currency: 'USD',
  total: '20.00',
  amount_due: '15.00',
  created_at: '2026-01-01T00:00:00+00:00',
  invoice_date: '2026-01-01T08:00:00+00:00',
  due_date: '2026-01-31T08:00:00+00:00',
  issued_at: '2026-01-01T09:00:00+00:00',
  paid_at: null,
  voided_at: null,
  memo: null,
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

/** What the API answers to a request that makes an entry: as it was asked for, but for the changes. */
export const made =
  (changes: object = {}) =>
  ({ path, body = '' }: Pick<WireRequest, 'path' | 'body'>): object => {
    const asked = JSON.parse(body) as Record<string, unknown>;
    const [, by, customerId = ''] = /^\/customers\/(external_customer_id\/)?([^/]+)\//.exec(path) ?? [];
    const name = decodeURIComponent(customerId);
    const { credit_block: affected, ...standard } = entry();
    // Of a whole entry only what is not as ever.
    const changed = Object.entries(changes).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(entry()[field as keyof typeof standard]),
    );
    return {
      ...standard,
      entry_type: asked.entry_type === 'void' ? 'void_initiated' : asked.entry_type,
      customer:
        by === undefined ? { id: name, external_customer_id: 'acme' } : { id, external_customer_id: name },
      amount: asked.amount ?? standard.amount,
      currency: asked.currency ?? standard.currency,
      description: asked.description ?? null,
      metadata: Object.fromEntries(Object.entries(asked.metadata ?? {}).map(([k, v]) => [k, String(v)])),
      credit_block: { ...affected, id: asked.block_id ?? affected.id },
      ...(asked.entry_type === 'expiration_change' ? { new_block_expiry_date: null } : {}),
      ...(asked.entry_type === 'void'
        ? {
            new_block_expiry_date: standard.created_at,
            void_amount: asked.amount,
            void_reason: asked.void_reason ?? null,
          }
        : {}),
      ...Object.fromEntries(changed),
    };
  };

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

/** What the API answers to a write of another object: the document, with what the request says of it. */
export const repeating =
  (document: object) =>
  ({ body = '{}' }: Pick<WireRequest, 'body'>): object => {
    const { metadata, ...said } = JSON.parse(body) as Record<string, unknown>;
    const kept = Object.entries(metadata ?? {}).filter(([, value]) => value !== null);
    return {
      ...document,
      ...said,
      ...(metadata === undefined ? {} : { metadata: Object.fromEntries(kept) }),
    };
  };

export const page = (data: readonly object[], next: string | null = null) => ({
  data,
  pagination_metadata: { has_more: next !== null, next_cursor: next },
});

/** A new record searches the ledger for a key of its own. @param customer the path @param filters as in a URL */
export const searched = (customer: string, filters: string, data: readonly object[] = []) => ({
  method: 'GET',
  path: `${customer}/credits/ledger?${filters}&limit=1000`,
  answer: { json: page(data) },
});

/**
 * The search for the mark of a write to acme that was noted at noon: it finds nothing, and the customer is the one of then.
 * @param more of the query
 */
export const unmarked = (more = '') => [
  {
    method: 'GET',
    path: `/customers/external_customer_id/acme/credits/ledger?${more}created_at[gte]=2026-11-16T12:00:00+00:00&limit=100`,
    answer: { json: page([]) },
  },
  { method: 'GET', path: '/customers/external_customer_id/acme', answer: { json: customer() } },
];
