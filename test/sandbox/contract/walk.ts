// Takes one sandbox through every operation that it has, with what succeeds and what is refused, and keeps each answer.
import { amount } from '../../../src/credits/exact.ts';
import { routes } from '../../../src/sandbox/server/routes.ts';
import type { Method } from '../../../src/wire/json.ts';
import { type Answer, acme, sandboxAt } from '../sandbox-at.ts';

export interface Exchanged {
  /** The route, such as `GET /customers/{customer_id}`; the request itself where no route took it. */
  readonly operation: string;
  readonly request: string;
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: documents of many shapes
  readonly json: any;
}

type Ask = (
  method: Method,
  path: string,
  body?: object,
  query?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** Every answer of the walk, in order. */
export async function walk(): Promise<readonly Exchanged[]> {
  const box = await sandboxAt('2026-01-10T20:00:00Z');
  const exchanged: Exchanged[] = [];
  const ask: Ask = async (method, path, body, query = {}) => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await box.sandbox.exchange({
      method,
      path,
      query: Object.entries(query),
      headers: {},
      ...text,
    });
    const json = answer.body === '' ? undefined : JSON.parse(answer.body);
    exchanged.push({
      operation: operationOf(method, path),
      request: `${method} ${path}`,
      status: answer.status,
      json,
    });
    return { ...answer, text: answer.body, json };
  };
  const { prices } = box.sandbox.operations();
  prices.add({ event: 'call', credits: amount('0.5'), itemId: 'api' });
  await ask('GET', '/ping');
  const { id } = (await ask('GET', acme)).json;
  await customers(ask, id);
  for (const customer of [acme, `/customers/${id}`]) await credits(ask, customer);
  await alerts(ask, id);
  await usage(ask, box.at);
  await invoices(ask, id);
  await refusals(ask, id);
  return exchanged;
}

function operationOf(method: string, path: string): string {
  const segments = path.split('/');
  const route = routes.find(
    ([own, pattern]) =>
      own === method &&
      pattern.split('/').length === segments.length &&
      pattern.split('/').every((part, index) => part.startsWith('{') || part === segments[index]),
  );
  return `${method} ${route?.[1] ?? path}`;
}

const address = { line1: '1 Main St', city: 'Springfield', state: 'CA', postal_code: '90000', country: 'US' };
const everything = {
  name: 'Everything',
  email: 'all@example.com',
  external_customer_id: 'all',
  timezone: 'Europe/London',
  currency: 'EUR',
  metadata: { a: '1' },
  additional_emails: ['b@example.com'],
  shipping_address: address,
  billing_address: { ...address, line2: null },
  tax_id: { country: 'DE', type: 'eu_vat', value: 'DE123456789' },
  auto_collection: true,
  auto_issuance: false,
  email_delivery: false,
  tax_configuration: { tax_exempt: true, tax_provider: 'avalara', tax_exemption_code: 'X' },
  reporting_configuration: { exempt: true },
  accounting_sync_configuration: {
    excluded: false,
    accounting_providers: [{ provider_type: 'quickbooks', external_provider_id: 'q' }],
  },
  payment_configuration: {
    payment_providers: [{ provider_type: 'stripe', excluded_payment_method_types: ['card'] }],
  },
  payment_provider: 'stripe_charge',
  payment_provider_id: 'cus_1',
};

async function customers(ask: Ask, acmeId: string): Promise<void> {
  const all = (await ask('POST', '/customers', everything)).json;
  await ask('POST', '/customers', {
    name: 'Plain',
    email: 'p@example.com',
    hierarchy: { parent_customer_id: all.id },
  });
  await ask('POST', '/customers', {
    name: 'Parent',
    email: 'p@example.com',
    hierarchy: { child_customer_ids: [acmeId] },
  });
  await ask('GET', '/customers');
  await ask('GET', '/customers', undefined, { limit: '1' });
  await ask('GET', `/customers/${all.id}`);
  await ask('PUT', `/customers/${all.id}`, { metadata: { b: '2', a: null } });
  await ask('PUT', '/customers/external_customer_id/all', { name: 'Other', shipping_address: null });
  const gone = (await ask('POST', '/customers', { name: 'Gone', email: 'g@example.com' })).json;
  await ask('DELETE', `/customers/${gone.id}`);
}

const invoice = { auto_collection: false, net_terms: 0 };
const sale = { entry_type: 'increment', amount: 10, per_unit_cost_basis: '0.25', invoice_settings: invoice };

async function credits(ask: Ask, customer: string): Promise<void> {
  const post = (body: object) => ask('POST', `${customer}/credits/ledger_entry`, body);
  const filters = [{ field: 'item_id', operator: 'includes', values: ['api', 'ai'] }];
  const grant = {
    entry_type: 'increment',
    amount: 100.5,
    metadata: { a: '1' },
    description: 'Trial',
    filters,
  };
  const block = (await post({ ...grant, expiry_date: '2026-02-01' })).json.credit_block.id;
  await post({ entry_type: 'increment', amount: 5, effective_date: '2026-03-01' });
  const sold = (await post(sale)).json.credit_block.id;
  await post({ entry_type: 'decrement', amount: 20.25 });
  await post({ entry_type: 'amendment', amount: 5, block_id: block });
  await post({
    entry_type: 'expiration_change',
    amount: 10,
    target_expiry_date: '2026-04-01',
    block_id: block,
  });
  await post({ entry_type: 'void', amount: 10, block_id: block, void_reason: 'refund' });
  await ask('GET', `${customer}/credits`);
  await ask('GET', `${customer}/credits`, undefined, { include_all_blocks: 'true', limit: '2' });
  await ask('GET', `${customer}/credits/ledger`);
  await ask('GET', `${customer}/credits/ledger`, undefined, { limit: '1' });
  await ask('GET', `/credit_blocks/${block}`);
  await ask('GET', `/credit_blocks/${sold}/invoices`);
  const rule = {
    currency: 'credits',
    threshold: '1',
    amount: '50',
    per_unit_cost_basis: '0.20',
    invoice_settings: { ...invoice, memo: 'More', require_successful_payment: true },
    expires_after: 1,
    expires_after_unit: 'month',
  };
  const topUp = (await ask('POST', `${customer}/credits/top_ups`, rule)).json.id;
  await post({ entry_type: 'decrement', amount: 100 });
  await ask('GET', `${customer}/credits`);
  await ask('GET', `${customer}/credits/top_ups`);
  await ask('DELETE', `${customer}/credits/top_ups/${topUp}`);
}

