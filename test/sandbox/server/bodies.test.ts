// Bodies against the contract's schemas: whatever they forbid is refused whole, and what they allow is kept.
import { expect, test } from 'vitest';
import { acme, sandboxAt, type TestSandbox } from '../sandbox-at.ts';
import * as contract from './contract-schemas.ts';

const start = '2026-01-10T12:00:00Z';

const configurations = {
  metadata: { a: 'b' },
  payment_provider_id: 'cus_1',
  payment_provider: 'stripe_charge',
  shipping_address: { line1: '1 Road', line2: null, city: 'X', state: null, postal_code: '1', country: 'US' },
  billing_address: { line1: null, line2: null, city: null, state: null, postal_code: null, country: 'DE' },
  tax_id: { country: 'DE', type: 'eu_vat', value: 'DE123' },
  auto_collection: false,
  auto_issuance: true,
  email_delivery: false,
  reporting_configuration: { exempt: true },
  accounting_sync_configuration: {
    excluded: true,
    accounting_providers: [{ provider_type: 'netsuite', external_provider_id: 'n1' }],
  },
  payment_configuration: {
    payment_providers: [
      {
        provider_type: 'stripe',
        excluded_payment_method_types: ['card'],
        default_shared_payment_token: 'spt_1',
      },
    ],
  },
  additional_emails: ['b@example.com'],
};
const written = {
  tax_configuration: {
    tax_exempt: true,
    tax_provider: 'avalara',
    automatic_tax_enabled: true,
    tax_exemption_code: 'G',
  },
  hierarchy: { child_customer_ids: [] as string[] },
};
const customer = {
  ...configurations,
  ...written,
  name: 'N',
  email: 'n@example.com',
  timezone: 'UTC',
  currency: 'EUR',
};
const kept = { ...configurations, exempt_from_automated_tax: true, automatic_tax_enabled: true };
const settings = { auto_collection: true, net_terms: 0, memo: 'm', require_successful_payment: false };
const common = { metadata: { a: 'b' }, currency: 'credits', description: 'd' };
const path = { entries: `${acme}/credits/ledger_entry`, topUps: `${acme}/credits/top_ups` };

const cases: readonly (readonly [string, 'post' | 'put', string, contract.Schema, object])[] = [
  [
    'a new customer',
    'post',
    '/customers',
    contract.newCustomer,
    { ...customer, hierarchy: { child_customer_ids: ['x'] } },
  ],
  [
    'an edit',
    'put',
    acme,
    contract.customerEdit,
    { ...configurations, ...written, name: 'N', currency: 'USD' },
  ],
  [
    'an increment',
    'post',
    path.entries,
    contract.increment,
    {
      ...common,
      entry_type: 'increment',
      amount: 5,
      expiry_date: '2027-01-01',
      effective_date: '2026-01-01T00:00:00Z',
      per_unit_cost_basis: '0.5',
      invoice_settings: { ...settings, invoice_date: '2026-01-01', item_id: 'i', mark_as_paid: true },
      filters: [{ field: 'item_id', operator: 'includes', values: ['api'] }],
    },
  ],
  [
    'a decrement',
    'post',
    path.entries,
    contract.decrement,
    { ...common, entry_type: 'decrement', amount: 5 },
  ],
  [
    'a void',
    'post',
    path.entries,
    contract.voiding,
    { ...common, entry_type: 'void', amount: 5, block_id: 'x', void_reason: 'refund' },
  ],
  [
    'an amendment',
    'post',
    path.entries,
    contract.amendment,
    { ...common, entry_type: 'amendment', amount: 5, block_id: 'x' },
  ],
  [
    'an expiration change',
    'post',
    path.entries,
    contract.expirationChange,
    {
      ...common,
      entry_type: 'expiration_change',
      amount: 5,
      expiry_date: '2027-01-01',
      block_id: 'x',
      target_expiry_date: '2027-02-01',
    },
  ],
  [
    'a top-up',
    'post',
    path.topUps,
    contract.topUp,
    {
      currency: 'credits',
      threshold: '1',
      amount: '5',
      per_unit_cost_basis: '0.5',
      invoice_settings: settings,
      expires_after: 3,
      expires_after_unit: 'day',
      active_from: '2026-01-10',
    },
  ],
  [
    'an alert',
    'post',
    '/alerts/external_customer_id/acme',
    contract.alert,
    { type: 'credit_balance_dropped', currency: 'credits', thresholds: [{ value: 5 }] },
  ],
];