async function alerts(ask: Ask, customer: string): Promise<void> {
  const alert = {
    type: 'credit_balance_dropped',
    currency: 'credits',
    thresholds: [{ value: 10.5 }, { value: 2 }],
  };
  const { id } = (await ask('POST', `/alerts/customer_id/${customer}`, alert)).json;
  await ask('POST', '/alerts/external_customer_id/acme', {
    type: 'credit_balance_depleted',
    currency: 'credits',
  });
  await ask('GET', '/alerts', undefined, { customer_id: customer });
  await ask('GET', `/alerts/${id}`);
  await ask('PUT', `/alerts/${id}`, { thresholds: [{ value: 1 }] });
  await ask('POST', `/alerts/${id}/disable`);
  await ask('POST', `/alerts/${id}/enable`);
  await ask('DELETE', `/alerts/${id}`);
}

async function usage(ask: Ask, at: (instant: string) => void): Promise<void> {
  const event = {
    external_customer_id: 'acme',
    event_name: 'call',
    timestamp: '2026-01-10T19:00:00Z',
    properties: { model: 'large', tokens: 1.5, free: false },
    idempotency_key: 'e-1',
  };
  await ask('POST', '/ingest', { events: [event] });
  await ask('POST', '/ingest', { events: [{ ...event, idempotency_key: 'e-2', timestamp: 'noon' }] });
  await ask('GET', '/items');
  await ask('GET', '/items/api');
  // Past an expiry, and past the grace period.
  at('2026-02-02T12:00:00Z');
  await ask('GET', `${acme}/credits/ledger`, undefined, { limit: '1000' });
}

async function invoices(ask: Ask, customer: string): Promise<void> {
  const sell = async (by: string, settings: object) => {
    const body = { ...sale, invoice_settings: { ...invoice, ...settings } };
    return (await ask('POST', `${by}/credits/ledger_entry`, body)).json;
  };
  const all = '/customers/external_customer_id/all';
  const [draft] = (await sell(all, { require_successful_payment: true })).created_invoices;
  await ask('GET', `/invoices/${draft.id}`);
  await ask('POST', `/invoices/${draft.id}/issue`, { synchronous: true });
  await ask('POST', `/invoices/${draft.id}/mark_paid`, {
    payment_received_date: '2026-02-01',
    external_id: 'bank',
  });
  await ask('POST', `/customers/${customer}/balance_transactions`, { amount: '1.25', type: 'increment' });
  const paid = await sell(acme, { mark_as_paid: true, memo: 'Thanks' });
  const [open] = (await sell(acme, { invoice_date: '2026-02-01' })).created_invoices;
  await ask('POST', `/invoices/${open.id}/pay`, { shared_payment_token_id: 'declined' });
  await ask('POST', `/invoices/${open.id}/void`);
  const [due] = (await sell(acme, { invoice_date: '2026-02-01' })).created_invoices;
  await ask('POST', `/invoices/${due.id}/pay`, { shared_payment_token_id: 'spt' });
  await ask('DELETE', `/credit_blocks/${paid.credit_block.id}`);
  await ask('GET', '/invoices', undefined, { 'status[]': 'void' });
  await ask('GET', '/invoices');
  const { data } = (await ask('GET', '/credit_notes')).json;
  await ask('GET', `/credit_notes/${data[0].id}`);
  await ask('GET', `/customers/${customer}/balance_transactions`);
}

/** Each route with something that is not there, with a query it does not know, and with a body that is none. */
async function refusals(ask: Ask, customer: string): Promise<void> {
  for (const [method, pattern] of routes) {
    const strange = pattern.replace(/\{[^}]*\}/g, 'nothing');
    await ask(method as Method, strange, method === 'GET' || method === 'DELETE' ? undefined : {});
    await ask(method as Method, strange, undefined, { stranger: '1' });
    if (method !== 'GET' && method !== 'DELETE') await ask(method as Method, strange);
  }
  await ask('POST', '/customers', { name: 'Twin', email: 't@example.com', external_customer_id: 'acme' });
  await ask('POST', `/customers/${customer}/credits/ledger_entry`, {
    entry_type: 'void',
    amount: 1,
    block_id: 'none',
  });
  const foreign = { entry_type: 'increment', amount: 1, currency: 'EUR' };
  await ask('POST', `/customers/${customer}/credits/ledger_entry`, foreign);
  await ask('DELETE', `/customers/${customer}`);
  await ask('GET', '/plans');
  await ask('GET', '/nowhere');
  await ask('POST', '/ingest', { events: 'x'.repeat(1024 * 1024) as unknown as object[] });
}