test.each(
  cases,
)('%s is refused for each thing that its schema forbids', async (_, method, where, schema, body) => {
  const box = await sandboxAt(start);
  const before = await everything(box);
  const tried = [...contract.broken(body as never, schema)];
  for (const { body: wrong, how } of tried) {
    const { status, json, text } = await box[method](where, JSON.stringify(wrong));
    expect(status, `${how}: ${text}`).toBe(400);
    expect(json, how).toMatchObject({
      type: expect.stringMatching(/#400-request-validation-errors$/),
      status: 400,
      validation_errors: expect.arrayContaining([expect.any(String)]),
    });
  }
  expect(tried.length).toBeGreaterThan(20);
  expect(await everything(box)).toEqual(before);
});

async function everything(box: TestSandbox): Promise<unknown> {
  const paths = ['/customers', `${acme}/credits`, `${acme}/credits/ledger`, `${acme}/credits/top_ups`];
  const read = [...paths.map((path) => box.get(path)), box.get('/alerts', { external_customer_id: 'acme' })];
  return (await Promise.all(read)).map(({ json }) => json);
}

test('a customer reads back as it was written, made or edited, and null takes each part away', async () => {
  const box = await sandboxAt(start);
  const made = await box.post('/customers', { ...customer, external_customer_id: 'n' });
  expect(made.status, made.text).toBe(201);
  expect(made.json).toMatchObject(kept);
  const n = '/customers/external_customer_id/n';
  expect((await box.get(n)).json).toEqual(made.json);
  const none = {
    tax_id: null,
    tax_configuration: null,
    reporting_configuration: null,
    accounting_sync_configuration: null,
    payment_configuration: null,
  };
  expect((await box.put(n, none)).json).toMatchObject({
    tax_id: null,
    exempt_from_automated_tax: null,
    automatic_tax_enabled: false,
    reporting_configuration: null,
    accounting_sync_configuration: null,
    payment_configuration: null,
  });
  expect((await box.put(n, { ...configurations, ...written })).json).toEqual(made.json);
  expect((await box.put(n, { name: 'M' })).json).toEqual({ ...made.json, name: 'M' });
  // What a body may leave out, an answer has to say.
  const short = {
    accounting_sync_configuration: {},
    payment_configuration: { payment_providers: [{ provider_type: 'stripe' }] },
  };
  expect((await box.put(n, short)).json).toMatchObject({
    accounting_sync_configuration: { excluded: false, accounting_providers: [] },
    payment_configuration: {
      payment_providers: [
        { provider_type: 'stripe', excluded_payment_method_types: [], default_shared_payment_token: null },
      ],
    },
  });
});

test('an answer has no field that the API does not know, also where a body may have one', async () => {
  const box = await sandboxAt(start);
  const { tax_id, reporting_configuration, accounting_sync_configuration, payment_configuration } = kept;
  const more = { unknown: [1e-7] };
  const [sync] = accounting_sync_configuration.accounting_providers;
  const [payment] = payment_configuration.payment_providers;
  const made = await box.post('/customers', {
    ...customer,
    shipping_address: { ...customer.shipping_address, ...more },
    tax_id: { ...tax_id, ...more },
    reporting_configuration: { ...reporting_configuration, ...more },
    accounting_sync_configuration: {
      ...accounting_sync_configuration,
      ...more,
      accounting_providers: [{ ...sync, ...more }],
    },
    payment_configuration: { ...more, payment_providers: [{ ...payment, ...more }] },
  });
  expect(made.status, made.text).toBe(201);
  expect(made.json).toMatchObject(kept);
  expect(made.text).not.toContain('unknown');
});

test('a hierarchy has at most 100 children, named by either side', async () => {
  const box = await sandboxAt(start);
  const create = async (name: string, more: object = {}) =>
    box.post('/customers', { name, email: 'n@example.com', ...more });
  const ids: string[] = [];
  for (let n = 0; n <= 100; n += 1) ids.push((await create(`child ${n}`)).json.id);
  const [last = '', ...others] = ids;
  const parent = (await create('parent')).json.id;
  const adopt = (child_customer_ids: string[]) =>
    box.put(`/customers/${parent}`, { hierarchy: { child_customer_ids } });
  expect((await adopt(ids)).status).toBe(400);
  expect((await box.get(`/customers/${parent}`)).json.hierarchy.children).toEqual([]);
  expect((await adopt(others)).json.hierarchy.children).toHaveLength(100);
  expect((await adopt(others.slice(0, 1))).status).toBe(200);
  expect((await adopt([last])).status).toBe(400);
  const joining = { hierarchy: { parent_customer_id: parent } };
  expect((await box.put(`/customers/${last}`, joining)).status).toBe(400);
  expect((await create('late', joining)).status).toBe(400);
  expect((await box.put(`/customers/${others[0]}`, joining)).status).toBe(200);
});

/** A field of each kind of text that a store keeps, by the request that has it. */
const texts: readonly (readonly [path: string, body: (text: string) => object])[] = [
  ['/customers', (text) => ({ name: text, email: 'n@example.com' })],
  ['/customers', (text) => ({ name: 'N', email: 'n@example.com', external_customer_id: text })],
  ['/customers', (text) => ({ name: 'N', email: 'n@example.com', metadata: { [text]: 'v' } })],
  [`${acme}/credits/ledger_entry`, (text) => ({ entry_type: 'increment', amount: 1, description: text })],
  [
    `${acme}/credits/ledger_entry`,
    (text) => ({
      entry_type: 'increment',
      amount: 1,
      filters: [{ field: 'item_id', operator: 'includes', values: ['i', text] }],
    }),
  ],
  [
    '/ingest',
    (text) => ({
      events: [
        {
          external_customer_id: 'acme',
          event_name: 'sandbox.usage',
          timestamp: start,
          idempotency_key: text,
          properties: { credits: 1 },
        },
      ],
    }),
  ],
];

test('a text that a database would keep as another one is refused, and all others come back as they were', async () => {
  const box = await sandboxAt(start);
  for (const [path, body] of texts) {
    for (const text of ['a\u0000', 'a\ud800', '\udc00b', '\udc00\ud800']) {
      const { status, json } = await box.post(path, body(text));
      expect([path, text, status]).toEqual([path, text, 400]);
      expect(json.validation_errors).toHaveLength(1);
    }
    expect((await box.post(path, body('é 😀 \u0001\uffff'))).status).toBeLessThan(300);
  }
  expect((await box.get('/customers')).json.data).toHaveLength(6);
  expect((await box.get(`${acme}/credits/ledger`)).json.data[2].description).toBe('é 😀 \u0001\uffff');
});

test('a length is counted in characters, as JSON Schema does, and not in the halves of a pair', async () => {
  const box = await sandboxAt(start);
  const named = (name: string) => box.post('/customers', { name, email: 'n@example.com' });
  expect((await named('😀'.repeat(500))).status).toBe(201);
  const email = `${'é😀'.repeat(240)}@example.com`;
  expect((await box.post('/customers', { name: 'N', email })).status).toBe(201);
  expect((await named('😀'.repeat(501))).json.validation_errors).toEqual([
    'name: is longer than 500 characters',
  ]);
});

test('a body that is nested as deeply as no answer could be is refused in the form of the API', async () => {
  const box = await sandboxAt(start);
  const deep = `${'['.repeat(3000)}${']'.repeat(3000)}`;
  const { status, json } = await box.post('/ingest', `{"events":[{"external_customer_id":${deep}}]}`);
  expect([status, json.validation_errors]).toEqual([
    400,
    ['The body is not valid JSON: the document is nested too deeply'],
  ]);
});
